#include "agent/breakglass/apply_signed.h"

#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <ostream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "agent/worker/gate.h"
#include "agent/worker/plans.h"
#include "agent/worker/steps.h"
#include "core/base/error.h"
#include "core/promotion/steps.h"
#include "pg/ledger/ledger.h"
#include "rpc/convert.h"
#include "rpc/plan_file.h"

namespace ferry::breakglass {
namespace {

constexpr char kUnchanged[] = "unchanged: nothing was started";

struct Failure {
  absl::Status error;
  int exit_code = 1;
};

int ExitCodeOf(const absl::Status& error, bool began, bool clean) {
  switch (CodeOf(error)) {
    case ErrorCode::kWindowClosed:
      return 8;
    case ErrorCode::kProtected:
      return 4;
    case ErrorCode::kUsage:
      return 64;
    case ErrorCode::kConfig:
    case ErrorCode::kWindowSpec:
      return 78;
    case ErrorCode::kOutOfOrder:
    case ErrorCode::kLedgerMismatch:
    case ErrorCode::kStaleCommand:
      return clean ? 7 : 6;
    default:
      return !began ? 1 : clean ? 5 : 6;
  }
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  if (!file || !(bytes << file.rdbuf())) {
    return Error(ErrorCode::kFileSystem, absl::StrCat("cannot read \"", path, "\""))
        .TargetState(kUnchanged)
        .Next("ferry plan export -f FILE writes one");
  }
  return bytes.str();
}

absl::StatusOr<policy::TargetConfig> TargetOf(const policy::AgentConfig& config, const std::string& id) {
  std::string known;
  for (const policy::TargetConfig& target : config.targets) {
    if (target.id == id) return target;
    absl::StrAppend(&known, known.empty() ? "" : ", ", target.id);
  }
  return Error(ErrorCode::kAgentUnknown,
               absl::StrCat("this agent's file has no target \"", id, "\"; there are ", known))
      .TargetState(kUnchanged)
      .Next("give --target one of those");
}

absl::Status CheckRules(const policy::TargetConfig& target, const Options& options, absl::Time now) {
  if (options.reason.empty()) {
    return Error(ErrorCode::kUsage, "a run without the controller needs a reason")
        .Next("ferry-agent apply-signed … --reason \"the controller's host is down, INC-1234\"");
  }
  if (target.is_protected) {
    return Error(ErrorCode::kProtected,
                 absl::StrCat(target.id, " is protected, and this version can check no approvals"))
        .TargetState(kUnchanged)
        .Next("bring the controller back and promote; or take `protected: true` out of the agent's file");
  }
  const worker::Standing standing = worker::StandingAt(target.schedule, now);
  if (standing.open) return absl::OkStatus();
  return Annotate(worker::WindowClosed(target.id, standing, target.zone), [](ErrorDetail& detail) {
    detail.target_state = kUnchanged;
    detail.next = "the same command again when it is open: nothing waits here";
  });
}

// The version to reach: within what the file says.
absl::StatusOr<std::string> GoalOf(const rpc::PlanFile& file, const std::string& asked) {
  if (asked.empty()) return file.to_version;
  const migration::Migration* goal = file.plan.Find(asked);
  if (goal != nullptr && !(file.plan.Find(file.to_version)->version < goal->version)) return asked;
  return Error(ErrorCode::kVersionUnknown,
               absl::StrCat("the plan file goes up to ", file.to_version, ", not to \"", asked, "\""))
      .TargetState(kUnchanged)
      .Next("give a version of the plan up to that one, or export a file that goes further");
}

class Run {
 public:
  Run(const policy::AgentConfig& config, policy::TargetConfig target, const Options& options,
      const rpc::PlanFile& file, const Clock& clock, RandomSource& random, StopSwitch& stop,
      std::ostream& out, std::ostream& err)
      : target_(std::move(target)),
        policy_(config),
        plans_(nullptr, nullptr),
        gate_(&policy_, target_.id, &clock, stop.asked()),
        digest_(file.plan.digest),
        plan_name_(file.name),
        reason_(absl::StrCat(options.by, ": ", options.reason)),
        id_(NewId("bg", clock.Now(), random)),
        clock_(clock),
        stop_(stop),
        out_(out),
        err_(err) {
    kept_ = plans_.Keep(file.plan, target_.environment);
    FillContext(config);
  }

  const std::string& id() const { return id_; }

  std::optional<Failure> To(const std::string& version) {
    if (!kept_.ok()) return Failure{kept_};
    if (mkdir(context_.work_dir.c_str(), 0700) != 0 && errno != EEXIST) {
      return Failure{
          Error(ErrorCode::kFileSystem, absl::StrCat("cannot make the folder \"", context_.work_dir, "\""))
              .TargetState(kUnchanged)
              .Next("run this as the agent's user")};
    }
    // The observing agent sees this session and does not report the run before it has ended.
    auto presence = worker::Connect(target_, worker::Login::kObserve, absl::StrCat("ferry/", id_));
    if (!presence.ok()) return Failure{presence.status()};
    absl::StatusOr<ledger::LedgerState> state = ledger::ReadLedger(**presence);
    if (!state.ok()) return Failure{state.status()};
    epoch_ = state->epoch;
    const absl::StatusOr<v1::StepDone> ready = Do({promotion::StepKind::kPreflight, ""});
    if (!ready.ok()) return Fail(ready.status(), {promotion::StepKind::kPreflight, ""});
    const auto plan = plans_.Get(digest_, target_.environment);
    if (!plan.ok()) return Failure{plan.status()};
    const auto steps =
        promotion::PlanSteps(promotion::Kind::kPromote, **plan, rpc::FromProto(ready->applied()), version);
    if (!steps.ok()) return Failure{steps.status(), ExitCodeOf(steps.status(), false, true)};
    for (const promotion::Step& step : *steps) {
      const absl::StatusOr<v1::StepDone> done = Do(step);
      if (!done.ok()) return Fail(done.status(), step);
    }
    return std::nullopt;
  }

