#include "tests/property/grow.h"

#include <algorithm>
#include <map>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "tests/property/holds.h"
#include "tests/property/text.h"

namespace ferry::property {
namespace {

using Kinds = std::initializer_list<Kind>;

struct Weight {
  Kind kind;
  int weight;
};
constexpr Weight kWeights[] = {
    {Kind::kSchema, 2},
    {Kind::kExtension, 1},
    {Kind::kCollation, 1},
    {Kind::kEnum, 3},
    {Kind::kComposite, 2},
    {Kind::kRange, 1},
    {Kind::kFunction, 6},
    {Kind::kPredicate, 2},
    {Kind::kCastFunction, 1},
    {Kind::kDomain, 4},
    {Kind::kOperator, 2},
    {Kind::kOperatorClass, 1},
    {Kind::kCast, 2},
    {Kind::kConversion, 1},
    {Kind::kAggregate, 2},
    {Kind::kSequence, 4},
    {Kind::kTemplate, 1},
    {Kind::kDictionary, 1},
    {Kind::kConfiguration, 1},
    {Kind::kParser, 1},
    {Kind::kTable, 10},
    {Kind::kPartition, 6},
    {Kind::kColumn, 12},
    {Kind::kPrimaryKey, 5},
    {Kind::kUnique, 4},
    {Kind::kCheck, 5},
    {Kind::kExclusion, 1},
    {Kind::kForeignKey, 6},
    {Kind::kIndex, 10},
    {Kind::kOwnedBy, 2},
    {Kind::kIdentityMark, 1},
    {Kind::kClusterMark, 1},
    {Kind::kView, 6},
    {Kind::kMaterializedView, 3},
    {Kind::kTableFunction, 2},
    {Kind::kProcedure, 2},
    {Kind::kTriggerFunction, 2},
    {Kind::kTrigger, 4},
    {Kind::kRule, 2},
    {Kind::kPolicy, 3},
    {Kind::kStatistics, 2},
    {Kind::kWrapper, 1},
    {Kind::kServer, 1},
    {Kind::kUserMapping, 1},
    {Kind::kForeignTable, 2},
    {Kind::kPublication, 2},
    {Kind::kSubscription, 1},
    {Kind::kEventFunction, 1},
    {Kind::kEventTrigger, 1},
    {Kind::kDefaultPrivilege, 1},
    {Kind::kAccessMethod, 1},
};

constexpr Class kColumnClasses[] = {
    Class::kInt,  Class::kInt,   Class::kInt,   Class::kNum,      Class::kText,   Class::kText,  Class::kText,
    Class::kTime, Class::kTime,  Class::kBool,  Class::kJson,     Class::kUuid,   Class::kBytes, Class::kBits,
    Class::kInet, Class::kRange, Class::kArray, Class::kInterval, Class::kSearch, Class::kPoint,
};
constexpr Class kFunctionClasses[] = {Class::kInt, Class::kText, Class::kNum, Class::kBool};

// Where an item of the kind lives: 'n'owhere, in a 's'chema, with a 'p'arent that PickParent gives.
char Home(Kind kind) {
  switch (kind) {
    case Kind::kSchema:
    case Kind::kCast:
    case Kind::kOwnedBy:
    case Kind::kWrapper:
    case Kind::kServer:
    case Kind::kUserMapping:
    case Kind::kPublication:
    case Kind::kSubscription:
    case Kind::kEventTrigger:
    case Kind::kDefaultPrivilege:
    case Kind::kAccessMethod:
      return 'n';
    case Kind::kColumn:
    case Kind::kPrimaryKey:
    case Kind::kUnique:
    case Kind::kCheck:
    case Kind::kExclusion:
    case Kind::kForeignKey:
    case Kind::kIndex:
    case Kind::kIdentityMark:
    case Kind::kClusterMark:
    case Kind::kTrigger:
    case Kind::kRule:
    case Kind::kPolicy:
      return 'p';
    default:
      return 's';
  }
}

class Grower {
 public:
  Grower(Schema& schema, Rng& rng) : schema_(schema), rng_(rng) {}

