// Tables with parents: what PostgreSQL keeps of a parent in its child when they part or come together.
#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "core/diff/pairs.h"

namespace ferry::diff::internal {
namespace {

using schema::Column;
using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;

bool IsInherited(const Object* column) {
  return column != nullptr && std::get<Column>(column->body).inherited;
}

bool IsCheck(const Object* object) {
  const auto* constraint = object == nullptr ? nullptr : std::get_if<schema::Constraint>(&object->body);
  return constraint != nullptr && constraint->type == "check";
}

bool IsPassedOn(const Object& check) {
  return !absl::StrContains(std::get<schema::Constraint>(check.body).definition, ") NO INHERIT");
}

bool IsWordByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || (c & 0x80) != 0;
}

}  // namespace

bool IsInPartitionKey(const Object& table, const std::string& column) {
  const std::string& key = std::get<schema::Table>(table.body).partition_key;
  for (size_t i = 0; i < key.size();) {
    std::string word;
    if (key[i] == '"' || key[i] == '\'') {
      const char quote = key[i++];
      for (; i < key.size(); ++i) {
        if (key[i] == quote && (i + 1 == key.size() || key[i + 1] != quote)) break;
        if (key[i] == quote) ++i;
        word.push_back(key[i]);
      }
      ++i;
      if (quote == '\'') continue;
    } else if (IsWordByte(key[i])) {
      while (i < key.size() && IsWordByte(key[i])) word.push_back(key[i++]);
    } else {
      ++i;
    }
    if (word == column) return true;
  }
  return false;
}

// One table that stays a plain table with parents, before or after.
class Heir {
 public:
  Heir(const Pairs& pairs, size_t table) : pairs_(pairs), table_(table) {
    for (const size_t parent : pairs.ParentsOf(*pairs[table].from)) {
      const Pair& pair = pairs[parent];
      if (pair.id().kind == ObjectKind::kTable && pair.to != nullptr && !pairs.Leaves(table, parent))
        kept_.push_back(parent);
    }
    after_ = pairs.ParentsOf(*pairs[table].to);
  }

  Kinship Judge() const {
    bool apart = false;
    for (const size_t child : pairs_.children(table_)) {
      const Pair& pair = pairs_[child];
      if (pair.from_inherited || pair.to_inherited) continue;
      if (pair.id().kind == ObjectKind::kColumn) {
        if (IsInherited(pair.to) && !ComesFromParent(pair)) return Kinship::kAgain;
        if (IsInherited(pair.to) && IsRetypedByTwo(pair)) return Kinship::kAgain;
        if (pair.both() && IsInherited(pair.from) && !IsInherited(pair.to)) apart = apart || IsKept(pair);
      } else if (IsCheck(pair.from) && pair.to == nullptr) {
        if (BecomesInherited(pair)) return Kinship::kAgain;
      } else if (IsCheck(pair.to) && pair.from == nullptr) {
        apart = apart || IsKept(pair);
      }
    }
    return BecomesOwn() ? Kinship::kAgain : apart ? Kinship::kApart : Kinship::kFine;
  }

 private:
  const Pair* Above(size_t parent, const Pair& pair) const {
    const ObjectId& table = pairs_[parent].id();
    const size_t at = pairs_.Find({pair.id().kind, table.schema, table.name, pair.id().name});
    return at == kNone ? nullptr : &pairs_[at];
  }

  // A column is the parent's alone when it came with it and neither has left the other since.
  bool ComesFromParent(const Pair& column) const {
    if (column.from != nullptr && !IsInherited(column.from)) return false;
    return std::any_of(kept_.begin(), kept_.end(), [&](size_t parent) {
      const Pair* above = Above(parent, column);
      if (above == nullptr || above->to == nullptr) return false;
      return column.from == nullptr ? above->from == nullptr : above->from != nullptr;
    });
  }

  // PostgreSQL changes no type that a column has from more than one parent.
  bool IsRetypedByTwo(const Pair& column) const {
    if (!column.both()) return false;
    const auto& from = std::get<Column>(column.from->body);
    const auto& to = std::get<Column>(column.to->body);
    if (from.type == to.type && from.collation == to.collation && !column.moved) return false;
    return std::count_if(kept_.begin(), kept_.end(),
                         [&](size_t parent) { return Above(parent, column) != nullptr; }) > 1;
  }

  // A parent has it all the time: only away from there it can become the child's own.
  bool IsKept(const Pair& pair) const {
    return std::any_of(kept_.begin(), kept_.end(), [&](size_t parent) {
      const Pair* above = Above(parent, pair);
      return above != nullptr && above->from != nullptr;
    });
  }

  // Whether a parent that it comes to has a CHECK that it is not to have of its own.
  bool BecomesOwn() const {
    for (const size_t parent : after_) {
      if (std::count(kept_.begin(), kept_.end(), parent) > 0) continue;
      for (const size_t child : pairs_.children(parent)) {
        const Pair& check = pairs_[child];
        if (!IsCheck(check.to) || !IsPassedOn(*check.to)) continue;
        const ObjectId& table = pairs_[table_].id();
        const size_t own = pairs_.Find({ObjectKind::kConstraint, table.schema, table.name, check.id().name});
        if (own == kNone || pairs_[own].to == nullptr || pairs_[own].to_inherited) return true;
      }
    }
    return false;
  }

  // A CHECK that the child had of its own and shares afterwards, as a parent has it.
  bool BecomesInherited(const Pair& check) const {
    return std::any_of(after_.begin(), after_.end(), [&](size_t parent) {
      const Pair* above = Above(parent, check);
      if (above == nullptr || above->to == nullptr || !IsCheck(above->to)) return false;
      return std::count(kept_.begin(), kept_.end(), parent) == 0 || above->from != nullptr;
    });
  }

