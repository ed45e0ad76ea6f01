#include "agent/worker/worker.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/worker/outcome.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/base/wait.h"
#include "rpc/convert.h"

namespace ferry::worker {
namespace {

// How long a running statement may take to end by itself when the agent is stopped.
constexpr absl::Duration kGrace = absl::Seconds(20);
// How often a step may lose its session, or be cut off by the window, before a person has to look.
constexpr int kMostLosses = 5;
constexpr int kMostCutOffs = 3;
constexpr int kMostInterruptions = 5;
// After the last step, before its changes are settled: the next step of a run comes sooner.
constexpr absl::Duration kQuiet = absl::Seconds(1);
constexpr absl::Duration kSettleAgain = absl::Seconds(5);
constexpr absl::Duration kJournalAgain = absl::Seconds(2);
constexpr absl::Duration kLetGo = absl::Seconds(60);
constexpr absl::Duration kProgressEvery = absl::Milliseconds(200);

std::string StepText(const v1::Step& step) {
  const absl::StatusOr<promotion::Step> known = rpc::FromProto(step);
  return known.ok() ? promotion::ToString(*known) : "an unknown step";
}

v1::Report ReportFor(const v1::Command& command, absl::Time now) {
  v1::Report report;
  report.set_command_id(command.command_id());
  report.set_target_id(command.target_id());
  report.set_promotion_id(command.promotion_id());
  report.set_run_id(command.run_id());
  report.set_attempt(command.attempt());
  report.set_epoch(command.epoch());
  *report.mutable_step() = command.step();
  *report.mutable_at() = rpc::ToProto(now);
  return report;
}

// Whoever met the error knew the database; what comes next is known here.
absl::Status WithWayOut(const absl::Status& error, const v1::Command& command, const std::string& environment,
                        bool waits) {
  return Annotate(error, [&](ErrorDetail& detail) {
    const v1::StepKind kind = command.step().kind();
    const bool touches =
        kind == v1::STEP_KIND_APPLY || kind == v1::STEP_KIND_ROLLBACK || kind == v1::STEP_KIND_VERIFY;
    if (detail.target_state.empty() && !touches) {
      detail.target_state = kind == v1::STEP_KIND_ANALYZE
                                ? "changed and verified; only its statistics are old"
                                : "unchanged: nothing was applied";
    }
    if (!detail.next.empty()) return;
    if (waits) {
      detail.next =
          absl::StrCat("mend the cause or wait: it goes on by itself; or ferry cancel ", environment);
    } else if (kind == v1::STEP_KIND_VERIFY) {
      detail.next = absl::StrCat("ferry rollback ", environment, "; or mend the data and ferry promote --to ",
                                 environment, ", which verifies again");
    } else if (kind == v1::STEP_KIND_ROLLBACK) {
      detail.next = absl::StrCat("mend that, then: ferry rollback ", environment);
    } else if (kind == v1::STEP_KIND_APPLY) {
      detail.next = absl::StrCat("mend that, then: ferry promote --to ", environment, " goes on from there");
    } else {
      detail.next = "mend that, then give the same command again";
    }
  });
}

// How a held run goes on is the same whatever held it.
absl::Status WithResume(const absl::Status& error, const std::string& environment) {
  return Annotate(error, [&](ErrorDetail& detail) {
    const std::string ways = absl::StrCat("ferry resume ", environment, ", or ferry abort ", environment);
    detail.next = detail.next.empty() ? ways : absl::StrCat(detail.next, "; then ", ways);
  });
}

}  // namespace

Worker::Worker(CurrentPolicy* policy, journal::Journal* journal, Outward* outward, const Clock* clock,
               std::string work_dir)
    : policy_(policy),
      journal_(journal),
      outward_(outward),
      clock_(clock),
      work_dir_(std::move(work_dir)),
      plans_(journal, outward) {
  for (const policy::TargetConfig& config : policy_->Get()->targets) {
    auto target = std::make_unique<Target>();
    target->id = config.id;
    target->drift = std::make_unique<drift::Keeper>(config.id, ExpectedFolder(work_dir_), clock_);
    target->observer =
        std::make_unique<Observer>(config.id, policy_, &plans_, target->drift.get(), outward_, clock_);
    target->status = target->observer->WindowStatus();
    targets_.push_back(std::move(target));
  }
}

Worker::~Worker() { Shutdown(); }

void Worker::Start() {
  started_ = true;
  for (const auto& target : targets_) {
    target->step_thread = std::thread([this, t = target.get()] { StepLoop(t); });
    target->look_thread = std::thread([this, t = target.get()] { LookLoop(t); });
  }
}

void Worker::Shutdown() {
  if (!started_) return;
  started_ = false;
  {
    MutexLock lock(&mutex_);
    stopping_.store(true);
    for (const auto& target : targets_) {
      if (target->cancelled != nullptr) target->cancelled->store(true);
      target->observer->Stop();
    }
    wake_.NotifyAll();
  }
  {
    MutexLock lock(&mutex_);
    const absl::Duration end = clock_->Elapsed() + kGrace;
    while (AnyRunning() && clock_->Elapsed() < end) wake_.WaitFor(&mutex_, end - clock_->Elapsed());
    for (const auto& target : targets_) {
      if (!target->canceller.has_value()) continue;
      const absl::Status asked = target->canceller->Cancel();
      if (!asked.ok()) spdlog::warn("cannot cancel on {}: {}", target->id, std::string(asked.message()));
    }
  }
  for (const auto& target : targets_) {
    target->step_thread.join();
    target->look_thread.join();
  }
}

bool Worker::AnyRunning() const {
  for (const auto& target : targets_) {
    if (!target->running.empty()) return true;
  }
  return false;
}

Worker::Target* Worker::Find(const std::string& target_id) {
  for (const auto& target : targets_) {
    if (target->id == target_id) return target.get();
  }
  return nullptr;
}

void Worker::SayRefused(const std::string& command_id, const absl::Status& why) {
  spdlog::warn("refused command {}: {}", command_id, std::string(why.message()));
  v1::AgentMessage message;
  message.mutable_accepted()->set_command_id(command_id);
  *message.mutable_accepted()->mutable_refused() = rpc::ToProto(why);
  outward_->Say(std::move(message));
}

void Worker::OnCommand(const v1::Command& command) {
  FAULT_POINT("agent.received.after");
  Target* const target = Find(command.target_id());
  if (target == nullptr) {
    SayRefused(command.command_id(),
               Error(ErrorCode::kAgentUnknown,
                     absl::StrCat("this agent has no target \"", command.target_id(), "\"")));
    return;
  }
  const absl::StatusOr<journal::Accepted> accepted = journal_->AcceptCommand(
      {command.command_id(), command.target_id(), command.SerializeAsString(), command.attempt()},
      command.epoch());
  if (!accepted.ok()) {
    if (HasCode(accepted.status(), ErrorCode::kCancelled)) {  // a cancel overtook it
      v1::Report report = ReportFor(command, clock_->Now());
      SetOutcome(report, accepted.status(), true, std::nullopt);
      Finish(command, std::move(report));
    } else {
      SayRefused(command.command_id(), accepted.status());
    }
    return;
  }
  FAULT_POINT("agent.journaled.after");
  v1::AgentMessage answer;
  answer.mutable_accepted()->set_command_id(command.command_id());
  outward_->Say(std::move(answer));
  if (*accepted == journal::Accepted::kFinished) {
    SayEarlier(command);
    return;
  }
  {
    MutexLock lock(&mutex_);
    if (Has(*target, command)) return;
  }
  if (*accepted == journal::Accepted::kRunningBefore && HeldAsCrashLoop(command)) return;
  MutexLock lock(&mutex_);
  target->commands.push_back(command);
  wake_.NotifyAll();
}

bool Worker::Has(const Target& target, const v1::Command& command) const {
  if (target.running == command.command_id() && target.running_attempt == command.attempt()) return true;
  return std::any_of(target.commands.begin(), target.commands.end(), [&command](const v1::Command& waiting) {
    return waiting.command_id() == command.command_id() && waiting.attempt() == command.attempt();
  });
}

bool Worker::HeldAsCrashLoop(const v1::Command& command) {
  const absl::StatusOr<int> times = journal_->NoteInterrupted(command.command_id(), command.attempt());
  if (!times.ok()) {
    SayRefused(command.command_id(), times.status());
    return true;
  }
  if (*times < kMostInterruptions) return false;
  const absl::Status why =
      Error(ErrorCode::kCrashLoop, absl::StrCat("the agent ended ", *times, " times in the middle of ",
                                                StepText(command.step()), " on ", command.target_id()))
          .TargetState("what its ledger says; the step is not begun again by itself")
          .Next("look at the agent's log and its host");
  v1::Report report = ReportFor(command, clock_->Now());
  SetOutcome(report, WithResume(why, policy_->Target(command.target_id()).environment), false, std::nullopt,
             true);
  Finish(command, std::move(report));
  return true;
}

void Worker::OnCancel(const v1::CancelCommand& cancel) {
  Target* const target = Find(cancel.target_id());
  if (target == nullptr) return;
  if (cancel.gently()) return OnHold(target, cancel);
  std::optional<v1::Command> not_begun;
  std::optional<pg::Canceller> canceller;
  bool running = false;
  {
    MutexLock lock(&mutex_);
    if (target->running == cancel.command_id() && target->cancelled != nullptr) {
      target->cancelled->store(true);
      canceller = target->canceller;
      running = true;
    }
    for (auto it = target->commands.begin(); it != target->commands.end(); ++it) {
      if (it->command_id() != cancel.command_id()) continue;
      not_begun = *it;
      target->commands.erase(it);
      break;
    }
  }
  if (running) {
    const absl::Status asked = canceller.has_value() ? canceller->Cancel() : absl::OkStatus();
    if (!asked.ok()) spdlog::warn("cannot cancel on {}: {}", target->id, std::string(asked.message()));
    return;
  }
  if (not_begun.has_value()) {
    v1::Report report = ReportFor(*not_begun, clock_->Now());
    SetOutcome(report, Error(ErrorCode::kCancelled, absl::StrCat("cancelled on ", target->id)), true,
               std::nullopt);
    Finish(*not_begun, std::move(report));
    return;
  }
  {
    MutexLock lock(&mutex_);
    target->cancel_first.insert(cancel.command_id());
  }
  const absl::Status kept = journal_->PutTombstone(cancel.command_id());
  if (!kept.ok()) spdlog::error("cannot keep a cancel: {}", std::string(kept.message()));
}

void Worker::OnHold(Target* target, const v1::CancelCommand& hold) {
  MutexLock lock(&mutex_);
  if (target->running == hold.command_id() && target->cancelled != nullptr) {
    target->cancelled->store(true);
    return;
  }
  target->hold_first[hold.command_id()] = hold.attempt();
}

void Worker::OnThrottle(const v1::ThrottleCommand& throttle) {
  Target* const target = Find(throttle.target_id());
  if (target == nullptr) return;
  const int64_t pause = throttle.has_batch_pause()
                            ? absl::ToInt64Milliseconds(rpc::FromProto(throttle.batch_pause()))
                            : WindowGate::kAsConfigured;
  MutexLock lock(&mutex_);
  if (target->running == throttle.command_id() && target->batch_pause_ms != nullptr) {
    target->batch_pause_ms->store(pause);
  }
}

void Worker::OnQuery(const v1::Query& query) {
  Target* const target = Find(query.target_id());
  if (target == nullptr) return;  // the controller's wait ends by its own clock
  MutexLock lock(&mutex_);
  target->queries.push_back(query);
  wake_.NotifyAll();
}

void Worker::SetHeartbeatEvery(absl::Duration every) {
  MutexLock lock(&mutex_);
  heartbeat_every_ = every;
}

void Worker::LookNow() {
  MutexLock lock(&mutex_);
  for (const auto& target : targets_) target->look_now = true;
  wake_.NotifyAll();
}

std::vector<v1::TargetStatus> Worker::Statuses() const {
  MutexLock lock(&mutex_);
  std::vector<v1::TargetStatus> out;
  for (const auto& target : targets_) out.push_back(target->status);
  return out;
}

void Worker::StepLoop(Target* target) {
  for (;;) {
    v1::Command command;
    std::shared_ptr<std::atomic<bool>> cancelled = std::make_shared<std::atomic<bool>>(false);
    std::shared_ptr<std::atomic<int64_t>> batch_pause =
        std::make_shared<std::atomic<int64_t>>(WindowGate::kAsConfigured);
    bool settle = false;
    {
      MutexLock lock(&mutex_);
      while (target->commands.empty() && !target->settle && !stopping_.load()) wake_.Wait(&mutex_);
      if (stopping_.load()) return;
      settle = target->commands.empty();
      target->settle = false;
    }
    if (settle) {
      Settle(target);
      continue;
    }
    {
      MutexLock lock(&mutex_);
      if (target->commands.empty()) continue;  // cancelled meanwhile
      command = std::move(target->commands.front());
      target->commands.pop_front();
      target->running = command.command_id();
      target->running_attempt = command.attempt();
      target->cancelled = cancelled;
      // A command that an earlier life of this process began, and whose cancel came before its delivery to
      // this one.
      if (target->cancel_first.count(command.command_id()) > 0) cancelled->store(true);
      const auto held = target->hold_first.find(command.command_id());
      if (held != target->hold_first.end()) {
        if (command.attempt() <= held->second) cancelled->store(true);
        target->hold_first.erase(held);
      }
      target->batch_pause_ms = batch_pause;
    }
    RunCommand(target, command, cancelled.get(), batch_pause.get());
    MutexLock lock(&mutex_);
    target->running.clear();
    target->running_attempt = 0;
    target->cancelled.reset();
    target->batch_pause_ms.reset();
    target->canceller.reset();
    target->look_now = true;
    target->settle_after = clock_->Elapsed() + kQuiet;
    wake_.NotifyAll();
  }
}

void Worker::Settle(Target* target) {
  const policy::TargetConfig config = policy_->Target(target->id);
  absl::Status settled = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const auto observe, Connect(config, Login::kObserve, "ferry/drift"));
    {
      MutexLock lock(&mutex_);
      target->canceller = observe->canceller();
    }
    ASSIGN_OR_RETURN(const auto migrate, Connect(config, Login::kMigrate, "ferry/drift"));
    const auto named = [this, &config](const std::vector<ledger::AppliedVersion>& applied) {
      return plans_.DriftNamedBy(applied, config.environment);
    };
    return target->drift->Settle(*migrate, *observe, named);
  }();
  const std::string failure = settled.ok() ? std::string() : ErrorText(settled);
  MutexLock lock(&mutex_);
  if (!failure.empty() && failure != target->settle_failure && !stopping_.load()) {
    spdlog::warn("{}: what should be there after the last change is not recorded yet: {}", target->id,
                 failure);
  }
  target->settle_failure = failure;
  target->canceller.reset();
  target->settle_after = clock_->Elapsed() + kSettleAgain;
  target->look_now = true;
  wake_.NotifyAll();
}