  bool Add(Kind kind, int parent = 0) {
    Item item;
    item.id = schema_.next_id++;
    item.kind = kind;
    item.shape = rng_.Next(), item.look = rng_.Next(), item.note = rng_.Next(), item.access = rng_.Next();
    item.parent = parent;
    if (Home(kind) == 's') item.space = Any({Kind::kSchema})->id;
    if (!Choose(item)) return false;
    item.name = FreeName(item);
    schema_.items.push_back(item);
    if (kind == Kind::kTable) Furnish(item.id);
    if (Holds(schema_, schema_.At(item.id))) return true;
    Prune(schema_);
    return false;
  }

 private:
  const Item* Any(Kinds kinds) {
    const auto all = schema_.All(kinds);
    return all.empty() ? nullptr : rng_.Pick(all);
  }
  // Adds one of these to what `item` uses, in `percent` of the cases.
  bool Use(Item& item, Kinds kinds, size_t percent = 100) {
    const Item* used = rng_.Chance(percent) ? Any(kinds) : nullptr;
    if (used != nullptr) item.uses.push_back(used->id);
    return used != nullptr;
  }
  // Adds one of that kind to what `item` uses, making it where there is none.
  bool Need(Item& item, Kind kind) { return Use(item, {kind}) || (Add(kind) && Use(item, {kind})); }
  bool UseFunction(Item& item, Class argument, Class result, size_t percent) {
    std::vector<const Item*> fitting;
    for (const Item* function : schema_.All({Kind::kFunction})) {
      if (function->argument == argument && function->type == result) fitting.push_back(function);
    }
    if (fitting.empty() || !rng_.Chance(percent)) return false;
    item.uses.push_back(rng_.Pick(fitting)->id);
    return true;
  }
  bool Parent(Item& item, Kinds kinds) {
    if (item.parent != 0) return true;
    const Item* parent = Any(kinds);
    if (parent != nullptr) item.parent = parent->id;
    return parent != nullptr;
  }

  std::string FreeName(const Item& item) {
    const bool column = item.kind == Kind::kColumn;
    const std::string name = PoolName(rng_.Next(), column);
    const auto taken = [&](const Item& other) {
      if (column != (other.kind == Kind::kColumn)) return false;
      if (column)
        return other.name == name && (rng_.Chance(50) || Family(other.parent) == Family(item.parent));
      return other.name == name;
    };
    return absl::c_any_of(schema_.items, taken) || rng_.Chance(30) ? absl::StrCat(name, "_", item.id) : name;
  }
  int Family(int table) const {
    const Item& root = schema_.Root(schema_.At(table));
    const Item* ancestor = schema_.Used(root, {Kind::kTable});
    return ancestor == nullptr ? root.id : Family(ancestor->id);
  }

  bool Choose(Item& item);
  bool ChooseColumn(Item& item);
  bool ChooseTable(Item& item);
  bool ChoosePartition(Item& item);
  bool ChooseView(Item& item);
  bool ChooseForeignKey(Item& item);
  bool ChooseOnTable(Item& item);
  bool ChooseRest(Item& item);
  void Furnish(int table);