  const Pairs& pairs_;
  const size_t table_;
  std::vector<size_t> kept_;   // parents that it never leaves
  std::vector<size_t> after_;  // its parents in `to`
};

Kinship KinshipOf(const Pairs& pairs, size_t table) {
  const Pair& pair = pairs[table];
  if (pair.id().kind != ObjectKind::kTable || !pair.both() || pair.again) return Kinship::kFine;
  const auto& from = std::get<schema::Table>(pair.from->body);
  const auto& to = std::get<schema::Table>(pair.to->body);
  if (to.inherits.empty() || !to.partition_bound.empty()) return Kinship::kFine;
  if (!from.of_type.empty() || !to.of_type.empty()) return Kinship::kFine;
  return Heir(pairs, table).Judge();
}

namespace {

const Object* TableIn(const schema::Snapshot& side, const ObjectId& id) {
  const Object* table = side.Find({ObjectKind::kTable, id.schema, "", id.name});
  return table != nullptr && !std::get<schema::Table>(table->body).inherits.empty() ? table : nullptr;
}

// The CHECKs that `table` has from the tables above it, by name; those above `but` are left out when it has
// no partition bound (they stay).
void CollectChecks(const schema::Snapshot& side, const Object& table, const Object* but,
                   std::map<std::string, const Object*>& out) {
  for (const schema::Dependency& needed : table.dependencies) {
    const Object* parent = needed.on.kind == ObjectKind::kTable ? side.Find(needed.on) : nullptr;
    if (parent == nullptr) continue;
    const bool stays =
        but != nullptr && std::any_of(but->dependencies.begin(), but->dependencies.end(),
                                      [&](const auto& other) { return other.on == needed.on; });
    if (stays) continue;
    const ObjectId first{ObjectKind::kConstraint, parent->id.schema, parent->id.name, ""};
    auto at = std::lower_bound(side.objects.begin(), side.objects.end(), first,
                               [](const Object& object, const ObjectId& id) { return object.id < id; });
    for (; at != side.objects.end() && at->id.kind == first.kind && at->id.schema == first.schema &&
           at->id.parent == first.parent;
         ++at) {
      if (IsCheck(&*at) && IsPassedOn(*at)) out.emplace(at->id.name, &*at);
    }
    if (TableIn(side, parent->id) != nullptr) CollectChecks(side, *parent, nullptr, out);
  }
}

// PostgreSQL prints some CHECKs so that they read back as others of the same meaning, which it does not take
// for the same: that of a partition is made again with that of the table that it comes back to.
bool ReadsBackOtherwise(const Object& check) {
  return absl::StrContains(std::get<schema::Constraint>(check.body).definition, "ARRAY[(");
}

Object AsOwn(const Object& check, const ObjectId& table) {
  std::vector<schema::Dependency> needs;
  for (const schema::Dependency& needed : check.dependencies) {
    needs.push_back(needed);
    if (needed.on.kind == ObjectKind::kColumn && needed.on.parent == check.id.parent)
      needs.back().on = {ObjectKind::kColumn, table.schema, table.name, needed.on.name};
  }
  return schema::MakeObject({ObjectKind::kConstraint, table.schema, table.name, check.id.name}, check.body,
                            {}, std::move(needs));
}

}  // namespace

void Pairs::AddInheritedChecks(const schema::Snapshot& side, const schema::Snapshot& other, bool is_from) {
  for (const Object& object : side.objects) {
    if (object.id.kind != ObjectKind::kTable) continue;
    const Object* table = TableIn(side, object.id);
    const Object* same = other.Find(object.id);
    if (table == nullptr || same == nullptr) continue;
    const bool partition = IsPartition(table);
    if (!partition && (!is_from || std::get<schema::Table>(object.body).inherits ==
                                       std::get<schema::Table>(same->body).inherits))
      continue;
    std::map<std::string, const Object*> checks;
    CollectChecks(side, *table, partition ? nullptr : same, checks);
    for (const auto& [name, check] : checks) {
      Object own = AsOwn(*check, object.id);
      if (side.Find(own.id) != nullptr) continue;
      const Object* added = &inherited_->emplace_back(std::move(own));
      size_t at = Find(added->id);
      if (at == kNone) {
        const auto place =
            std::lower_bound(pairs_.begin(), pairs_.end(), added->id,
                             [](const Pair& pair, const ObjectId& id) { return pair.id() < id; });
        at = static_cast<size_t>(place - pairs_.begin());
        pairs_.insert(place, Pair());
      }
      (is_from ? pairs_[at].from : pairs_[at].to) = added;
      (is_from ? pairs_[at].from_inherited : pairs_[at].to_inherited) = true;
    }
  }
}

void Pairs::Settle() {
  for (Pair& pair : pairs_) {
    if (!pair.from_inherited && !pair.to_inherited) continue;
    const Pair& table = pairs_[pair.parent];
    bool moves = false;
    if (table.both() && !table.again) {
      const auto& from = std::get<schema::Table>(table.from->body);
      const auto& to = std::get<schema::Table>(table.to->body);
      moves = table.reattach || from.inherits != to.inherits || from.partition_bound != to.partition_bound;
    }
    if (moves) {
      pair.again = pair.again || (table.reattach && pair.from_inherited && pair.to_inherited &&
                                  ReadsBackOtherwise(*pair.from));
      continue;
    }
    const Object* any = pair.from_inherited ? pair.from : pair.to;
    if (pair.from_inherited) pair.from = nullptr;
    if (pair.to_inherited) pair.to = nullptr;
    pair.again = pair.body_differs = pair.traits_differ = false;
    if (pair.from == nullptr && pair.to == nullptr) pair.from = pair.to = any;
  }
}

}  // namespace ferry::diff::internal
