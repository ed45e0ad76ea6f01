// Comment, labels, owner and grants, in this order: only the owner can grant in its own name.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/render/grants.h"
#include "core/render/kind.h"
#include "core/render/lookup.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;

bool HasOwner(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kColumn:
    case ObjectKind::kConstraint:
    case ObjectKind::kIndex:
    case ObjectKind::kTrigger:
    case ObjectKind::kPolicy:
    case ObjectKind::kRule:
    case ObjectKind::kCast:
    case ObjectKind::kTextSearchParser:
    case ObjectKind::kTextSearchTemplate:
    case ObjectKind::kExtension:
    case ObjectKind::kAccessMethod:
    case ObjectKind::kTransform:
    case ObjectKind::kUserMapping:
    case ObjectKind::kDefaultPrivileges:
    case ObjectKind::kRole:
    case ObjectKind::kSetting:
      return false;
    default:
      return true;
  }
}

bool HasComment(ObjectKind kind) {
  return kind != ObjectKind::kUserMapping && kind != ObjectKind::kDefaultPrivileges &&
         kind != ObjectKind::kSetting;
}

bool IsRelation(ObjectKind kind) { return kind == ObjectKind::kTable || kind == ObjectKind::kView; }

// COMMENT and SECURITY LABEL lock a table itself weakly, and that of one of its parts weaker still.
Lock CommentLock(const ObjectId& id, const Context& context) {
  if (IsRelation(id.kind)) return context.IsNew(id) ? Lock::kNone : Lock::kShareUpdateExclusive;
  if (id.kind == ObjectKind::kColumn) return LockOnParent(context, id, Lock::kShareUpdateExclusive);
  return id.parent.empty() || id.kind == ObjectKind::kUserMapping
             ? Lock::kNone
             : LockOnParent(context, id, Lock::kAccessShare);
}

std::string Commented(const Object& object, const Context& context) {
  const Reference reference = ReferenceTo(object);
  const ObjectId& id = object.id;
  if (id.kind == ObjectKind::kConstraint &&
      context.to.Find({ObjectKind::kDomain, id.schema, "", id.parent}) != nullptr) {
    return absl::StrCat("CONSTRAINT ", sql::QuoteIdentifier(id.name), " ON DOMAIN ", QualifiedParent(id));
  }
  return absl::StrCat(reference.type, " ", reference.name);
}

void WriteComment(const std::string& before, const Object& to, const Context& context, Statements& out) {
  if (before == to.traits.comment || !HasComment(to.id.kind)) return;
  const std::string text = to.traits.comment.empty() ? "NULL" : sql::QuoteLiteral(to.traits.comment);
  out.push_back(Make(to.id, absl::StrCat("COMMENT ON ", Commented(to, context), " IS ", text),
                     CommentLock(to.id, context)));
}

void WriteLabels(const std::vector<std::string>& before, const Object& to, const Context& context,
                 Statements& out) {
  const auto write = [&](const std::string& provider, const std::string& label) {
    out.push_back(Make(to.id,
                       absl::StrCat("SECURITY LABEL FOR ", sql::QuoteIdentifier(provider), " ON ",
                                    Commented(to, context), " IS ", label),
                       CommentLock(to.id, context), {Hazard::kAccessChange}));
  };
  const std::vector<std::string>& wanted = to.traits.security_labels;
  for (const std::string& entry : before) {
    const std::string provider = SplitOption(entry).name;
    const bool kept = std::any_of(wanted.begin(), wanted.end(), [&](const std::string& other) {
      return SplitOption(other).name == provider;
    });
    if (!kept) write(provider, "NULL");
  }
  for (const std::string& entry : NewEntries(before, wanted)) {
    const NameValue parts = SplitOption(entry);
    write(parts.name, sql::QuoteLiteral(parts.value));
  }
}

// The owner of a column's table owns it: such a sequence cannot change hands alone.
bool FollowsTable(const Object& object) {
  const auto* sequence = std::get_if<schema::Sequence>(&object.body);
  return sequence != nullptr && !sequence->owned_by.empty();
}

