#include "core/render/fill.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/render/grants.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using diff::Change;
using diff::Operation;
using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;
using schema::View;

bool IsFilled(const Change& change, const Context& context) {
  if (change.operation != Operation::kCreate || change.id().kind != ObjectKind::kView) return false;
  const auto& view = std::get<View>(change.to->body);
  const Object* before = context.from.Find(change.id());
  const auto* old = before == nullptr ? nullptr : &std::get<View>(before->body);
  const bool was = old != nullptr && old->materialized && old->populated;
  return view.materialized && (was || view.populated);
}

bool IsMaterialized(const Object& view) { return std::get<View>(view.body).materialized; }

bool IsGranted(const Object& relation, const std::string& role) {
  const Acl acl = ParseGrants(relation.traits.grants);
  const std::string name = sql::QuoteIdentifier(role);
  return std::any_of(acl.begin(), acl.end(), [&](const auto& entry) {
    const GrantKey& key = entry.first;
    return key.privilege == "SELECT" && (key.grantee == name || key.grantee == "PUBLIC");
  });
}

}  // namespace

Filling::Filling(const Context& context) : context_(context) {
  for (const Change& change : context_.list.changes) {
    if (!IsFilled(change, context_)) continue;
    filled_.push_back(change.to);
    Read(*change.to);
  }
}

void Filling::Read(const Object& view) {
  if (view.id.kind != ObjectKind::kView || !read_.insert(view.id).second) return;
  for (const schema::Dependency& needed : view.dependencies) {
    if (const Object* other = context_.to.Find(needed.on); other != nullptr) Read(*other);
  }
}

bool Filling::Calls(const Object& view) const {
  return std::any_of(view.dependencies.begin(), view.dependencies.end(), [&](const auto& needed) {
    if (needed.on.kind == ObjectKind::kFunction) return true;
    const Object* other = needed.on.kind == ObjectKind::kView ? context_.to.Find(needed.on) : nullptr;
    return other != nullptr && Calls(*other);
  });
}

// Those that call functions come after the others, because what a function's text reads is not known.
void Filling::Write(Statements& out) const {
  std::set<ObjectId> seen;
  for (const bool late : {false, true}) {
    for (const Object* view : filled_) {
      if (Calls(*view) == late) Fill(*view, seen, out);
    }
  }
}

void Filling::Fill(const Object& view, std::set<ObjectId>& seen, Statements& out) const {
  if (!seen.insert(view.id).second) return;
  for (const schema::Dependency& needed : view.dependencies) {
    const Object* other = needed.on.kind == ObjectKind::kView ? context_.to.Find(needed.on) : nullptr;
    if (other != nullptr) Fill(*other, seen, out);
  }
  if (!IsMaterialized(view)) return;
  const Object* before = context_.IsNew(view.id) ? nullptr : context_.from.Find(view.id);
  if (before != nullptr && std::get<View>(before->body).populated) return;
  const std::string refresh = absl::StrCat("REFRESH MATERIALIZED VIEW ", QualifiedName(view.id));
  std::set<ObjectId> views;
  Reach(view, views);
  const bool may = std::all_of(views.begin(), views.end(),
                               [&](const ObjectId& id) { return MayRead(*context_.from.Find(id)); });
  if (may) {
    out.push_back(Make(view.id, refresh, Lock::kNone, {Hazard::kFullScan}));
  } else {
    out.push_back(Make(view.id, Borrowing(refresh, views), Lock::kAccessExclusive,
                       {Hazard::kFullScan, Hazard::kAccessChange}));
  }
}

// The views that were there before and are read as their owners, `view` itself among them.
void Filling::Reach(const Object& view, std::set<ObjectId>& out) const {
  if (!context_.IsNew(view.id) && !out.insert(view.id).second) return;
  for (const schema::Dependency& needed : view.dependencies) {
    const Object* other = needed.on.kind == ObjectKind::kView ? context_.to.Find(needed.on) : nullptr;
    if (other != nullptr && !IsMaterialized(*other)) Reach(*other, out);
  }
}

const Object* Filling::Now(const ObjectId& relation) const {
  const Object* before = context_.IsNew(relation) ? nullptr : context_.from.Find(relation);
  if (Delays(relation) || !context_.options.compare.owners) return before;
  return context_.to.Find(relation);
}

// As far as owners and grants tell: of who is a member of what, or a superuser, they say nothing.
bool Filling::MayRead(const Object& view) const {
  const Object* after = context_.to.Find(view.id);
  return std::all_of(after->dependencies.begin(), after->dependencies.end(), [&](const auto& needed) {
    ObjectId id = needed.on;
    if (id.kind == ObjectKind::kColumn) id = {ObjectKind::kTable, id.schema, "", id.parent};
    if (id.kind != ObjectKind::kTable && id.kind != ObjectKind::kView) return true;
    const Object* relation = Now(id);
    return relation != nullptr &&
           (relation->traits.owner == view.traits.owner || IsGranted(*relation, view.traits.owner));
  });
}

// Where an owner may not read on, whoever runs the script has the views for a moment; one statement, so that
// they are never left behind. What was granted on them to that role itself is granted again.
std::string Filling::Borrowing(const std::string& refresh, const std::set<ObjectId>& views) const {
  std::string text = absl::StrCat("BEGIN ", refresh, "; EXCEPTION WHEN insufficient_privilege THEN ");
  for (const ObjectId& id : views)
    absl::StrAppend(&text, AlterSql(*context_.from.Find(id), "OWNER TO CURRENT_USER"), "; ");
  absl::StrAppend(&text, refresh, "; ");
  for (const ObjectId& id : views) {
    const Object& view = *context_.from.Find(id);
    absl::StrAppend(&text, AlterSql(view, absl::StrCat("OWNER TO ", sql::QuoteIdentifier(view.traits.owner))),
                    "; ");
    Object bare = view;
    bare.traits.grants.erase(
        std::remove_if(bare.traits.grants.begin(), bare.traits.grants.end(),
                       [](const std::string& grant) { return !absl::StartsWith(grant, "@owner="); }),
        bare.traits.grants.end());
    if (bare.traits.grants.empty()) continue;
    Statements again;
    WriteTraits(&bare, view, context_, again);
    for (const Statement& statement : again) absl::StrAppend(&text, statement.sql, "; ");
  }
  return absl::StrCat("DO ", sql::QuoteLiteral(text + "END"));
}

}  // namespace ferry::render
