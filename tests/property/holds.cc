#include "tests/property/holds.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "tests/property/text.h"

namespace ferry::property {
namespace {

bool AllThere(const Schema& schema, const Item& item) {
  const auto there = [&](int id) { return schema.Find(id) != nullptr; };
  return (item.space == 0 || there(item.space)) && (item.parent == 0 || there(item.parent)) &&
         absl::c_all_of(item.uses, there) && absl::c_all_of(item.key, there);
}

std::vector<const Item*> OwnColumns(const Schema& schema, const Item& item) {
  std::vector<const Item*> out;
  for (const int id : item.uses) {
    if (schema.At(id).kind == Kind::kColumn) out.push_back(&schema.At(id));
  }
  return out;
}

// A table that no longer inherits has fewer columns.
bool HasItsColumns(const Schema& schema, const Item& item) {
  if (item.parent == 0 || item.kind == Kind::kColumn) return true;
  const Item& relation = schema.At(item.parent);
  if (relation.kind != Kind::kTable && relation.kind != Kind::kPartition) return true;
  const auto columns = schema.Columns(relation);
  return absl::c_all_of(OwnColumns(schema, item),
                        [&](const Item* column) { return absl::c_linear_search(columns, column); });
}

// No other item of the kind has the same parent, uses and number.
bool Single(const Schema& schema, const Item& item) {
  return absl::c_none_of(schema.items, [&](const Item& other) {
    return other.id < item.id && other.kind == item.kind && other.parent == item.parent &&
           other.number == item.number && (item.parent != 0 || other.uses == item.uses);
  });
}

bool Calls(const Schema& schema, const Item& item, Class argument, Class result) {
  const Item* function = schema.Used(item, {Kind::kFunction});
  return function == nullptr ||
         (function->type == result && (function->arity == 0 || function->argument == argument));
}

bool ColumnHolds(const Schema& schema, const Item& item) {
  const Class own = ClassOf(schema, item);
  if (item.strategy != 'g') return Calls(schema, item, own, own) && !IsGenerated(schema, item);
  const auto sources = OwnColumns(schema, item);
  if (sources.size() != 1 || IsGenerated(schema, *sources[0]) || item.uses.size() > 2) return false;
  const Class source = ClassOf(schema, *sources[0]);
  if (schema.Used(item, {Kind::kFunction}) != nullptr) return Calls(schema, item, source, own);
  return own == Class::kBool || (own == source && (own == Class::kInt || own == Class::kText));
}

bool KeyHolds(const Schema& schema, const Item& item) {
  const auto columns = KeyColumns(schema, item);
  if (OwnColumns(schema, item).empty()) return false;
  if (item.kind == Kind::kPrimaryKey && !Single(schema, item)) return false;
  return absl::c_all_of(columns, [&](const Item* column) { return IsOrdered(ClassOf(schema, *column)); });
}

bool Referable(const Schema& schema, const Item& column) {
  return IsPlain(schema, column) && (column.type == Class::kInt || column.type == Class::kUuid);
}

bool ForeignKeyHolds(const Schema& schema, const Item& item) {
  const Item* target = schema.Used(item, {Kind::kPrimaryKey, Kind::kUnique});
  if (target == nullptr) return false;
  const auto from = OwnColumns(schema, item), to = KeyColumns(schema, *target);
  if (from.size() != to.size()) return false;
  for (size_t i = 0; i < from.size(); ++i) {
    if (!Referable(schema, *from[i]) || !Referable(schema, *to[i]) || from[i]->type != to[i]->type)
      return false;
  }
  return true;
}

bool PartitionHolds(const Schema& schema, const Item& item) {
  const Item& above = schema.At(item.parent);
  return above.strategy != 0 && (above.strategy != 'h' || (item.number >= 1 && item.number <= 8)) &&
         Single(schema, item);
}

bool OwnedByHolds(const Schema& schema, const Item& item) {
  const Item* sequence = schema.Used(item, {Kind::kSequence});
  const auto columns = OwnColumns(schema, item);
  if (sequence == nullptr || columns.size() != 1) return false;
  return sequence->space == schema.At(columns[0]->parent).space &&
         absl::c_none_of(schema.items, [&](const Item& other) {
           return other.id < item.id && other.kind == Kind::kOwnedBy &&
                  absl::c_linear_search(other.uses, sequence->id);
         });
}

bool TableHolds(const Schema& schema, const Item& item) {
  if (item.strategy != 0 && item.key.empty()) return false;
  for (const int id : item.key) {
    if (!IsPlain(schema, schema.At(id))) return false;
  }
  const Item* ancestor = schema.Used(item, {Kind::kTable});
  return ancestor == nullptr || ancestor->strategy == 0;
}

}  // namespace

bool Holds(const Schema& schema, const Item& item) {
  if (!AllThere(schema, item) || !HasItsColumns(schema, item)) return false;
  const auto uses = [&](std::initializer_list<Kind> kinds) { return schema.Used(item, kinds) != nullptr; };
  switch (item.kind) {
    case Kind::kColumn:
      return ColumnHolds(schema, item);
    case Kind::kTable:
      return TableHolds(schema, item);
    case Kind::kPartition:
      return PartitionHolds(schema, item) && (item.strategy == 0 || !item.key.empty());
    case Kind::kPrimaryKey:
    case Kind::kUnique:
      return KeyHolds(schema, item);
    case Kind::kCheck: {
      const auto columns = OwnColumns(schema, item);
      return columns.size() == 1 && Calls(schema, item, ClassOf(schema, *columns[0]), Class::kBool);
    }
    case Kind::kExclusion: {
      const auto columns = OwnColumns(schema, item);
      return columns.size() == 1 && IsPlain(schema, *columns[0]) &&
             (columns[0]->type == Class::kRange || columns[0]->type == Class::kInt);
    }
    case Kind::kForeignKey:
      return ForeignKeyHolds(schema, item);
    case Kind::kIndex: {
      const Item* function = schema.Used(item, {Kind::kFunction});
      const auto columns = OwnColumns(schema, item);
      if (schema.At(item.parent).kind == Kind::kMaterializedView) return true;
      return !columns.empty() && (function == nullptr || function->argument == ClassOf(schema, *columns[0]));
    }
    case Kind::kStatistics:
      return OwnColumns(schema, item).size() >= 2;
    case Kind::kView:
    case Kind::kMaterializedView: {
      const Item* function = schema.Used(item, {Kind::kFunction});
      const auto columns = OwnColumns(schema, item);
      if (columns.empty()) return uses({Kind::kView, Kind::kMaterializedView}) && function == nullptr;
      return function == nullptr || function->argument == ClassOf(schema, *columns[0]);
    }
    case Kind::kPolicy:
    case Kind::kDomain:
    case Kind::kSequence:
    case Kind::kFunction:
      return true;
    case Kind::kOwnedBy:
      return OwnedByHolds(schema, item);
    case Kind::kIdentityMark:
    case Kind::kExtension:
    case Kind::kDefaultPrivilege:
      return Single(schema, item);
    case Kind::kClusterMark:
      return Single(schema, item) && uses({Kind::kIndex, Kind::kPrimaryKey});
    case Kind::kTrigger:
      return uses({Kind::kTriggerFunction});
    case Kind::kEventTrigger:
      return uses({Kind::kEventFunction});
    case Kind::kOperator:
      return uses({Kind::kPredicate});
    case Kind::kCastFunction:
      return uses({Kind::kEnum, Kind::kComposite});
    case Kind::kCast:
      return uses({Kind::kEnum, Kind::kComposite, Kind::kCastFunction}) && Single(schema, item);
    case Kind::kServer:
      return uses({Kind::kWrapper});
    case Kind::kUserMapping:
      return uses({Kind::kServer}) && Single(schema, item);
    case Kind::kForeignTable:
      return uses({Kind::kServer});
    default:
      return true;
  }
}

void Remove(Schema& schema, int id) {
  schema.items.erase(schema.items.begin() + static_cast<std::ptrdiff_t>(schema.Place(id)));
  for (Item& item : schema.items) {
    item.uses.erase(std::remove(item.uses.begin(), item.uses.end(), id), item.uses.end());
  }
}

void Prune(Schema& schema) {
  for (;;) {
    auto bad = absl::c_find_if(schema.items, [&](const Item& item) { return !AllThere(schema, item); });
    // Only when every reference leads somewhere can anything else be asked.
    if (bad == schema.items.end()) {
      bad = absl::c_find_if(schema.items, [&](const Item& item) { return !Holds(schema, item); });
    }
    if (bad == schema.items.end()) return;
    Remove(schema, bad->id);
  }
}

}  // namespace ferry::property
