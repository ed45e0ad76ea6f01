// The store's own schema: the files of migrations/controller, embedded when the program is built.
#ifndef FERRY_CONTROLLER_STORE_SCHEMA_H_
#define FERRY_CONTROLLER_STORE_SCHEMA_H_

#include <vector>

#include "sqlite/database.h"

namespace ferry::store {

const std::vector<sqlite::SchemaStep>& SchemaSteps();

}  // namespace ferry::store

#endif  // FERRY_CONTROLLER_STORE_SCHEMA_H_