void WriteOwner(const Object* from, const Object& to, const Context& context, Statements& out) {
  if (to.traits.owner.empty() || !HasOwner(to.id.kind)) return;
  if (from != nullptr && from->traits.owner == to.traits.owner) return;
  if (from != nullptr && FollowsTable(*from) && FollowsTable(to)) {
    const auto& before = std::get<schema::Sequence>(from->body);
    if (before.owned_by == std::get<schema::Sequence>(to.body).owned_by) return;
  }
  const bool locks = IsRelation(to.id.kind) && !context.IsNew(to.id);
  out.push_back(Make(to.id, AlterSql(to, absl::StrCat("OWNER TO ", sql::QuoteIdentifier(to.traits.owner))),
                     locks ? Lock::kAccessExclusive : Lock::kNone, {Hazard::kAccessChange}));
}

const Object* RelationOf(const schema::Snapshot& snapshot, const ObjectId& child) {
  for (const ObjectKind kind : {ObjectKind::kTable, ObjectKind::kView}) {
    if (const Object* found = snapshot.Find({kind, child.schema, "", child.parent})) return found;
  }
  return nullptr;
}

// What stands for @owner: whoever owns the object when the grants are written.
std::string OwnerOf(const Object* from, const Object& to, const Context& context) {
  const bool compared = context.options.compare.owners;
  const Object* holder = compared ? &to : from;
  if (to.id.kind == ObjectKind::kColumn) holder = RelationOf(compared ? context.to : context.from, to.id);
  if (holder == nullptr || holder->traits.owner.empty()) return "CURRENT_USER";
  return sql::QuoteIdentifier(holder->traits.owner);
}

// `owner`: what stands for @owner.
GrantTarget TargetOf(const Object& to, std::string owner) {
  GrantTarget target;
  target.owner = std::move(owner);
  if (to.id.kind == ObjectKind::kDefaultPrivileges) {
    target.owner = sql::QuoteIdentifier(to.id.parent);
    target.prefix = absl::StrCat("ALTER DEFAULT PRIVILEGES FOR ROLE ", target.owner, " ");
    if (!to.id.schema.empty()) {
      absl::StrAppend(&target.prefix, "IN SCHEMA ", sql::QuoteIdentifier(to.id.schema), " ");
    }
    target.on = absl::AsciiStrToUpper(to.id.name);
    target.on_type = ClassOfDefaults(to.id.name);
    return target;
  }
  if (to.id.kind == ObjectKind::kColumn) {
    target.on_type = "COLUMN";
    target.on = absl::StrCat("TABLE ", QualifiedParent(to.id));
    target.column = sql::QuoteIdentifier(to.id.name);
    return target;
  }
  const Reference reference = ReferenceTo(to);
  target.on_type = reference.on_type;
  target.on = absl::StrCat(reference.on_type, " ", reference.on_name);
  return target;
}

Acl AclOf(const Object& object, const GrantTarget& target) {
  if (!object.traits.grants.empty()) return ParseGrants(object.traits.grants);
  return object.id.kind == ObjectKind::kDefaultPrivileges ? Acl() : DefaultAcl(target.on_type);
}

std::string DefaultPrivilegesFor(const std::string& on_type) {
  if (on_type == "TABLE" || on_type == "SEQUENCE" || on_type == "TYPE" || on_type == "SCHEMA") {
    return absl::StrCat(absl::AsciiStrToLower(on_type), "s");
  }
  return on_type == "FUNCTION" || on_type == "PROCEDURE" ? "functions" : "";
}

// What a created object has at first depends on who runs the script, and on the default privileges of that
// role.
struct Initial {
  Acl may;   // has perhaps
  Acl must;  // has surely
};

void AddDefaults(const schema::Snapshot& snapshot, const Object& to, const GrantTarget& target,
                 Initial& out) {
  const std::string name = DefaultPrivilegesFor(target.on_type);
  if (name.empty()) return;
  const ObjectId first{ObjectKind::kDefaultPrivileges, "", "", ""};
  auto at = std::lower_bound(snapshot.objects.begin(), snapshot.objects.end(), first,
                             [](const Object& object, const ObjectId& id) { return object.id < id; });
  for (; at != snapshot.objects.end() && at->id.kind == ObjectKind::kDefaultPrivileges; ++at) {
    if (at->id.name != name || (!at->id.schema.empty() && at->id.schema != to.id.schema)) continue;
    const Acl given = AclOf(*at, target);
    out.may.insert(given.begin(), given.end());
    if (!at->id.schema.empty()) continue;
    for (auto entry = out.must.begin(); entry != out.must.end();) {
      entry = given.count(entry->first) > 0 ? std::next(entry) : out.must.erase(entry);
    }
  }
}

