#include "absl/strings/str_cat.h"
#include "core/render/kind.h"
#include "core/render/table_parts.h"

namespace ferry::render {
namespace {

using schema::Object;
using schema::Trigger;

void Enable(const Object& object, const std::string& state, Statements& out) {
  const absl::string_view verb = state == "disabled"  ? "DISABLE TRIGGER"
                                 : state == "replica" ? "ENABLE REPLICA TRIGGER"
                                 : state == "always"  ? "ENABLE ALWAYS TRIGGER"
                                                      : "ENABLE TRIGGER";
  out.push_back(Make(
      object.id,
      absl::StrCat("ALTER TABLE ", QualifiedParent(object.id), " ", verb, " ", QuoteName(object.id.name)),
      Lock::kShareRowExclusive));
}

void Create(const Object& object, const Context& context, Statements& out) {
  const auto& trigger = std::get<Trigger>(object.body);
  if (!trigger.cloned) {
    out.push_back(Make(object.id, trigger.definition,
                       context.IsOfNewParent(object.id) ? Lock::kNone : Lock::kShareRowExclusive));
  }
  if (trigger.cloned || trigger.enabled != "origin") Enable(object, trigger.enabled, out);
}

void Alter(const Object& from, const Object& to, const Context&, Statements& out) {
  const std::string& state = std::get<Trigger>(to.body).enabled;
  if (std::get<Trigger>(from.body).enabled != state) Enable(to, state, out);
}

void Drop(const Object& object, const Context& context, Statements& out) {
  if (std::get<Trigger>(object.body).cloned) {
    Enable(object, "origin", out);
    return;
  }
  const Hazard hazard = context.IsNew(object.id) ? Hazard::kGap : Hazard::kBreaksOldCode;
  out.push_back(Make(
      object.id, absl::StrCat("DROP TRIGGER ", QuoteName(object.id.name), " ON ", QualifiedParent(object.id)),
      Lock::kAccessExclusive, {hazard}));
}

}  // namespace

const KindWriter internal::kTriggerWriter = {Create, Alter, Drop};

}  // namespace ferry::render
