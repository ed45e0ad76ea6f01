// Adds items to a schema.
#ifndef FERRY_TESTS_PROPERTY_GROW_H_
#define FERRY_TESTS_PROPERTY_GROW_H_

#include "tests/property/model.h"

namespace ferry::property {

// Appends one item of a kind that `rng` picks (a table with its columns), hung on what is there. False when
// the schema has nothing to hang it on; it is unchanged then.
bool Grow(Schema& schema, Rng& rng);
bool GrowKind(Schema& schema, Rng& rng, Kind kind);

// Other columns of the same relation for an index, constraint, view, …; nothing when it has none.
void ChooseColumns(const Schema& schema, Rng& rng, Item& item);

}  // namespace ferry::property

#endif  // FERRY_TESTS_PROPERTY_GROW_H_