bool Worker::SayEarlier(const v1::Command& command) {
  const absl::StatusOr<std::optional<std::string>> earlier =
      journal_->ReportOf(command.command_id(), command.attempt());
  v1::AgentMessage again;
  if (!earlier.ok() || !earlier->has_value() || !again.mutable_report()->ParseFromString(**earlier))
    return false;
  outward_->Say(std::move(again));
  return true;
}

void Worker::RunCommand(Target* target, const v1::Command& command, const std::atomic<bool>* cancelled,
                        const std::atomic<int64_t>* batch_pause_ms) {
  if (SayEarlier(command)) return;  // it ended between this delivery and now
  spdlog::info("{} {} attempt {} on {}", command.promotion_id(), StepText(command.step()), command.attempt(),
               target->id);
  WindowGate gate(policy_, target->id, clock_, cancelled, batch_pause_ms);
  StepContext context;
  context.policy = policy_;
  context.plans = &plans_;
  context.drift = target->drift.get();
  context.clock = clock_;
  context.agent_id = policy_->Get()->name;
  context.work_dir = work_dir_;
  context.gate = &gate;
  context.cancelled = cancelled;
  bool lost = false;
  context.lost_while_changing = &lost;
  context.journal = journal_;
  bool held = false;
  context.held = &held;
  std::optional<journal::SeenEvent> seen;
  context.seen = &seen;
  context.running = [this, target](const pg::Canceller& canceller) {
    MutexLock lock(&mutex_);
    target->canceller = canceller;
  };
  context.keep_away = [this, target](bool away) { return KeepAway(target, away); };
  absl::Duration last_said = -absl::InfiniteDuration();
  context.progress = [&](v1::Progress progress) {
    const absl::Duration now = clock_->Elapsed();
    if (now - last_said < kProgressEvery) return;  // what it leaves out, the next one says
    last_said = now;
    progress.set_promotion_id(command.promotion_id());
    progress.set_run_id(command.run_id());
    progress.set_target_id(command.target_id());
    *progress.mutable_step() = command.step();
    v1::AgentMessage message;
    *message.mutable_progress() = std::move(progress);
    outward_->Say(std::move(message));
  };
  absl::StatusOr<v1::StepDone> done = target->steps.Run(command, context);
  v1::Report report = ReportFor(command, clock_->Now());
  if (done.ok()) {
    *report.mutable_done() = *std::move(done);
  } else {
    if (stopping_.load() && HasCode(done.status(), ErrorCode::kCancelled))
      return;  // the command will be sent again
    absl::Status error = done.status();
    const std::optional<Retry> retry = WhetherToWait(command, gate, lost, error);
    // A session that is lost every time is no outage, and what it does is not known: a person has to look.
    held = held || (lost && !retry.has_value());
    const bool clean = retry.has_value() || Steps::NothingRemains(command, context);
    const std::string environment = policy_->Target(target->id).environment;
    error =
        held ? WithResume(error, environment) : WithWayOut(error, command, environment, retry.has_value());
    SetOutcome(report, error, clean, retry, held);
  }
  Finish(command, std::move(report), seen);
}

