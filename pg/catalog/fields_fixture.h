// For the tests of the readers that look at fields as text. Main thread of a test.
#ifndef FERRY_PG_CATALOG_FIELDS_FIXTURE_H_
#define FERRY_PG_CATALOG_FIELDS_FIXTURE_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/diff/diff.h"
#include "pg/catalog/catalog_fixture.h"

namespace ferry::pg {

// Of the object, which must be there; `space` is empty for what no schema holds.
inline schema::FieldList FieldsOf(const schema::Snapshot& snapshot, schema::ObjectKind kind,
                                  const std::string& parent, const std::string& name,
                                  const std::string& space = "public") {
  return schema::Fields(Get(snapshot, kind, parent, name, space));
}

inline std::vector<std::string> NeedsOf(const schema::Snapshot& snapshot, schema::ObjectKind kind,
                                        const std::string& parent, const std::string& name,
                                        const std::string& space = "public") {
  return Needs(Get(snapshot, kind, parent, name, space));
}

inline std::vector<std::string> Names(const schema::Snapshot& snapshot, schema::ObjectKind kind) {
  std::vector<std::string> names;
  for (const schema::Object& object : snapshot.objects) {
    if (object.id.kind == kind) names.push_back(object.id.name);
  }
  return names;
}

// What is different, owners and grants included; empty when the snapshots are equal.
inline std::vector<std::string> DifferencesOf(const schema::Snapshot& a, const schema::Snapshot& b) {
  std::vector<std::string> out;
  for (const diff::Difference& d : diff::Compare({{"a", &a}, {"b", &b}}).differences) {
    out.push_back(absl::StrCat(schema::KindName(d.id.kind), " ", d.id.parent, d.id.parent.empty() ? "" : ".",
                               d.id.name));
    for (const diff::FieldChange& f : d.fields) {
      absl::StrAppend(&out.back(), " ", f.field, " [", f.values[0], "|", f.values[1], "]");
    }
  }
  return out;
}

}  // namespace ferry::pg

#endif  // FERRY_PG_CATALOG_FIELDS_FIXTURE_H_
