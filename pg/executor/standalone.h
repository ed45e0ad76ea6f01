// Statements that cannot run in a transaction: what each kind looks like in the catalogs before, in the
// middle and after. Inside the executor.
#ifndef FERRY_PG_EXECUTOR_STANDALONE_H_
#define FERRY_PG_EXECUTOR_STANDALONE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/sql/standalone.h"
#include "pg/executor/step.h"

namespace ferry::executor {

// What the catalogs answer about a statement.
struct Found {
  enum class State {
    kAbsent,       // it has not taken effect: send it
    kBuilding,     // a backend is at it
    kLeftover,     // it was interrupted, and left something that is in the way
    kDone,         // what it makes is there, as it says
    kConflicting,  // something of that name is there, and is not what it makes
  };
  State state = State::kAbsent;
  std::string what;     // for people, once something is there: "index public.t_i"
  std::string backend;  // kBuilding: its pid
};

class StandaloneKind {
 public:
  virtual ~StandaloneKind() = default;
  // `intended`: an intent row of ours covers the segment. Outside a transaction before and after.
  virtual absl::StatusOr<Found> Probe(bool intended) = 0;
  // What makes way for the statement, or finishes it, after kLeftover: run one by one, outside a transaction.
  virtual std::vector<std::string> CleanUp() const { return {}; }
  // Whether that finished the statement, so that it is not sent again.
  virtual bool CleanUpFinishes() const { return false; }
  // Whether the statement may be sent though what it makes is there: VACUUM, REINDEX.
  virtual bool RepeatsHarmlessly() const { return false; }
};

// Whether the statement waits for older transactions while it stands in nobody's way: it is sent without a
// lock_timeout, and only after they have ended.
bool WaitsForSnapshots(const sql::Standalone& parsed);

// kNonTransactional, with the statement but no file: nothing tells afterwards whether it took effect.
absl::StatusOr<sql::Standalone> CheckStandalone(const sql::Statement& statement);

// Of a statement that CheckStandalone took. `step` must outlive it.
std::unique_ptr<StandaloneKind> MakeIndexKind(Step& step, const sql::Standalone& parsed);
std::unique_ptr<StandaloneKind> MakeReindexKind(Step& step, const sql::Standalone& parsed);
std::unique_ptr<StandaloneKind> MakePartitionKind(Step& step, const sql::Standalone& parsed);
std::unique_ptr<StandaloneKind> MakeSubscriptionKind(Step& step, const sql::Standalone& parsed);
std::unique_ptr<StandaloneKind> MakeVacuumKind();

// Waits until no transaction is left that a concurrent statement would wait for, up to limits.snapshot_wait
// and the gate's word; names them meanwhile. kOldSnapshot names who is left; what the gate says.
absl::Status WaitForSnapshots(Step& step);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_STANDALONE_H_
