// The sections of the guide by which a team migrated by hand, in its order, without its closing list of
// links: each has its page in docs/guide.
#ifndef FERRY_TESTS_GUIDE_HEADINGS_H_
#define FERRY_TESTS_GUIDE_HEADINGS_H_

#include <string>
#include <vector>

namespace ferry::test {

inline std::vector<std::string> Headings() {
  return {"Overview",
          "Current Schema Version",
          "Migration Strategy",
          "Approach",
          "Migration Workflow",
          "Creating a Migration",
          "Step 1: Update ORM Models",
          "Step 2: Create Migration Script",
          "Step 3: Update Migration Manager",
          "Common Migration Patterns",
          "Adding a Column",
          "Removing a Column",
          "Adding an Index",
          "Adding a Foreign Key",
          "Modifying a Column Type",
          "Renaming a Column",
          "Adding a Table",
          "Dropping a Table",
          "Data Migrations",
          "Backfilling Data",
          "Transforming Data",
          "Testing Migrations",
          "Test on Development Database",
          "Rollback Test",
          "Production Migration Checklist",
          "Rollback Procedure",
          "Immediate Rollback",
          "Restore from Backup",
          "Best Practices",
          "Always Create Reversible Migrations",
          "Test Thoroughly",
          "Backup Before Migration",
          "Use Transactions",
          "Document Changes",
          "Minimize Downtime",
          "Version Control",
          "Schema Versioning",
          "Version Format",
          "Current Version Tracking",
          "Troubleshooting",
          "Migration Fails Midway",
          "Schema Mismatch",
          "Performance Issues After Migration",
          "Future Enhancements",
          "Planned Features: Automatic Migration Generation",
          "Planned Features: Migration History Tracking",
          "Planned Features: Dry-run Mode",
          "Planned Features: Parallel Migrations",
          "Planned Features: Schema Diff Tool"};
}

}  // namespace ferry::test

#endif  // FERRY_TESTS_GUIDE_HEADINGS_H_
