// Pieces of SQL that several kinds of items share. Functions of values; any thread.
#ifndef FERRY_TESTS_PROPERTY_TEXT_H_
#define FERRY_TESTS_PROPERTY_TEXT_H_

#include <string>
#include <utility>
#include <vector>

#include "tests/property/model.h"

namespace ferry::property {

std::string Quoted(const Item& item);                           // its name
std::string Qualified(const Schema& schema, const Item& item);  // with its schema, or that of its parent's
std::string NameList(const std::vector<const Item*>& columns);  // "a", "b"

// The type of a class that `draw` picks.
std::string BuiltinType(Class type, const Draw& draw);
// Of a function's arguments and result: int, text and the like, without modifiers.
std::string PlainType(Class type, const Draw& draw);
// Of a column: its own class's, or the type that it uses. Of a domain: its base.
std::string TypeOf(const Schema& schema, const Item& item);
// What values of a column or type behave like.
Class ClassOf(const Schema& schema, const Item& item);
bool IsGenerated(const Schema& schema, const Item& column);
// Whether a column's collation tells equal texts apart (pattern operators need that).
bool HasPlainCollation(const Schema& schema, const Item& column);
bool IsOrdered(Class type);                              // has a default btree operator class
bool IsPlain(const Schema& schema, const Item& column);  // no type of its own, not generated

// A constant of the class, quoted, without a cast; "" for a row.
std::string Literal(Class type, const Draw& draw);
// Something boolean and immutable about an expression, true for every Literal.
std::string Condition(Class type, const std::string& expression, const Draw& draw);
// A call of a function item on an expression of its argument's class.
std::string Call(const Schema& schema, const Item& function, const std::string& expression);
std::string Arguments(const Item& function);  // "integer, integer", as in its identity

std::vector<std::string> EnumLabels(const Item& type);
// Columns of a view or materialized view.
std::vector<std::pair<std::string, Class>> OutputColumns(const Schema& schema, const Item& view);
// The columns that a primary key or unique constraint is over, the partition key included.
std::vector<const Item*> KeyColumns(const Schema& schema, const Item& constraint);

// One word from a pool of ordinary and of nasty names.
std::string PoolName(uint64_t seed, bool column);

}  // namespace ferry::property

#endif  // FERRY_TESTS_PROPERTY_TEXT_H_
