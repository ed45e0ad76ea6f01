// Each step of a run on its target, from connecting to result. One call = one step, on the calling thread;
// every call may be repeated after any failure.
#ifndef FERRY_AGENT_WORKER_STEPS_H_
#define FERRY_AGENT_WORKER_STEPS_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "agent/drift/keeper.h"
#include "agent/journal/journal.h"
#include "agent/worker/current_policy.h"
#include "agent/worker/gate.h"
#include "agent/worker/plans.h"
#include "core/base/clock.h"
#include "ferry/v1/agent.pb.h"
#include "pg/session/session.h"

namespace ferry::worker {

enum class Login { kSetup, kMigrate, kObserve };

// A session of one of the target's logins; passwords come from their file now. kDatabaseUnreachable,
// kAuthentication, kConnectionSetting, kFileSystem.
absl::StatusOr<std::unique_ptr<pg::Session>> Connect(const policy::TargetConfig& target, Login login,
                                                     const std::string& application_name);

// Where the agent keeps what should be there, in its state folder.
inline std::string ExpectedFolder(const std::string& state) { return state + "/expected"; }

// The ledger's applied versions as they travel, ascending by version, then repeatable files by name.
void PutApplied(const ledger::LedgerState& state,
                google::protobuf::RepeatedPtrField<v1::AppliedMigration>* out);

// What a step is given besides its command.
struct StepContext {
  const CurrentPolicy* policy = nullptr;
  Plans* plans = nullptr;
  drift::Keeper* drift = nullptr;  // may be null: then nothing is settled here
  const Clock* clock = nullptr;
  std::string agent_id;
  std::string work_dir;  // private to the agent
  WindowGate* gate = nullptr;
  const std::atomic<bool>* cancelled = nullptr;
  // Told of the session that runs statements, so that a cancel from another thread can reach the one that
  // runs.
  std::function<void(const pg::Canceller&)> running;
  // Set by Steps: a session that had the target's lock was lost. Once or twice that is an outage.
  bool* lost_while_changing = nullptr;
  // May be null (without a controller there is none): then no COMMIT is kept, and nothing is known from
  // before.
  journal::Journal* journal = nullptr;
  // Set by Steps: nobody can tell what took effect, or what is there now; a person has to.
  bool* held = nullptr;
  // Set by Steps: the newest event of the ledger after a change.
  std::optional<journal::SeenEvent>* seen = nullptr;
  // Makes the observer let go of its session (true) or look again (false).
  std::function<absl::Status(bool)> keep_away;
  std::function<void(v1::Progress)> progress;  // ids are filled in by the receiver
};

class Steps {
 public:
  // Runs the command's step. On an error the target is in the state that the error says. After the last step
  // of a run that changed something, what is there has been settled, if that was possible just then.
  absl::StatusOr<v1::StepDone> Run(const v1::Command& command, const StepContext& context);

  // Whether nothing of a failed apply or rollback remains, by the ledger. False when it cannot be read.
  static bool NothingRemains(const v1::Command& command, const StepContext& context);

 private:
  absl::StatusOr<v1::StepDone> RunStep(const v1::Command& command, const StepContext& context);
  absl::StatusOr<v1::StepDone> Preflight(const v1::Command& command, const StepContext& context);
  absl::StatusOr<v1::StepDone> Backup(const v1::Command& command, const StepContext& context);
  absl::StatusOr<v1::StepDone> Change(const v1::Command& command, const StepContext& context);
  absl::StatusOr<v1::StepDone> Verify(const v1::Command& command, const StepContext& context);
  absl::StatusOr<v1::StepDone> Analyze(const v1::Command& command, const StepContext& context);
  absl::Status CheckBackup(const v1::Command& command, const policy::TargetConfig& target);

  std::set<std::string> verified_backups_;  // ids whose files were hashed by this process
};

}  // namespace ferry::worker

#endif  // FERRY_AGENT_WORKER_STEPS_H_
