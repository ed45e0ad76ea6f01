// What must be true of an item so that its SQL is taken. Functions of values; any thread.
#ifndef FERRY_TESTS_PROPERTY_HOLDS_H_
#define FERRY_TESTS_PROPERTY_HOLDS_H_

#include "tests/property/model.h"

namespace ferry::property {

// Whether everything that `item` refers to is there, and is of the sort that its kind needs.
bool Holds(const Schema& schema, const Item& item);

// Takes an item away. What only mentions it goes on without; call Prune for what cannot.
void Remove(Schema& schema, int id);

// Removes items until every one left holds.
void Prune(Schema& schema);

}  // namespace ferry::property

#endif  // FERRY_TESTS_PROPERTY_HOLDS_H_