  Schema& schema_;
  Rng& rng_;
};

bool Grower::ChooseColumn(Item& item) {
  if (!Parent(item, {Kind::kTable}) || schema_.Used(schema_.At(item.parent), {Kind::kComposite}) != nullptr)
    return false;
  item.type = kColumnClasses[rng_.Below(std::size(kColumnClasses))];
  const auto siblings = schema_.Children(item.parent, Kind::kColumn);
  if (!siblings.empty() && rng_.Chance(10)) {
    const Item* source = rng_.Pick(siblings);
    item.strategy = 'g';
    item.uses = {source->id};
    item.type = rng_.Chance(40) ? Class::kBool : ClassOf(schema_, *source);
    UseFunction(item, ClassOf(schema_, *source), item.type, 60);
    return true;
  }
  if (rng_.Chance(22) &&
      Use(item, {Kind::kEnum, Kind::kComposite, Kind::kRange, Kind::kDomain, Kind::kDomain})) {
    item.type = Class::kText;
    return true;
  }
  if (item.type == Class::kText) Use(item, {Kind::kCollation}, 30);
  if (!UseFunction(item, item.type, item.type, 25) && item.type == Class::kInt)
    Use(item, {Kind::kSequence}, 25);
  return true;
}

bool Grower::ChooseTable(Item& item) {
  const size_t which = rng_.Below(100);
  if (which < 12) {
    std::vector<const Item*> plain;
    for (const Item* table : schema_.All({Kind::kTable})) {
      if (table->strategy == 0) plain.push_back(table);
    }
    if (!plain.empty()) item.uses = {rng_.Pick(plain)->id};
  } else if (which < 18) {
    Use(item, {Kind::kComposite});
  } else if (which < 42) {
    item.strategy = "rlh"[rng_.Below(3)];
  } else if (which < 47) {
    Use(item, {Kind::kAccessMethod});
  }
  return true;
}

// Columns; and the key when it is partitioned, with a few partitions.
void Grower::Furnish(int table) {
  if (schema_.Used(schema_.At(table), {Kind::kComposite}) != nullptr) return;
  const char strategy = schema_.At(table).strategy;
  if (strategy != 0) {
    Item column;
    column.id = schema_.next_id++;
    column.kind = Kind::kColumn;
    column.parent = table;
    column.type = strategy == 'l' ? Class::kText : Class::kInt;
    column.shape = rng_.Next(), column.look = rng_.Next(), column.note = rng_.Next(),
    column.access = rng_.Next();
    column.name = FreeName(column);
    schema_.items.push_back(column);
    schema_.items[schema_.Place(table)].key = {column.id};
  }
  for (size_t i = 1 + rng_.Below(5); i > 0; --i) Add(Kind::kColumn, table);
  if (strategy != 0) {
    for (size_t i = rng_.Below(4); i > 0; --i) Add(Kind::kPartition, table);
  }
  if (rng_.Chance(60)) Add(Kind::kPrimaryKey, table);
}

bool Grower::ChoosePartition(Item& item) {
  std::vector<const Item*> above;
  for (const Item* relation : schema_.All({Kind::kTable, Kind::kPartition})) {
    if (relation->strategy != 0) above.push_back(relation);
  }
  if (above.empty()) return false;
  if (item.parent == 0) item.parent = rng_.Pick(above)->id;
  item.number =
      static_cast<int>(schema_.At(item.parent).strategy == 'h' ? 1 + rng_.Below(8) : rng_.Below(30));
  if (rng_.Chance(75)) return true;
  for (const Item* column : schema_.Columns(item)) {
    if (!IsPlain(schema_, *column) || (column->type != Class::kInt && column->type != Class::kText)) continue;
    item.key = {column->id};
    item.strategy = column->type == Class::kInt ? "rh"[rng_.Below(2)] : 'l';
    return true;
  }
  return true;
}

bool Grower::ChooseView(Item& item) {
  if (rng_.Chance(25) && Use(item, {Kind::kView, Kind::kMaterializedView})) return true;
  const Item* relation = Any({Kind::kTable, Kind::kTable, Kind::kPartition});
  if (relation == nullptr) return false;
  item.parent = relation->id;
  ChooseColumns(schema_, rng_, item);
  if (item.uses.empty()) return false;
  const Class first = ClassOf(schema_, schema_.At(item.uses[0]));
  UseFunction(item, first, kFunctionClasses[rng_.Below(std::size(kFunctionClasses))], 40);
  return true;
}

bool Grower::ChooseForeignKey(Item& item) {
  if (!Parent(item, {Kind::kTable})) return false;
  const Item* target = Any({Kind::kPrimaryKey, Kind::kPrimaryKey, Kind::kUnique});
  if (target == nullptr) return false;
  for (const Item* to : KeyColumns(schema_, *target)) {
    std::vector<int> fitting;
    for (const Item* from : schema_.Columns(schema_.At(item.parent))) {
      if (IsPlain(schema_, *from) && from->type == to->type && !absl::c_linear_search(item.uses, from->id)) {
        fitting.push_back(from->id);
      }
    }
    if (fitting.empty()) return false;
    item.uses.push_back(rng_.Pick(fitting));
  }
  item.uses.push_back(target->id);
  return true;
}

bool Grower::ChooseOnTable(Item& item) {
  const bool index = item.kind == Kind::kIndex;
  if (index && rng_.Chance(15) && Parent(item, {Kind::kMaterializedView})) return true;
  if (index && rng_.Chance(20) && !Parent(item, {Kind::kPartition})) return false;
  if (!Parent(item, {Kind::kTable})) return false;
  ChooseColumns(schema_, rng_, item);
  if (item.uses.empty()) return false;
  const Class first = ClassOf(schema_, schema_.At(item.uses[0]));
  switch (item.kind) {
    case Kind::kCheck:
    case Kind::kExclusion:
      item.uses.resize(1);
      if (item.kind == Kind::kCheck) UseFunction(item, first, Class::kBool, 50);
      return item.kind == Kind::kCheck || schema_.At(item.parent).strategy == 0;
    case Kind::kIndex:
      if (first == Class::kText && rng_.Chance(30) && Use(item, {Kind::kConfiguration})) return true;
      if (first == Class::kInt && rng_.Chance(20) && Use(item, {Kind::kOperatorClass})) return true;
      UseFunction(item, first, kFunctionClasses[rng_.Below(std::size(kFunctionClasses))], 20);
      return true;
    case Kind::kPolicy:
      item.uses.resize(1);
      UseFunction(item, first, Class::kBool, 30);
      return true;
    default:
      return true;
  }
}

bool Grower::ChooseRest(Item& item) {
  switch (item.kind) {
    case Kind::kEnum:
    case Kind::kComposite:
    case Kind::kRange:
    case Kind::kExtension:
      item.number = static_cast<int>(rng_.Below(4));
      return true;
    case Kind::kDomain:
      item.type = kColumnClasses[rng_.Below(std::size(kColumnClasses))];
      UseFunction(item, item.type, Class::kBool, 40);
      return true;
    case Kind::kFunction:
    case Kind::kPredicate:
      item.type = kFunctionClasses[rng_.Below(std::size(kFunctionClasses))];
      item.argument = kFunctionClasses[rng_.Below(3)];
      item.arity = item.kind == Kind::kPredicate ? 2 : static_cast<int>(rng_.Below(3));
      if (item.kind == Kind::kFunction) UseFunction(item, item.argument, item.type, 15);
      return true;
    case Kind::kOperator:
      return Need(item, Kind::kPredicate);
    case Kind::kCastFunction:
      return Use(item, {Kind::kEnum, Kind::kComposite});
    case Kind::kCast:
      return Use(item, {Kind::kEnum, Kind::kComposite, Kind::kCastFunction, Kind::kCastFunction});
    case Kind::kConfiguration:
      Use(item, {Kind::kParser}, 20);
      Use(item, {Kind::kDictionary}, 60);
      return true;
    case Kind::kDictionary:
      Use(item, {Kind::kTemplate}, 40);
      return true;
    case Kind::kAggregate:
      UseFunction(item, Class::kInt, Class::kInt, 60);
      return true;
    case Kind::kOwnedBy: {
      const Item* sequence = Any({Kind::kSequence});
      const Item* column = Any({Kind::kColumn});
      if (sequence == nullptr || column == nullptr) return false;
      item.uses = {sequence->id, column->id};
      return true;
    }
    case Kind::kIdentityMark:
    case Kind::kClusterMark: {
      if (!Parent(item, {Kind::kTable}) || schema_.At(item.parent).strategy != 0) return false;
      const bool cluster = item.kind == Kind::kClusterMark;
      auto choices = schema_.Children(item.parent, Kind::kPrimaryKey);
      if (cluster)
        for (const Item* index : schema_.Children(item.parent, Kind::kIndex)) choices.push_back(index);
      if (!choices.empty() && (cluster || rng_.Chance(60))) item.uses = {rng_.Pick(choices)->id};
      return true;
    }
    case Kind::kTableFunction:
    case Kind::kProcedure:
      Use(item, {Kind::kTable, Kind::kComposite, Kind::kView}, 60);
      return true;
    case Kind::kTrigger:
      if (!Parent(item, {Kind::kTable, Kind::kTable, Kind::kPartition, Kind::kView}) ||
          !Need(item, Kind::kTriggerFunction))
        return false;
      if (schema_.At(item.parent).kind != Kind::kView) ChooseColumns(schema_, rng_, item);
      return true;
    case Kind::kRule:
      return Parent(item, {Kind::kTable, Kind::kView});
    case Kind::kServer:
      return Need(item, Kind::kWrapper);
    case Kind::kUserMapping:
      item.number = static_cast<int>(rng_.Below(4));
      return Need(item, Kind::kServer);
    case Kind::kForeignTable:
      return Need(item, Kind::kServer);
    case Kind::kPublication:
      for (size_t i = rng_.Below(3); i > 0; --i) {
        const Item* table = Any({Kind::kTable});
        if (table != nullptr && !absl::c_linear_search(item.uses, table->id)) item.uses.push_back(table->id);
      }
      if (schema_.server >= 15) Use(item, {Kind::kSchema}, 30);
      return true;
    case Kind::kEventTrigger:
      return Need(item, Kind::kEventFunction);
    case Kind::kDefaultPrivilege:
      item.number = static_cast<int>(rng_.Below(12));
      Use(item, {Kind::kSchema}, 60);
      return true;
    default:
      return true;
  }
}

bool Grower::Choose(Item& item) {
  switch (item.kind) {
    case Kind::kColumn:
      return ChooseColumn(item);
    case Kind::kTable:
      return ChooseTable(item);
    case Kind::kPartition:
      return ChoosePartition(item);
    case Kind::kView:
    case Kind::kMaterializedView:
      return ChooseView(item);
    case Kind::kForeignKey:
      return ChooseForeignKey(item);
    case Kind::kPrimaryKey:
    case Kind::kUnique:
    case Kind::kCheck:
    case Kind::kExclusion:
    case Kind::kIndex:
    case Kind::kPolicy:
    case Kind::kStatistics:
      return ChooseOnTable(item);
    default:
      return ChooseRest(item);
  }
}

}  // namespace

void ChooseColumns(const Schema& schema, Rng& rng, Item& item) {
  if (item.parent == 0) return;
  std::vector<int> others, columns;
  for (const int id : item.uses) {
    if (schema.At(id).kind != Kind::kColumn) others.push_back(id);
  }
  const size_t place = schema.Find(item.id) == nullptr ? schema.items.size() : schema.Place(item.id);
  for (const Item* column : schema.Columns(schema.At(item.parent))) {
    if (schema.Place(column->id) < place && rng.Chance(45)) columns.push_back(column->id);
  }
  if (columns.size() > 1)
    std::rotate(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(rng.Below(columns.size())),
                columns.end());
  if (columns.size() > 4) columns.resize(4);
  columns.insert(columns.end(), others.begin(), others.end());
  item.uses = columns;
}

bool GrowKind(Schema& schema, Rng& rng, Kind kind) { return Grower(schema, rng).Add(kind); }

bool Grow(Schema& schema, Rng& rng) {
  size_t total = 0;
  for (const Weight& weight : kWeights) total += static_cast<size_t>(weight.weight);
  size_t at = rng.Below(total);
  for (const Weight& weight : kWeights) {
    if (at < static_cast<size_t>(weight.weight)) return GrowKind(schema, rng, weight.kind);
    at -= static_cast<size_t>(weight.weight);
  }
  return false;
}

Schema Generate(uint64_t seed, int size, int server) {
  Schema schema;
  schema.server = server;
  schema.items.push_back({.id = 1, .kind = Kind::kSchema, .name = "public"});
  Rng rng(seed);
  for (const Kind kind :
       {Kind::kSchema, Kind::kFunction, Kind::kFunction, Kind::kTable, Kind::kTriggerFunction}) {
    GrowKind(schema, rng, kind);
  }
  for (int tries = 0; static_cast<int>(schema.items.size()) < size && tries < size * 20; ++tries)
    Grow(schema, rng);
  return schema;
}

}  // namespace ferry::property
