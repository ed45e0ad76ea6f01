#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

using schema::Subscription;

std::string Slot(const Subscription& subscription) {
  return absl::StrCat("slot_name = ",
                      subscription.slot.empty() ? "NONE" : sql::QuoteLiteral(subscription.slot));
}

void Enable(const Object& object, bool enabled, Statements& out) {
  out.push_back(Make(object.id, AlterSql(object, enabled ? "ENABLE" : "DISABLE")));
}

// It does not connect: the publisher may not be there yet, and its slot is made there.
void Create(const Object& object, const Context& context, Statements& out) {
  const auto& subscription = std::get<Subscription>(object.body);
  std::vector<std::string> parts = {"connect = false", Slot(subscription)};
  for (const std::string& option : subscription.options) parts.push_back(ParameterList({option}));
  out.push_back(Make(object.id, absl::StrCat("CREATE SUBSCRIPTION ", QualifiedName(object.id), " CONNECTION ",
                                             sql::QuoteLiteral(subscription.connection), " PUBLICATION ",
                                             absl::StrJoin(subscription.publications, ", "), " WITH (",
                                             absl::StrJoin(parts, ", "), ")")));
  if (subscription.enabled) Enable(object, true, out);
  context.remarks.push_back(absl::StrCat("subscription ", QualifiedName(object.id),
                                         " was made without connecting: add its password if it needs one, "
                                         "create its slot on the publisher, and run "
                                         "ALTER SUBSCRIPTION … REFRESH PUBLICATION"));
}

// Parameters are only told where they are not the usual ones.
std::string Usual(const std::string& parameter) {
  if (parameter == "origin") return "any";
  if (parameter == "synchronous_commit") return "off";
  return parameter == "password_required" ? "true" : "false";
}

std::string ChangedParameters(const Subscription& before, const Subscription& after) {
  std::vector<std::string> parts;
  if (before.slot != after.slot) parts.push_back(Slot(after));
  for (const std::string& option : NewEntries(before.options, after.options)) {
    parts.push_back(ParameterList({option}));
  }
  for (const std::string& option : before.options) {
    const std::string name = LostNames({option}, after.options);
    if (!name.empty()) parts.push_back(absl::StrCat(name, " = ", Usual(name)));
  }
  return absl::StrJoin(parts, ", ");
}

// A slot can only be changed while nothing uses it.
void Alter(const Object& from, const Object& to, const Context& context, Statements& out) {
  const auto& before = std::get<Subscription>(from.body);
  const auto& after = std::get<Subscription>(to.body);
  const bool pauses = before.enabled && (!after.enabled || before.slot != after.slot);
  if (pauses) Enable(to, false, out);
  if (before.connection != after.connection) {
    out.push_back(
        Make(to.id, AlterSql(to, absl::StrCat("CONNECTION ", sql::QuoteLiteral(after.connection)))));
    context.remarks.push_back(absl::StrCat("the connection of subscription ", QualifiedName(to.id),
                                           " is written without a password: add it if it needs one"));
  }
  if (before.publications != after.publications) {
    out.push_back(
        Make(to.id, AlterSql(to, absl::StrCat("SET PUBLICATION ", absl::StrJoin(after.publications, ", "),
                                              " WITH (refresh = false)"))));
  }
  const std::string parameters = ChangedParameters(before, after);
  if (!parameters.empty()) out.push_back(Make(to.id, AlterSql(to, absl::StrCat("SET (", parameters, ")"))));
  if (after.enabled && (pauses || !before.enabled)) Enable(to, true, out);
}

// With a slot, DROP would connect to the publisher, and could not run in a transaction.
void Drop(const Object& object, const Context& context, Statements& out) {
  const auto& subscription = std::get<Subscription>(object.body);
  if (subscription.enabled) Enable(object, false, out);
  if (!subscription.slot.empty()) {
    out.push_back(Make(object.id, AlterSql(object, "SET (slot_name = NONE)")));
    context.remarks.push_back(
        absl::StrCat("the slot ", subscription.slot, " of subscription ", QualifiedName(object.id),
                     " stays on the publisher: drop it there with pg_drop_replication_slot"));
  }
  WriteDrop(object, context, out);
}

}  // namespace

namespace internal {
const KindWriter kSubscriptionWriter = {Create, Alter, Drop};
}  // namespace internal

}  // namespace ferry::render
