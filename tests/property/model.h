// A schema as the generator knows it: a list of items in an order in which they can be created. An item says
// what it hangs on; everything else about it follows from its four seeds, so that a change of one seed is a
// change of the object, and whatever stands in the list has SQL that PostgreSQL takes. Values; any thread.
#ifndef FERRY_TESTS_PROPERTY_MODEL_H_
#define FERRY_TESTS_PROPERTY_MODEL_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "tests/property/draw.h"

namespace ferry::property {

enum class Kind {
  kSchema,
  kExtension,
  kCollation,
  kEnum,
  kComposite,
  kRange,
  kFunction,
  kPredicate,
  kCastFunction,
  kDomain,
  kOperator,
  kOperatorClass,
  kCast,
  kConversion,
  kAggregate,
  kSequence,
  kTemplate,
  kDictionary,
  kConfiguration,
  kParser,
  kTable,
  kPartition,
  kColumn,
  kPrimaryKey,
  kUnique,
  kCheck,
  kExclusion,
  kForeignKey,
  kIndex,
  kOwnedBy,
  kIdentityMark,
  kClusterMark,
  kView,
  kMaterializedView,
  kTableFunction,
  kProcedure,
  kTriggerFunction,
  kTrigger,
  kRule,
  kPolicy,
  kStatistics,
  kWrapper,
  kServer,
  kUserMapping,
  kForeignTable,
  kPublication,
  kSubscription,
  kEventFunction,
  kEventTrigger,
  kDefaultPrivilege,
  kAccessMethod,
};

// Types that behave alike: any of a class can become any other, and what fits one fits all.
enum class Class {
  kInt,
  kNum,
  kText,
  kTime,
  kBool,
  kJson,
  kUuid,
  kBytes,
  kBits,
  kInet,
  kRange,
  kArray,
  kInterval,
  kSearch,
  kPoint,
  kEnum,
  kRow,
};

struct Item {
  int id = 0;
  Kind kind = Kind::kSchema;
  std::string name;
  int space = 0;             // its schema's item; 0: none
  int parent = 0;            // the relation of a column, constraint, index, …; what a partition is one of
  std::vector<int> uses;     // what else must be there before it
  std::vector<int> key;      // columns that a table is partitioned by
  Class type = Class::kInt;  // of a column, a domain's base, a function's result
  Class argument = Class::kInt;
  int arity = 0;        // of a function
  int number = 0;       // which partition; which of the few that there can be
  char strategy = 0;    // partitioned by 'r'ange, 'l'ist, 'h'ash; 0: not
  uint64_t shape = 0;   // types and what others rely on
  uint64_t look = 0;    // everything else
  uint64_t note = 0;    // its comment
  uint64_t access = 0;  // owner and grants

  Draw shaped() const { return Draw(shape); }
  Draw looks() const { return Draw(look); }
};

struct Schema {
  std::vector<Item> items;  // the first is the schema public, id 1
  int next_id = 2;
  int server = 15;  // the major version that must take it

  const Item* Find(int id) const;  // nullptr: none
  const Item& At(int id) const;    // aborts when there is none
  size_t Place(int id) const;      // in `items`
  std::vector<const Item*> All(std::initializer_list<Kind> kinds) const;
  std::vector<const Item*> Children(int parent, Kind kind) const;
  // The first thing that `item` uses of these kinds; nullptr: none.
  const Item* Used(const Item& item, std::initializer_list<Kind> kinds) const;
  bool IsUsedBy(int id, std::initializer_list<Kind> kinds) const;
  // The table whose columns `relation` has: itself, or for a partition the table at the top.
  const Item& Root(const Item& relation) const;
  // Columns of a table or partition, those of the table it inherits from first.
  std::vector<const Item*> Columns(const Item& relation) const;
};

inline const std::vector<std::string>& Roles() {  // every test cluster has them
  static const auto* const roles =
      new std::vector<std::string>{"property_owner", "Property \"reader\"", "property writer"};
  return *roles;
}
std::vector<std::string> RoleStatements();

// A schema of about `size` items; the same for the same seed.
Schema Generate(uint64_t seed, int size, int server = 15);
// A neighbour: a few items dropped (with what hangs on them), added or changed.
Schema Mutate(const Schema& schema, uint64_t seed);
// The same with one item changed.
Schema Nudge(const Schema& schema, uint64_t seed);
// The statements that create it in an empty database, as a superuser, one by one.
std::vector<std::string> Sql(const Schema& schema);

}  // namespace ferry::property

#endif  // FERRY_TESTS_PROPERTY_MODEL_H_
