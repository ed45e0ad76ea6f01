// What the reports of a comparison show beside the differences. Pure; any thread.
#ifndef FERRY_CORE_REPORT_DIFF_PAGE_H_
#define FERRY_CORE_REPORT_DIFF_PAGE_H_

#include <functional>
#include <string>
#include <vector>

#include "core/diff/allowed.h"
#include "core/diff/diff.h"
#include "core/diff/reason.h"

namespace ferry::report {

// Holds a pointer to the result, which must outlive it.
struct DiffPage {
  DiffPage(const diff::DiffResult& only) : result(&only) {}  // NOLINT(google-explicit-constructor)

  const diff::DiffResult* result;
  diff::Reasons reasons;                                // why; empty: nothing is known
  std::vector<diff::Intentional> intentional;           // what is not among the differences because it may be
  std::vector<const diff::AllowedDifference*> expired;  // was allowed, and is a difference again
  // The SQL that makes the object (its table, when it belongs to one) in source number i; "" when it is
  // absent there. Null: the report does without.
  std::function<std::string(const diff::Difference& difference, size_t i)> sql;

  // "pending in prod: 1.1.0; drift in prod"; "" when nothing is known.
  std::string Why(const schema::ObjectId& id) const;
};

// "3 pending, 1 drift, 2 not explained"; "" when nothing is known of any of them.
std::string ReasonCounts(const DiffPage& page);

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_DIFF_PAGE_H_
