// What must be true of a database whatever was killed, cut or filled meanwhile.
#ifndef FERRY_TESTS_FAULT_INVARIANTS_H_
#define FERRY_TESTS_FAULT_INVARIANTS_H_

#include <string>
#include <vector>

#include "pg/session/session.h"
#include "tests/fault/workload.h"

namespace ferry::test {

// All of these return sentences, one a violation; none when all is well. A query that fails is one too.
using Violations = std::vector<std::string>;

// Every effect once, the versions that are applied, the ledger's chain, and the fence's epoch at least
// `epoch`, which then becomes that epoch. `superuser` outside a transaction.
Violations CheckTaken(pg::Session& superuser, const Expected& expected, int64_t& epoch);

// INVALID indexes, pending detaches, prepared transactions; of programs of ours (application_name ferry…)
// open transactions and locks. Asked again for 10 seconds until there is nothing.
Violations CheckLeftovers(pg::Session& superuser);

// Files and folders named *.part below `folder`, asked in the same way.
Violations CheckPartFiles(const std::string& folder);

}  // namespace ferry::test

#endif  // FERRY_TESTS_FAULT_INVARIANTS_H_