// A statement that the closing window cut off has not failed: it has to wait. But one that is cut off every
// time, or loses its session every time, needs a person.
std::optional<Retry> Worker::WhetherToWait(const v1::Command& command, WindowGate& gate, bool lost,
                                           absl::Status& error) const {
  if (HasCode(error, ErrorCode::kDeadlineExceeded) || HasCode(error, ErrorCode::kGuardRefused)) {
    if (command.attempt() >= kMostCutOffs) return std::nullopt;
    const absl::Status closed = gate.PermitNow();
    if (!closed.ok()) error = closed;
  }
  if (lost && command.attempt() >= kMostLosses) return std::nullopt;
  return RetryAfter(error, command.attempt(), clock_->Now(), gate.next_opening());
}

void Worker::Finish(const v1::Command& command, v1::Report report,
                    const std::optional<journal::SeenEvent>& seen) {
  FAULT_POINT("report.journal.before");
  const auto append = [&] {
    const auto payload = [&report](int64_t n) {
      report.set_sequence(n);
      return report.SerializeAsString();
    };
    return journal_->AppendReport(command.command_id(), command.attempt(), true, payload, seen);
  };
  // An outcome that is not durable is not said. A full disk is waited out; after a restart the ledger is
  // asked.
  for (absl::StatusOr<int64_t> sequence = append(); !sequence.ok(); sequence = append()) {
    spdlog::error("cannot journal the outcome of {}, trying again: {}", command.command_id(),
                  ErrorText(sequence.status()));
    WaitFor(kJournalAgain, [this] { return stopping_.load(); });
    if (stopping_.load()) return;
  }
  if (report.sequence() == 0) {  // this attempt had an outcome already, and the first one stands
    SayEarlier(command);
    return;
  }
  FAULT_POINT("report.journal.after");
  if (report.has_failed()) {
    spdlog::error("{} {}", command.promotion_id(), report.failed().error().message());
  } else if (report.has_waiting()) {
    spdlog::warn("{} {}", command.promotion_id(), report.waiting().cause().message());
  } else {
    spdlog::info("{} {} done: {}", command.promotion_id(), StepText(command.step()), report.done().summary());
  }
  v1::AgentMessage message;
  *message.mutable_report() = std::move(report);
  outward_->Say(std::move(message));
}

