#include "core/diff/pairs.h"

#include <algorithm>

namespace ferry::diff::internal {
namespace {

using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;

bool BodyDiffers(const Object& from, const Object& to) {
  if (from.fingerprint == to.fingerprint) return false;
  Object bare = to;
  bare.traits = from.traits;
  return schema::Fingerprint(bare, schema::Part::kStructure) != from.fingerprint;
}

bool CommentsDiffer(const schema::Traits& a, const schema::Traits& b) {
  return a.comment != b.comment || a.security_labels != b.security_labels ||
         a.beneath->index_comment != b.beneath->index_comment ||
         a.beneath->sequence_comment != b.beneath->sequence_comment ||
         a.beneath->sequence_labels != b.beneath->sequence_labels;
}

bool TraitsDiffer(const Object& from, const Object& to, const CompareOptions& options) {
  const schema::Traits& a = from.traits;
  const schema::Traits& b = to.traits;
  return (options.comments && CommentsDiffer(a, b)) || (options.owners && a.owner != b.owner) ||
         (options.grants &&
          (a.grants != b.grants || a.beneath->sequence_grants != b.beneath->sequence_grants));
}

}  // namespace

bool IsType(ObjectKind kind) {
  return kind == ObjectKind::kEnum || kind == ObjectKind::kDomain || kind == ObjectKind::kCompositeType ||
         kind == ObjectKind::kRangeType || kind == ObjectKind::kBaseType || kind == ObjectKind::kCollation;
}

bool IsPartition(const Object* table) {
  return table != nullptr && table->id.kind == ObjectKind::kTable &&
         !std::get<schema::Table>(table->body).partition_bound.empty();
}

const schema::Column* ColumnOf(const Object* object) {
  return object == nullptr ? nullptr : std::get_if<schema::Column>(&object->body);
}

const std::string& AttachedTo(const Object& object) {
  static const std::string* const kNothing = new std::string();
  if (const auto* index = std::get_if<schema::Index>(&object.body)) return index->attached_to;
  if (const auto* constraint = std::get_if<schema::Constraint>(&object.body)) return constraint->attached_to;
  return *kNothing;
}

Pairs::Pairs(const schema::Snapshot& from, const schema::Snapshot& to, const CompareOptions& options) {
  Merge(from, to);
  AddInheritedChecks(from, to, true);
  AddInheritedChecks(to, from, false);
  for (Pair& pair : pairs_) {
    if (!pair.both()) continue;
    pair.body_differs = BodyDiffers(*pair.from, *pair.to);
    pair.traits_differ = TraitsDiffer(*pair.from, *pair.to, options);
  }
  Link();
}

void Pairs::Merge(const schema::Snapshot& from, const schema::Snapshot& to) {
  auto a = from.objects.begin();
  auto b = to.objects.begin();
  while (a != from.objects.end() || b != to.objects.end()) {
    const bool take_a = a != from.objects.end() && (b == to.objects.end() || !(b->id < a->id));
    const bool take_b = b != to.objects.end() && (a == from.objects.end() || !(a->id < b->id));
    Pair pair;
    if (take_a) pair.from = &*a++;
    if (take_b) pair.to = &*b++;
    pairs_.push_back(pair);
  }
}

void Pairs::Link() {
  users_.resize(pairs_.size());
  children_.resize(pairs_.size());
  for (size_t i = 0; i < pairs_.size(); ++i) {
    Pair& pair = pairs_[i];
    const ObjectId& id = pair.id();
    if (id.kind == ObjectKind::kUserMapping) {
      pair.parent = Find({ObjectKind::kForeignServer, "", "", id.parent});
      if (pair.parent != kNone) children_[pair.parent].push_back(i);
    } else if (!id.parent.empty()) {
      for (const ObjectKind kind :
           {ObjectKind::kTable, ObjectKind::kView, ObjectKind::kDomain, ObjectKind::kCompositeType}) {
        // Where a table became a view, the child belongs to what is there on its own side.
        const size_t parent = Find({kind, id.schema, "", id.parent});
        if (parent == kNone) continue;
        const bool fits =
            pair.from != nullptr ? pairs_[parent].from != nullptr : pairs_[parent].to != nullptr;
        if (fits || pair.parent == kNone) pair.parent = parent;
        if (fits) break;
      }
      if (pair.parent != kNone) children_[pair.parent].push_back(i);
    }
    if (pair.from == nullptr) continue;
    for (const schema::Dependency& needed : pair.from->dependencies) {
      const size_t on = Find(needed.on);
      if (on != kNone) users_[on].push_back({i, needed.through_default});
    }
  }
}

size_t Pairs::Find(const ObjectId& id) const {
  const auto at =
      std::lower_bound(pairs_.begin(), pairs_.end(), id,
                       [](const Pair& pair, const ObjectId& wanted) { return pair.id() < wanted; });
  return at != pairs_.end() && at->id() == id ? static_cast<size_t>(at - pairs_.begin()) : kNone;
}

std::vector<size_t> Pairs::NamedLike(size_t function) const {
  const ObjectId& id = pairs_[function].id();
  return FunctionsNamed(id.schema, id.name.substr(0, id.name.find('(')));
}

std::vector<size_t> Pairs::FunctionsNamed(const std::string& schema, const std::string& name) const {
  const ObjectId id{ObjectKind::kFunction, schema, "", name};
  const std::string start = name + "(";
  std::vector<size_t> out;
  const auto first =
      std::lower_bound(pairs_.begin(), pairs_.end(), ObjectId{id.kind, id.schema, "", start},
                       [](const Pair& pair, const ObjectId& wanted) { return pair.id() < wanted; });
  for (auto at = first; at != pairs_.end(); ++at) {
    const ObjectId& other = at->id();
    if (other.kind != id.kind || other.schema != id.schema || other.name.compare(0, start.size(), start) != 0)
      break;
    out.push_back(static_cast<size_t>(at - pairs_.begin()));
  }
  return out;
}

bool Pairs::IsDetached(size_t table) const {
  if (table == kNone) return false;
  const Pair& pair = pairs_[table];
  if (!pair.both() || pair.again || !IsPartition(pair.from)) return false;
  const auto& from = std::get<schema::Table>(pair.from->body);
  const auto& to = std::get<schema::Table>(pair.to->body);
  return pair.reattach || from.inherits != to.inherits || from.partition_bound != to.partition_bound;
}

bool Pairs::Leaves(size_t table, size_t parent) const {
  if (table == kNone || parent == kNone) return false;
  const Pair& pair = pairs_[table];
  if (!pair.both() || pair.again || pair.id().kind != ObjectKind::kTable) return false;
  const std::vector<size_t> before = ParentsOf(*pair.from);
  if (std::count(before.begin(), before.end(), parent) == 0) return false;
  const auto& from = std::get<schema::Table>(pair.from->body);
  const auto& to = std::get<schema::Table>(pair.to->body);
  if (!from.of_type.empty()) return from.of_type != to.of_type;
  const std::vector<size_t> after = ParentsOf(*pair.to);
  return pair.reattach || from.partition_bound != to.partition_bound ||
         std::count(after.begin(), after.end(), parent) == 0;
}

std::vector<size_t> Pairs::ParentsOf(const Object& table) const {
  std::vector<size_t> out;
  const auto& body = std::get<schema::Table>(table.body);
  if (body.inherits.empty() && body.of_type.empty()) return out;
  const ObjectKind kind = body.of_type.empty() ? ObjectKind::kTable : ObjectKind::kCompositeType;
  for (const schema::Dependency& needed : table.dependencies) {
    if (needed.on.kind != kind) continue;
    const size_t parent = Find(needed.on);
    if (parent != kNone) out.push_back(parent);
  }
  return out;
}

}  // namespace ferry::diff::internal
