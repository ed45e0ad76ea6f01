#include "controller/rollout/rollout.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "controller/rollout/commands.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/promotion/steps.h"
#include "rpc/convert.h"

namespace ferry::rollout {
namespace {

constexpr absl::Duration kTick = absl::Milliseconds(200);
// A wait whose end the agent does not know is asked about again after this.
constexpr absl::Duration kAskAgain = absl::Seconds(15);

// Whether a run that waits may be asked again: whatever clocks and statuses say, not faster than 2 s, 4 s, …
// 30 s.
bool Rested(const promotion::Run& run, absl::Time now) {
  const absl::Duration rest = absl::Seconds(2) * (1 << std::min(run.attempt - 1, 4));
  return now - run.waiting_since >= std::min(rest, absl::Seconds(30));
}

// A window that opened, or a database that came back, is worth one early look; after that the pause grows.
bool MayWakeEarly(const promotion::Run& run, absl::Time now) { return run.attempt == 1 || Rested(run, now); }

}  // namespace

Rollout::Rollout(store::Store* store, fleet::Fleet* fleet, const Clock* clock, int64_t epoch)
    : store_(store), fleet_(fleet), clock_(clock), epoch_(epoch) {}

Rollout::~Rollout() { Shutdown(); }

absl::Status Rollout::Start() {
  ASSIGN_OR_RETURN(const std::vector<store::PromotionRecord> records,
                   store_->ListPromotions("", true, 10'000));
  for (const store::PromotionRecord& record : records) {
    ASSIGN_OR_RETURN(promotion::Promotion promotion, Get(record.request.promotion_id));
    spdlog::info("promotion {} of {} goes on where it was", promotion.request.promotion_id,
                 promotion.request.environment);
    MutexLock lock(&mutex_);
    active_[record.request.promotion_id] = Active{std::move(promotion), {}};
  }
  timer_ = std::thread([this] { TimerLoop(); });
  return absl::OkStatus();
}

void Rollout::Shutdown() {
  stopping_.store(true);
  {
    MutexLock lock(&mutex_);
    changed_.NotifyAll();
  }
  if (timer_.joinable()) timer_.join();
}

absl::StatusOr<Rollout::Started> Rollout::Begin(const promotion::Request& request) {
  const absl::Time now = clock_->Now();
  const std::vector<promotion::Event> events = promotion::Start(request, now);
  MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(const std::string id, store_->CreatePromotion(request, now, events));  // 1. durable
  if (id != request.promotion_id) {
    const auto active = active_.find(id);
    if (active != active_.end()) return Started{active->second.promotion, false};
    ASSIGN_OR_RETURN(const std::vector<store::StoredEvent> stored, store_->LoadEvents(id));
    std::vector<promotion::Event> earlier;
    for (const store::StoredEvent& e : stored) earlier.push_back(e.event);
    ASSIGN_OR_RETURN(promotion::Promotion promotion, promotion::Replay(earlier));
    return Started{std::move(promotion), false};
  }
  FAULT_POINT("controller.created.after");
  ASSIGN_OR_RETURN(promotion::Promotion promotion, promotion::Replay(events));  // 2. published
  Active& active = active_[id] = Active{std::move(promotion), {}};
  spdlog::info("{} {}", id, events.front().text);
  Advance(active);  // 3. sent
  changed_.NotifyAll();
  return Started{active.promotion, true};
}

absl::StatusOr<promotion::Promotion> Rollout::Get(const std::string& promotion_id) {
  {
    MutexLock lock(&mutex_);
    const auto found = active_.find(promotion_id);
    if (found != active_.end()) return found->second.promotion;
  }
  ASSIGN_OR_RETURN(const std::vector<store::StoredEvent> stored, store_->LoadEvents(promotion_id));
  std::vector<promotion::Event> events;
  for (const store::StoredEvent& e : stored) events.push_back(e.event);
  return promotion::Replay(events);
}

absl::StatusOr<Observation> Rollout::Observe(const std::string& promotion_id, int64_t events_seen,
                                             uint64_t progress_seen) {
  {
    MutexLock lock(&mutex_);
    const auto fresh = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      const auto found = active_.find(promotion_id);
      return found == active_.end() || found->second.promotion.event_count > events_seen ||
             std::any_of(found->second.progress.begin(), found->second.progress.end(),
                         [&](const auto& p) { return p.second.first > progress_seen; });
    };
    if (!fresh() && !stopping_.load()) changed_.WaitFor(&mutex_, absl::Seconds(1));
    const auto found = active_.find(promotion_id);
    if (found != active_.end()) {
      Observation seen{found->second.promotion, {}, progress_version_};
      for (const auto& [run, versioned] : found->second.progress) {
        if (versioned.first > progress_seen) seen.progress.push_back(versioned.second);
      }
      return seen;
    }
  }
  ASSIGN_OR_RETURN(promotion::Promotion promotion, Get(promotion_id));
  return Observation{std::move(promotion), {}, progress_seen};
}

absl::StatusOr<std::shared_ptr<const migration::Plan>> Rollout::PlanOf(const std::string& digest) {
  MutexLock lock(&mutex_);
  return PlanLocked(digest);
}

absl::StatusOr<std::shared_ptr<const migration::Plan>> Rollout::PlanLocked(const std::string& digest) {
  const auto known = plans_.find(digest);
  if (known != plans_.end()) return known->second;
  ASSIGN_OR_RETURN(const store::PlanRecord record, store_->GetPlan(digest));
  std::vector<migration::SourceFile> files;
  for (const store::PlanFile& file : record.files) files.push_back({file.name, file.content});
  ASSIGN_OR_RETURN(migration::Plan plan, migration::BuildPlan(files));
  if (plan.digest != digest) {
    return Error(ErrorCode::kPlanDigestMismatch,
                 absl::StrCat("the stored plan ", digest, " has digest ", plan.digest))
        .Next("ferry audit verify; restore the controller's store");
  }
  auto shared = std::make_shared<const migration::Plan>(std::move(plan));
  plans_[digest] = shared;
  return shared;
}

absl::Status Rollout::Step(Active& active, const promotion::Input& input,
                           const std::optional<store::ReportKey>& report) {
  promotion::Promotion& p = active.promotion;
  const promotion::Decision decision = promotion::Decide(p, input, clock_->Now());
  if (decision.events.empty()) {
    if (!decision.ignored.empty()) spdlog::info("{} {}", p.request.promotion_id, decision.ignored);
    if (report.has_value()) RETURN_IF_ERROR(store_->RecordReport(*report));
  } else {
    promotion::Promotion after = p;
    for (const promotion::Event& event : decision.events) RETURN_IF_ERROR(promotion::Evolve(after, event));
    FAULT_POINT("controller.append.before");
    ASSIGN_OR_RETURN(const bool appended,
                     store_->AppendEvents(p.request.promotion_id, p.event_count, decision.events, after.state,
                                          report));  // 1. durable
    if (!appended) return absl::OkStatus();          // the report had been recorded before
    FAULT_POINT("controller.append.after");
    p = std::move(after);  // 2. published
    for (const promotion::Event& event : decision.events) {
      spdlog::info("{} [{}] {}", p.request.promotion_id, event.rule, event.text);
    }
  }
  for (const promotion::Action& action : decision.actions) Act(active, action);  // 3. sent
  FAULT_POINT("controller.sent.after");
  if (!decision.events.empty()) Advance(active);
  changed_.NotifyAll();
  return absl::OkStatus();
}

void Rollout::Act(const Active& active, const promotion::Action& action) {
  const promotion::Run* run = active.promotion.FindRun(action.run_id);
  if (run == nullptr || action.kind == promotion::ActionKind::kNone) return;
  v1::ControllerMessage message = action.kind == promotion::ActionKind::kSendStep
                                      ? CommandFor(active.promotion, *run, epoch_)
                                  : action.kind == promotion::ActionKind::kSendHold ? HoldFor(*run)
                                                                                    : CancelFor(*run);
  if (action.kind == promotion::ActionKind::kSendStep) {
    const absl::Duration expected = ExpectedOf(active.promotion, *run);
    if (expected > absl::ZeroDuration())
      *message.mutable_command()->mutable_expected() = rpc::ToProto(expected);
  }
  if (action.kind == promotion::ActionKind::kSendStep && AsksAboutDrift(active.promotion, *run)) {
    const absl::StatusOr<std::vector<store::DriftDecision>> decisions =
        store_->DriftDecisions(run->target_id);
    if (decisions.ok()) {
      AddIgnoredDrift(*decisions, clock_->Now(), message);
    } else {  // the agent then refuses what somebody may have allowed, never the other way round
      spdlog::error("the decisions about drift of {} cannot be read: {}", run->target_id,
                    std::string(decisions.status().message()));
    }
  }
  if (!fleet_->Send(run->target_id, std::move(message))) {
    spdlog::info("{} waits for the agent of {}", active.promotion.request.promotion_id, run->target_id);
  }
}

void Rollout::Advance(Active& active) {
  // Step changes the runs while we look: ids first.
  std::vector<std::string> ready;
  for (const promotion::Run& run : active.promotion.runs) {
    if (run.state == promotion::RunState::kReady && fleet_->Online(run.target_id))
      ready.push_back(run.run_id);
  }
  for (const std::string& run_id : ready) {
    promotion::Input input;
    input.kind = promotion::InputKind::kDispatch;
    input.run_id = run_id;
    const absl::Status sent = Step(active, input, std::nullopt);
    if (!sent.ok())
      spdlog::error("{} {}", active.promotion.request.promotion_id, std::string(sent.message()));
  }
}

void Rollout::Wake(Active& active, const promotion::Run& run, const std::string& why) {
  promotion::Input input;
  input.kind = promotion::InputKind::kWake;
  input.run_id = run.run_id;
  input.detail = why;
  const absl::Status woken = Step(active, input, std::nullopt);
  if (!woken.ok())
    spdlog::error("{} {}", active.promotion.request.promotion_id, std::string(woken.message()));
}

void Rollout::OnAgentReady(const std::vector<std::string>& target_ids) {
  MutexLock lock(&mutex_);
  for (auto& [id, active] : active_) {
    std::vector<std::string> concerned;
    for (const promotion::Run& run : active.promotion.runs) {
      if (std::find(target_ids.begin(), target_ids.end(), run.target_id) != target_ids.end()) {
        concerned.push_back(run.run_id);
      }
    }
    for (const std::string& run_id : concerned) {
      promotion::Input input;
      input.kind = promotion::InputKind::kAgentReturned;
      input.run_id = run_id;
      input.detail = "its agent is back";
      const promotion::Run* run = active.promotion.FindRun(run_id);
      const bool stopping =
          run->state == promotion::RunState::kCancelling || run->state == promotion::RunState::kHolding;
      const absl::Status sent = Step(active, input, std::nullopt);
      if (!sent.ok()) spdlog::error("{} {}", id, std::string(sent.message()));
      // The agent may never have got the command: after the cancel it answers without beginning it.
      if (stopping) Act(active, {promotion::ActionKind::kSendStep, run_id});
    }
    Advance(active);
  }
}

absl::StatusOr<promotion::Input> Rollout::InputOf(const Active& active, const v1::Report& report) {
  promotion::Input input;
  input.run_id = report.run_id();
  input.command_id = report.command_id();
  input.attempt = report.attempt();
  if (report.has_waiting()) {
    input.kind = promotion::InputKind::kStepWaiting;
    input.error = rpc::FromProto(report.waiting().cause());
    if (report.waiting().has_until()) input.until = rpc::FromProto(report.waiting().until());
    return input;
  }
  if (report.has_failed()) {
    input.kind = report.failed().held() ? promotion::InputKind::kStepHeld : promotion::InputKind::kStepFailed;
    input.error = rpc::FromProto(report.failed().error());
    input.clean = report.failed().clean();
    return input;
  }
  if (!report.has_done()) {  // a newer agent's outcome: the run ends, the agent's other targets go on
    input.kind = promotion::InputKind::kStepFailed;
    input.clean = false;
    input.error =
        Error(ErrorCode::kProtocol, "the agent reported an outcome that this controller does not know")
            .TargetState("unknown to the controller; the ledger on the target knows")
            .Next("upgrade the controller");
    return input;
  }
  input.kind = promotion::InputKind::kStepDone;
  input.detail = report.done().summary();
  input.backup_id = report.done().backup_id();
  if (report.step().kind() != v1::STEP_KIND_PREFLIGHT) return input;
  const auto& applied = report.done().applied();
  input.from_version = migration::NewestVersion(rpc::FromProto(applied));
  const promotion::Request& request = active.promotion.request;
  const absl::StatusOr<std::shared_ptr<const migration::Plan>> plan = PlanLocked(request.plan_digest);
  if (!plan.ok() && HasCode(plan.status(), ErrorCode::kStore)) return plan.status();
  absl::StatusOr<std::vector<promotion::Step>> steps =
      plan.ok() ? promotion::PlanSteps(request.kind, **plan, rpc::FromProto(applied), request.to_version,
                                       request.reason.empty() ? migration::OutOfOrder::kRefuse
                                                              : migration::OutOfOrder::kAccept)
                : plan.status();
  if (steps.ok()) {
    input.planned = *std::move(steps);
  } else {
    input.kind = promotion::InputKind::kStepFailed;
    input.error = Annotate(steps.status(), [&request](ErrorDetail& detail) {
      detail.next =
          absl::StrReplaceAll(detail.next, {{"--to ENV", absl::StrCat("--to ", request.environment)}});
    });
  }
  return input;
}

absl::Status Rollout::OnReport(const store::ReportKey& key, const v1::Report& report) {
  MutexLock lock(&mutex_);
  const auto found = active_.find(report.promotion_id());
  if (found == active_.end()) return store_->RecordReport(key);  // of a promotion that has ended
  ASSIGN_OR_RETURN(const promotion::Input input, InputOf(found->second, report));
  if (!report.has_waiting()) found->second.progress.erase(report.run_id());
  RETURN_IF_ERROR(Step(found->second, input, key));
  DropEnded();
  return absl::OkStatus();
}

void Rollout::OnTargetStatus(const v1::TargetStatus& status) {
  MutexLock lock(&mutex_);
  RecordBreakGlass(status);
  for (auto& [id, active] : active_) {
    for (const promotion::Run& run : active.promotion.runs) {
      if (run.target_id != status.target_id() || run.state != promotion::RunState::kWaiting) continue;
      if (!MayWakeEarly(run, clock_->Now())) continue;
      const ErrorCode cause = CodeOf(run.waiting_for);
      if (cause == ErrorCode::kWindowClosed && status.window_open()) {
        Wake(active, run, "its window is open");
        break;
      }
      if (cause == ErrorCode::kDatabaseUnreachable && status.reachable()) {
        Wake(active, run, "its database answers");
        break;
      }
    }
  }
}

void Rollout::OnProgress(const v1::Progress& progress) {
  MutexLock lock(&mutex_);
  const auto found = active_.find(progress.promotion_id());
  if (found == active_.end()) return;
  found->second.progress[progress.run_id()] = {++progress_version_, progress};
  changed_.NotifyAll();
}

// Not obeyed and not journaled there, so nothing will be reported: it is asked again later, and can be
// cancelled.
void Rollout::OnRefused(const std::string& command_id, const absl::Status& why) {
  MutexLock lock(&mutex_);
  for (auto& [id, active] : active_) {
    for (const promotion::Run& run : active.promotion.runs) {
      if (Ended(run.state) || promotion::CommandId(run) != command_id) continue;
      promotion::Input input;
      input.kind = promotion::InputKind::kStepWaiting;
      input.run_id = run.run_id;
      input.command_id = command_id;
      input.attempt = run.attempt;
      input.error = why;
      const absl::Status kept = Step(active, input, std::nullopt);
      if (!kept.ok()) spdlog::error("{} {}", id, std::string(kept.message()));
      return;
    }
  }
}

void Rollout::DropEnded() {
  for (auto it = active_.begin(); it != active_.end();) {
    it = Ended(it->second.promotion.state) ? active_.erase(it) : std::next(it);
  }
  changed_.NotifyAll();
}

void Rollout::Tick() {
  MutexLock lock(&mutex_);
  const absl::Time now = clock_->Now();
  for (auto& [id, active] : active_) {
    std::vector<promotion::Run> due;
    for (const promotion::Run& run : active.promotion.runs) {
      if (run.state != promotion::RunState::kWaiting) continue;
      const absl::Time until = run.waiting_until.value_or(run.waiting_since + kAskAgain);
      if (until <= now && MayWakeEarly(run, now) && fleet_->Online(run.target_id)) due.push_back(run);
    }
    for (const promotion::Run& run : due) Wake(active, run, "the time it waited for has come");
    Advance(active);
  }
  DropEnded();
}

void Rollout::TimerLoop() {
  while (!stopping_.load()) {
    Tick();
    MutexLock lock(&mutex_);
    if (!stopping_.load()) changed_.WaitFor(&mutex_, kTick);
  }
}

}  // namespace ferry::rollout