bool Worker::LookDue(const Target& target) const {
  return target.look_now || clock_->Elapsed() >= target.next_look;
}

void Worker::LookLoop(Target* target) {
  const auto go_on = [this, target] {
    bool due = false;
    {
      MutexLock lock(&mutex_);
      due = LookDue(*target);
    }
    if (due) Look(target);
    return !stopping_.load();
  };
  for (;;) {
    std::optional<v1::Query> query;
    {
      MutexLock lock(&mutex_);
      const auto asked = [target] { return !target->queries.empty() && !target->keep_away; };
      while (!stopping_.load() && !asked() && !LookDue(*target)) {
        wake_.WaitFor(&mutex_, target->next_look - clock_->Elapsed());
      }
      if (stopping_.load()) return;
      if (asked()) {
        query = std::move(target->queries.front());
        target->queries.pop_front();
      }
    }
    if (query.has_value()) {
      target->observer->Answer(*query, go_on);
    } else {
      Look(target);
    }
  }
}

void Worker::Look(Target* target) {
  bool away = false;
  {
    MutexLock lock(&mutex_);
    target->look_now = false;
    target->next_look = clock_->Elapsed() + heartbeat_every_;
    away = target->keep_away;
  }
  v1::TargetStatus status;
  if (away) {
    target->observer->LetGo();
  } else {
    status = target->observer->Status();
  }
  v1::AgentMessage message;
  {
    MutexLock lock(&mutex_);
    if (away) {
      target->away = true;
      wake_.NotifyAll();
    } else {
      target->status = status;
      const bool idle = target->running.empty() && target->commands.empty();
      if (target->observer->unsettled() && idle && clock_->Elapsed() >= target->settle_after) {
        target->settle = true;
        wake_.NotifyAll();
      }
    }
    *message.mutable_heartbeat()->add_targets() = target->status;
  }
  outward_->Say(std::move(message));
}

absl::Status Worker::KeepAway(Target* target, bool away) {
  MutexLock lock(&mutex_);
  target->keep_away = away;
  target->away = false;
  target->look_now = true;
  wake_.NotifyAll();
  const absl::Duration end = clock_->Elapsed() + kLetGo;
  while (away && !target->away && !stopping_.load() && clock_->Elapsed() < end) {
    wake_.WaitFor(&mutex_, end - clock_->Elapsed());
  }
  if (!away || target->away) return absl::OkStatus();
  return Error(ErrorCode::kTargetBusy, "the agent's own look at the database has not ended");
}

}  // namespace ferry::worker