 private:
  void FillContext(const policy::AgentConfig& config) {
    context_.policy = &policy_;
    context_.plans = &plans_;
    context_.clock = &clock_;
    context_.agent_id = config.name;
    context_.work_dir = absl::StrCat(config.state, "/break-glass");
    context_.gate = &gate_;
    context_.cancelled = stop_.asked();
    context_.lost_while_changing = &lost_;
    context_.running = [this](const pg::Canceller& canceller) { stop_.Running(canceller); };
    context_.progress = [this](const v1::Progress& progress) {
      if (progress.phase() == phase_) return;
      phase_ = progress.phase();
      err_ << "      " << target_.id << "  " << phase_ << std::endl;
    };
  }

  v1::Command CommandFor(const promotion::Step& step) const {
    v1::Command command;
    command.set_command_id(absl::StrCat(id_, ".1 ", promotion::ToString(step)));
    command.set_target_id(target_.id);
    command.set_promotion_id(id_);
    command.set_run_id(absl::StrCat(id_, ".1"));
    command.set_epoch(epoch_);
    command.set_attempt(1);
    command.set_plan_digest(digest_);
    command.set_plan_name(plan_name_);
    *command.mutable_step() = rpc::ToProto(step);
    command.set_backup_id(backup_id_);
    for (const std::string& version : applied_) command.add_versions(version);
    command.set_kind(v1::PROMOTION_KIND_BREAK_GLASS);
    command.set_reason(reason_);
    return command;
  }

  absl::StatusOr<v1::StepDone> Do(const promotion::Step& step) {
    phase_.clear();
    ASSIGN_OR_RETURN(v1::StepDone done, steps_.Run(CommandFor(step), context_));
    began_ = began_ || step.kind == promotion::StepKind::kApply;
    if (step.kind == promotion::StepKind::kApply) applied_.push_back(step.version);
    if (!done.backup_id().empty()) backup_id_ = done.backup_id();
    out_ << " ok  " << target_.id << "  " << promotion::ToString(step) << "  " << done.summary() << std::endl;
    return done;
  }

  Failure Fail(const absl::Status& error, const promotion::Step& step) {
    const bool changes =
        step.kind == promotion::StepKind::kApply || step.kind == promotion::StepKind::kVerify;
    const bool clean = worker::Steps::NothingRemains(CommandFor(step), context_);
    out_ << " --  " << target_.id << "  " << promotion::ToString(step) << "  failed" << std::endl;
    return Failure{WithWayOut(error, clean), ExitCodeOf(error, began_ || changes, clean)};
  }

  absl::Status WithWayOut(const absl::Status& error, bool clean) const {
    return Annotate(error, [&](ErrorDetail& detail) {
      if (detail.target_state.empty()) {
        detail.target_state = clean ? "nothing of this step remains; what is said ok above stays"
                                    : "see ferry.event and ferry.schema_version";
      }
      detail.next = "mend that, then the same command again: it goes on from there";
    });
  }

  const policy::TargetConfig target_;
  worker::CurrentPolicy policy_;
  worker::Plans plans_;
  absl::Status kept_;  // the plan, with the values of the target's environment
  worker::WindowGate gate_;
  worker::Steps steps_;
  worker::StepContext context_;
  const std::string digest_, plan_name_, reason_, id_;
  const Clock& clock_;
  StopSwitch& stop_;
  std::ostream& out_;
  std::ostream& err_;
  int64_t epoch_ = 0;
  std::string backup_id_, phase_;
  std::vector<std::string> applied_;
  bool lost_ = false;
  bool began_ = false;
};

}  // namespace

void StopSwitch::Ask() {
  asked_.store(true);
  MutexLock lock(&mutex_);
  if (canceller_.has_value()) canceller_->Cancel().IgnoreError();
}

void StopSwitch::Running(const pg::Canceller& canceller) {
  MutexLock lock(&mutex_);
  canceller_ = canceller;
}

int ApplySigned(const policy::AgentConfig& config, const Options& options, const Clock& clock,
                RandomSource& random, StopSwitch& stop, std::ostream& out, std::ostream& err) {
  const auto refuse = [&err](const absl::Status& error) {
    err << ErrorText(error) << std::endl;
    return ExitCodeOf(error, false, true);
  };
  const absl::StatusOr<policy::TargetConfig> target = TargetOf(config, options.target);
  if (!target.ok()) return refuse(target.status());
  const absl::Status allowed = CheckRules(*target, options, clock.Now());
  if (!allowed.ok()) return refuse(allowed);
  const absl::StatusOr<std::string> bytes = ReadFile(options.plan_file);
  if (!bytes.ok()) return refuse(bytes.status());
  const absl::StatusOr<rpc::PlanFile> file = rpc::ReadPlanFile(*bytes);
  if (!file.ok()) return refuse(file.status());
  const absl::StatusOr<std::string> goal = GoalOf(*file, options.to_version);
  if (!goal.ok()) return refuse(goal.status());
  Run run(config, *target, options, *file, clock, random, stop, out, err);
  out << run.id() << "  brings " << target->id << " to " << *goal << " without the controller  plan "
      << file->plan.digest.substr(0, 12) << " (" << file->name << ")" << std::endl;
  const std::optional<Failure> failure = run.To(*goal);
  if (failure.has_value()) {
    err << ErrorText(failure->error) << std::endl;
    return failure->exit_code;
  }
  out << "ok: " << target->id << " is at " << *goal << "; the controller learns of it when it is back"
      << std::endl;
  return 0;
}

}  // namespace ferry::breakglass
