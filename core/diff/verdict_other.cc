#include <algorithm>

#include "core/diff/verdict.h"

namespace ferry::diff::internal {

using schema::Policy;

// ALTER POLICY can change an expression but not take it away.
Verdict VerdictOfPolicy(const Policy& from, const Policy& to) {
  const bool keeps_using = from.using_expression.empty() || !to.using_expression.empty();
  const bool keeps_check = from.check_expression.empty() || !to.check_expression.empty();
  return {from.permissive == to.permissive && from.command == to.command && keeps_using && keeps_check,
          false};
}

Verdict VerdictOfRule(const schema::Rule& /*from*/, const schema::Rule& /*to*/) { return {true, false}; }

Verdict VerdictOfStatistics(const schema::Statistics& from, const schema::Statistics& to) {
  return {from.definition == to.definition, false};
}

Verdict VerdictOfOperatorFamily(const schema::OperatorFamily& /*from*/,
                                const schema::OperatorFamily& /*to*/) {
  return {true, false};
}

Verdict VerdictOfTextSearchDictionary(const schema::TextSearchDictionary& from,
                                      const schema::TextSearchDictionary& to) {
  return {from.template_name == to.template_name, false};
}

Verdict VerdictOfTextSearchConfiguration(const schema::TextSearchConfiguration& from,
                                         const schema::TextSearchConfiguration& to) {
  return {from.parser == to.parser, false};
}

Verdict VerdictOfExtension(const schema::Extension& from, const schema::Extension& to) {
  return {from.extension_schema == to.extension_schema || from.relocatable, false};
}

Verdict VerdictOfForeignDataWrapper(const schema::ForeignDataWrapper& /*from*/,
                                    const schema::ForeignDataWrapper& /*to*/) {
  return {true, false};
}

Verdict VerdictOfForeignServer(const schema::ForeignServer& from, const schema::ForeignServer& to) {
  return {from.wrapper == to.wrapper && from.type == to.type, false};
}

Verdict VerdictOfUserMapping(const schema::UserMapping& /*from*/, const schema::UserMapping& /*to*/) {
  return {true, false};
}

Verdict VerdictOfPublication(const schema::Publication& from, const schema::Publication& to) {
  return {from.all_tables == to.all_tables, false};
}

// Two-phase commit is decided when a subscription is made (before PostgreSQL 18).
Verdict VerdictOfSubscription(const schema::Subscription& from, const schema::Subscription& to) {
  const auto two_phase = [](const schema::Subscription& subscription) {
    return std::count(subscription.options.begin(), subscription.options.end(), "two_phase=on");
  };
  return {two_phase(from) == two_phase(to), false};
}

Verdict VerdictOfEventTrigger(const schema::EventTrigger& from, const schema::EventTrigger& to) {
  return {from.event == to.event && from.function == to.function && from.tags == to.tags, false};
}

Verdict VerdictOfRole(const schema::Role& /*from*/, const schema::Role& /*to*/) { return {true, false}; }

Verdict VerdictOfSetting(const schema::Setting& /*from*/, const schema::Setting& /*to*/) {
  return {true, false};
}

Verdict VerdictOfTablespace(const schema::Tablespace& /*from*/, const schema::Tablespace& /*to*/) {
  return {true, false};
}

}  // namespace ferry::diff::internal
