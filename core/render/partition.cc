#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/render/table_parts.h"

namespace ferry::render {
namespace {

using schema::Object;
using schema::Table;

const Table* BodyOf(const Object* object) {
  return object == nullptr ? nullptr : &std::get<Table>(object->body);
}

bool Has(const Table* table, const std::string& parent) {
  return table != nullptr &&
         std::find(table->inherits.begin(), table->inherits.end(), parent) != table->inherits.end();
}

}  // namespace

void WriteDetach(const diff::Change& change, Statements& out) {
  const Table* before = BodyOf(change.from);
  const Table* after = BodyOf(change.to);
  const std::string name = QualifiedName(change.id());
  const Hazard hazard = after->inherits.empty() ? Hazard::kBreaksOldCode : Hazard::kGap;
  if (!before->partition_bound.empty()) {
    for (const std::string& parent : before->inherits) {
      out.push_back(Make(change.id(), absl::StrCat("ALTER TABLE ", parent, " DETACH PARTITION ", name),
                         Lock::kAccessExclusive, {hazard}));
    }
    return;
  }
  for (const std::string& parent : before->inherits) {
    if (!change.again && after->partition_bound.empty() && Has(after, parent)) continue;
    out.push_back(Make(change.id(), absl::StrCat("ALTER TABLE ", name, " NO INHERIT ", parent),
                       Lock::kAccessExclusive, {hazard}));
  }
}

void WriteAttach(const diff::Change& change, Statements& out) {
  const Table* before = BodyOf(change.from);
  const Table* after = BodyOf(change.to);
  const std::string name = QualifiedName(change.id());
  const bool is_new = before == nullptr;
  if (!after->partition_bound.empty()) {
    for (const std::string& parent : after->inherits) {
      out.push_back(Make(
          change.id(),
          absl::StrCat("ALTER TABLE ONLY ", parent, " ATTACH PARTITION ", name, " ", after->partition_bound),
          Lock::kShareUpdateExclusive,
          is_new ? std::vector<Hazard>{} : std::vector<Hazard>{Hazard::kFullScan, Hazard::kMayFail}));
    }
    return;
  }
  for (const std::string& parent : after->inherits) {
    if (!change.again && before->partition_bound.empty() && Has(before, parent)) continue;
    out.push_back(
        Make(change.id(), absl::StrCat("ALTER TABLE ", name, " INHERIT ", parent), Lock::kAccessExclusive));
  }
}

}  // namespace ferry::render