Initial InitialAcl(const Object* from, const Object& to, const Context& context, const GrantTarget& target) {
  Initial result;
  if (from != nullptr) {
    result.may = AclOf(*from, target);
  } else if (to.id.kind != ObjectKind::kDefaultPrivileges || to.id.schema.empty()) {
    result.may = DefaultAcl(target.on_type);
  }
  result.must = result.may;
  if (from == nullptr && to.id.kind != ObjectKind::kDefaultPrivileges) {
    AddDefaults(context.from, to, target, result);
    AddDefaults(context.to, to, target, result);
  }
  result.may = WithOwner(result.may, target.owner);
  result.must = WithOwner(result.must, target.owner);
  return result;
}

void Push(const std::vector<std::string>& statements, const ObjectId& id, Statements& out) {
  for (const std::string& sql : statements)
    out.push_back(Make(id, sql, Lock::kNone, {Hazard::kAccessChange}));
}

// REVOKE on a table takes the same from all its columns: what columns keep is given again.
void RestoreColumns(const Acl& from, const Acl& to, const Object& relation, const Context& context,
                    Statements& out) {
  const std::vector<Object>& objects = context.to.objects;
  const ObjectId first{ObjectKind::kColumn, relation.id.schema, relation.id.name, ""};
  auto at = std::lower_bound(objects.begin(), objects.end(), first,
                             [](const Object& object, const ObjectId& id) { return object.id < id; });
  for (; at != objects.end() && at->id.kind == ObjectKind::kColumn && at->id.schema == first.schema &&
         at->id.parent == first.parent;
       ++at) {
    if (at->traits.grants.empty() || context.IsNew(at->id)) continue;
    Acl lost;
    for (const auto& [key, option] : ParseGrants(at->traits.grants)) {
      const auto had = from.find(key);
      const auto has = to.find(key);
      const bool taken = had != from.end() && (has == to.end() || (had->second && !has->second));
      if (taken) lost[key] = option;
    }
    Push(Grants({}, lost, TargetOf(*at, OwnerOf(&*at, *at, context))), at->id, out);
  }
}

void WriteGrants(const Object* from, const Object& to, const std::string& owner, const Context& context,
                 Statements& out) {
  const GrantTarget target = TargetOf(to, owner);
  if (PrivilegesOf(target.on_type).empty()) return;
  const Acl wanted = AclOf(to, target);
  const Initial initial = InitialAcl(from, to, context, target);
  Push(Revokes(initial.may, wanted, target), to.id, out);
  if (from != nullptr && IsRelation(to.id.kind)) RestoreColumns(initial.may, wanted, to, context, out);
  Push(Grants(initial.must, wanted, target), to.id, out);
}

void WriteComments(const Object* from, const Object& to, const Context& context, Statements& out) {
  if (!context.options.compare.comments) return;
  static const schema::Traits kNothing;
  const schema::Traits& before = from != nullptr ? from->traits : kNothing;
  WriteComment(before.comment, to, context, out);
  WriteLabels(before.security_labels, to, context, out);
}

// Of the index of a constraint and the sequence of an identity column. They are made, and change hands, with
// what they belong to.
void WriteBeneath(const Object* from, const Object& to, const Context& context, Statements& out) {
  const std::optional<Object> after = Beneath(to);
  if (!after.has_value()) return;
  const std::optional<Object> before = from == nullptr ? std::nullopt : Beneath(*from);
  const Object* there = before.has_value() ? &*before : nullptr;
  const size_t own = out.size();
  WriteComments(there, *after, context, out);
  if (context.options.compare.grants) WriteGrants(there, *after, OwnerOf(nullptr, to, context), context, out);
  for (size_t i = own; i < out.size(); ++i) out[i].object = to.id;
}

}  // namespace

void WriteTraits(const Object* from, const Object& to, const Context& context, Statements& out) {
  WriteComments(from, to, context, out);
  if (context.options.compare.owners) WriteOwner(from, to, context, out);
  if (context.options.compare.grants) WriteGrants(from, to, OwnerOf(from, to, context), context, out);
  WriteBeneath(from, to, context, out);
}

}  // namespace ferry::render
