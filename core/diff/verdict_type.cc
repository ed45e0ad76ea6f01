#include "core/diff/verdict.h"

namespace ferry::diff::internal {

// PostgreSQL adds labels in place, anywhere; it neither drops nor moves one, and a rename is never guessed.
Verdict VerdictOfEnum(const schema::Enum& from, const schema::Enum& to) {
  auto next = from.labels.begin();
  for (const std::string& label : to.labels) {
    if (next != from.labels.end() && *next == label) ++next;
  }
  return {next == from.labels.end(), false};
}

Verdict VerdictOfDomain(const schema::Domain& from, const schema::Domain& to) {
  return {from.type == to.type && from.collation == to.collation, false};
}

}  // namespace ferry::diff::internal
