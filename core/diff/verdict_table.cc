#include "core/diff/verdict.h"

namespace ferry::diff::internal {
namespace {

constexpr Verdict kInPlace{true, false};
constexpr Verdict kAgain{false, false};

}  // namespace

Verdict VerdictOfTable(const schema::Table& from, const schema::Table& to) {
  const bool same_storage = from.kind == to.kind && from.partition_key == to.partition_key &&
                            from.foreign_server == to.foreign_server;
  return same_storage ? kInPlace : kAgain;
}

Verdict VerdictOfColumn(const schema::Column& from, const schema::Column& to) {
  if (from.generated != to.generated) {
    // DROP EXPRESSION keeps the stored values; there is no way in the other direction.
    if (from.generated != "stored" || !to.generated.empty()) return kAgain;
  } else if (from.generation_expression != to.generation_expression) {
    return kAgain;
  }
  return {true, from.type != to.type || from.collation != to.collation};
}

Verdict VerdictOfConstraint(const schema::Constraint& from, const schema::Constraint& to) {
  const bool same_rule = from.type == to.type && from.definition == to.definition;
  const bool attach = from.attached_to == to.attached_to || from.attached_to.empty();
  const bool validate = from.validated == to.validated || to.validated;
  // An invalid index of a constraint cannot be validated.
  const bool index = from.type == "primary key" || from.type == "unique" || from.type == "exclude";
  const bool repair = index && from.validated != to.validated;
  return same_rule && attach && validate && !repair ? kInPlace : kAgain;
}

Verdict VerdictOfIndex(const schema::Index& from, const schema::Index& to) {
  const bool same_rule = from.unique == to.unique && from.definition == to.definition;
  const bool attach = from.attached_to == to.attached_to || from.attached_to.empty();
  const bool repair = to.valid && !from.valid && to.attached_to == from.attached_to;
  return same_rule && attach && !repair ? kInPlace : kAgain;
}

Verdict VerdictOfSequence(const schema::Sequence&, const schema::Sequence&) { return kInPlace; }

Verdict VerdictOfTrigger(const schema::Trigger& from, const schema::Trigger& to) {
  return from.definition == to.definition ? kInPlace : kAgain;
}

}  // namespace ferry::diff::internal
