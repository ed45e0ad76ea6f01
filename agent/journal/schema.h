// The journal's own schema: the files of migrations/agent, embedded when the program is built.
#ifndef FERRY_AGENT_JOURNAL_SCHEMA_H_
#define FERRY_AGENT_JOURNAL_SCHEMA_H_

#include <vector>

#include "sqlite/database.h"

namespace ferry::journal {

const std::vector<sqlite::SchemaStep>& SchemaSteps();

}  // namespace ferry::journal

#endif  // FERRY_AGENT_JOURNAL_SCHEMA_H_
