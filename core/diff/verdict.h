// How one object can become another of the same id: in place, or only by dropping and creating it again.
// One function a kind that can be altered at all (verdict_*.cc); every other kind is created again when its
// body differs. Comment, labels, owner and grants are always set in place. Pure; any thread.
#ifndef FERRY_CORE_DIFF_VERDICT_H_
#define FERRY_CORE_DIFF_VERDICT_H_

#include "core/schema/object.h"

namespace ferry::diff {

struct Verdict {
  bool in_place = false;
  // PostgreSQL refuses the change while a view, rule, policy, trigger, generated column or function body
  // depends on the object: those are dropped before and created again after.
  bool disturbs_dependents = false;
};

// Needs: the same id, and a difference in the body. `from` and `to` are what the two snapshots have.
Verdict VerdictOf(const schema::Object& from, const schema::Object& to);

namespace internal {
// verdict_table.cc
Verdict VerdictOfTable(const schema::Table& from, const schema::Table& to);
Verdict VerdictOfColumn(const schema::Column& from, const schema::Column& to);
Verdict VerdictOfConstraint(const schema::Constraint& from, const schema::Constraint& to);
Verdict VerdictOfIndex(const schema::Index& from, const schema::Index& to);
Verdict VerdictOfSequence(const schema::Sequence& from, const schema::Sequence& to);
Verdict VerdictOfTrigger(const schema::Trigger& from, const schema::Trigger& to);
// verdict_view.cc: views and functions, of which CREATE OR REPLACE takes some changes
Verdict VerdictOfView(const schema::View& from, const schema::View& to);
Verdict VerdictOfFunction(const schema::Function& from, const schema::Function& to);
// verdict_type.cc
Verdict VerdictOfEnum(const schema::Enum& from, const schema::Enum& to);
Verdict VerdictOfDomain(const schema::Domain& from, const schema::Domain& to);
// verdict_other.cc
Verdict VerdictOfPolicy(const schema::Policy& from, const schema::Policy& to);
Verdict VerdictOfRule(const schema::Rule& from, const schema::Rule& to);
Verdict VerdictOfStatistics(const schema::Statistics& from, const schema::Statistics& to);
Verdict VerdictOfOperatorFamily(const schema::OperatorFamily& from, const schema::OperatorFamily& to);
Verdict VerdictOfTextSearchDictionary(const schema::TextSearchDictionary& from,
                                      const schema::TextSearchDictionary& to);
Verdict VerdictOfTextSearchConfiguration(const schema::TextSearchConfiguration& from,
                                         const schema::TextSearchConfiguration& to);
Verdict VerdictOfExtension(const schema::Extension& from, const schema::Extension& to);
Verdict VerdictOfForeignDataWrapper(const schema::ForeignDataWrapper& from,
                                    const schema::ForeignDataWrapper& to);
Verdict VerdictOfForeignServer(const schema::ForeignServer& from, const schema::ForeignServer& to);
Verdict VerdictOfUserMapping(const schema::UserMapping& from, const schema::UserMapping& to);
Verdict VerdictOfPublication(const schema::Publication& from, const schema::Publication& to);
Verdict VerdictOfSubscription(const schema::Subscription& from, const schema::Subscription& to);
Verdict VerdictOfEventTrigger(const schema::EventTrigger& from, const schema::EventTrigger& to);
Verdict VerdictOfRole(const schema::Role& from, const schema::Role& to);
Verdict VerdictOfSetting(const schema::Setting& from, const schema::Setting& to);
Verdict VerdictOfTablespace(const schema::Tablespace& from, const schema::Tablespace& to);
}  // namespace internal

}  // namespace ferry::diff

#endif  // FERRY_CORE_DIFF_VERDICT_H_
