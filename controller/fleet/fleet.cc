#include "controller/fleet/fleet.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/version.h"
#include "rpc/convert.h"

namespace ferry::fleet {
namespace {

constexpr char kScopeCapability[] = "snapshot-scope";
constexpr char kHeldCapability[] = "snapshot-held";

// The part of a status that is worth remembering: not when it was looked at.
std::string Lasting(v1::TargetStatus status) {
  status.clear_checked_at();
  if (status.has_drift()) status.mutable_drift()->clear_checked_at();
  return status.SerializeAsString();
}

}  // namespace

Fleet::Fleet(FleetOptions options, store::Store* store, const Clock* clock, RandomSource* random)
    : options_(std::move(options)),
      store_(store),
      clock_(clock),
      random_(random),
      queries_(clock),
      kept_(options_.most_kept_objects) {}

Fleet::~Fleet() { Shutdown(); }

absl::Status Fleet::Start(FleetListener* listener) {
  listener_ = listener;
  ASSIGN_OR_RETURN(const std::vector<store::TargetRecord> targets, store_->ListTargets());
  {
    MutexLock lock(&mutex_);
    for (const store::TargetRecord& record : targets) {
      v1::TargetStatus status;
      if (!status.ParseFromString(record.status)) continue;
      status_of_[record.target_id] = status;
      agent_of_[record.target_id] = record.agent_id;
    }
  }
  thread_ = std::thread([this] { Loop(); });
  return absl::OkStatus();
}

void Fleet::Shutdown() {
  std::vector<std::shared_ptr<rpc::AgentSession>> sessions;
  {
    MutexLock lock(&mutex_);
    if (stopping_) return;
    stopping_ = true;
    for (const auto& [id, live] : live_) sessions.push_back(live.session);
    wake_.NotifyAll();
  }
  for (const auto& session : sessions) session->Close(absl::UnavailableError("controller draining"));
  if (thread_.joinable()) thread_.join();
  queries_.EndAll();
}

bool Fleet::Online(const std::string& target_id) const {
  MutexLock lock(&mutex_);
  const auto agent = agent_of_.find(target_id);
  return agent != agent_of_.end() && live_.count(agent->second) > 0;
}

std::string Fleet::AgentOf(const std::string& target_id) const {
  MutexLock lock(&mutex_);
  const auto agent = agent_of_.find(target_id);
  return agent == agent_of_.end() ? "" : agent->second;
}

std::optional<v1::TargetStatus> Fleet::StatusOf(const std::string& target_id) const {
  MutexLock lock(&mutex_);
  const auto found = status_of_.find(target_id);
  if (found == status_of_.end()) return std::nullopt;
  return found->second;
}

std::vector<v1::AgentInfo> Fleet::Agents() const {
  std::vector<v1::AgentInfo> out;
  const absl::StatusOr<std::vector<store::AgentRecord>> records = store_->ListAgents();
  if (!records.ok()) return out;
  MutexLock lock(&mutex_);
  for (const store::AgentRecord& record : *records) {
    v1::AgentInfo info;
    info.set_agent_id(record.agent_id);
    info.set_online(live_.count(record.agent_id) > 0);
    info.set_software(record.software);
    info.set_peer(record.peer);
    *info.mutable_last_seen() = rpc::ToProto(info.online() ? clock_->Now() : record.last_seen);
    for (const std::string& t : record.target_ids) info.add_target_ids(t);
    for (const std::string& c : record.capabilities) info.add_capabilities(c);
    out.push_back(std::move(info));
  }
  return out;
}

bool Fleet::Send(const std::string& target_id, v1::ControllerMessage message) {
  std::shared_ptr<rpc::AgentSession> session;
  {
    MutexLock lock(&mutex_);
    const auto agent = agent_of_.find(target_id);
    if (agent == agent_of_.end()) return false;
    const auto live = live_.find(agent->second);
    if (live == live_.end()) return false;
    session = live->second.session;
  }
  return session->Send(std::move(message));
}

bool Fleet::Can(const std::string& target_id, absl::string_view capability) const {
  MutexLock lock(&mutex_);
  const auto agent = agent_of_.find(target_id);
  const auto live = agent == agent_of_.end() ? live_.end() : live_.find(agent->second);
  if (live == live_.end()) return false;
  const std::vector<std::string>& all = live->second.capabilities;
  return std::find(all.begin(), all.end(), capability) != all.end();
}

absl::StatusOr<Answer> Fleet::AskAny(const std::string& target_id, v1::Query query, absl::Duration timeout) {
  const std::string query_id = NewId("qry", clock_->Now(), *random_);
  query.set_query_id(query_id);
  query.set_target_id(target_id);
  queries_.Open(query_id, target_id, AgentOf(target_id));
  v1::ControllerMessage message;
  *message.mutable_query() = std::move(query);
  if (!Send(target_id, std::move(message))) {
    queries_.Forget(query_id);
    return Error(ErrorCode::kAgentOffline,
                 absl::StrCat("the agent of target \"", target_id, "\" is not connected"))
        .Next("ferry agent list; on the database's host: systemctl status ferry-agent");
  }
  return queries_.Wait(query_id, timeout);
}

absl::StatusOr<v1::QueryReply> Fleet::Ask(const std::string& target_id, v1::Query query,
                                          absl::Duration timeout) {
  ASSIGN_OR_RETURN(Answer answer, AskAny(target_id, std::move(query), timeout));
  return std::move(answer.reply);
}

absl::StatusOr<schema::Snapshot> Fleet::AskSnapshot(const std::string& target_id,
                                                    const v1::SnapshotQuery& which, absl::Duration timeout) {
  v1::Query query;
  *query.mutable_snapshot() = which;
  if (which.has_scope() && Online(target_id) && !Can(target_id, kScopeCapability)) {
    if (which.scope().cluster_objects()) {
      return Error(ErrorCode::kProtocol,
                   absl::StrCat("the agent of target \"", target_id,
                                "\" is too old to read roles, settings and tablespaces"))
          .Next("upgrade the agent");
    }
    query.mutable_snapshot()->clear_scope();
  }
  const bool whole = which.plan_digest().empty() && !which.has_scope();
  if (whole && Can(target_id, kHeldCapability)) return AskWhatChanged(target_id, query, timeout);
  ASSIGN_OR_RETURN(const Answer answer, AskAny(target_id, std::move(query), timeout));
  return rpc::FromChunks(answer.chunks);
}

absl::StatusOr<schema::Snapshot> Fleet::AskWhatChanged(const std::string& target_id, const v1::Query& query,
                                                       absl::Duration timeout) {
  if (const std::shared_ptr<const KeptSnapshot> kept = kept_.Find(target_id); kept != nullptr) {
    v1::Query changes = query;
    changes.mutable_snapshot()->set_held(kept->keys);
    ASSIGN_OR_RETURN(const Answer answer, AskAny(target_id, std::move(changes), timeout));
    absl::StatusOr<schema::Snapshot> snapshot = rpc::FromChunks(answer.chunks, kept->snapshot, kept->keys);
    if (snapshot.ok()) {
      if (!answer.chunks.back().unchanged()) kept_.Keep(target_id, *snapshot);
      return snapshot;
    }
    spdlog::warn("what changed in {} does not fit to what was read before; it is read whole: {}", target_id,
                 std::string(snapshot.status().message()));
  }
  ASSIGN_OR_RETURN(const Answer answer, AskAny(target_id, query, timeout));
  ASSIGN_OR_RETURN(schema::Snapshot snapshot, rpc::FromChunks(answer.chunks));
  kept_.Keep(target_id, snapshot);
  return snapshot;
}

void Fleet::OnMessage(std::shared_ptr<rpc::AgentSession> session, v1::AgentMessage message) {
  MutexLock lock(&mutex_);
  queue_.push_back({std::move(session), std::move(message)});
  wake_.NotifyAll();
}

void Fleet::OnClosed(std::shared_ptr<rpc::AgentSession> session) {
  MutexLock lock(&mutex_);
  queue_.push_back({std::move(session), std::nullopt});
  wake_.NotifyAll();
}

absl::StatusOr<v1::FetchPlanResponse> Fleet::FetchPlan(const v1::FetchPlanRequest& request) {
  ASSIGN_OR_RETURN(const store::PlanRecord plan, store_->GetPlan(request.digest()));
  v1::FetchPlanResponse response;
  response.mutable_plan()->set_digest(plan.digest);
  response.mutable_plan()->set_name(plan.name);
  for (const store::PlanFile& file : plan.files) {
    v1::MigrationFile* out = response.mutable_plan()->add_files();
    out->set_name(file.name);
    out->set_content(file.content);
  }
  return response;
}

void Fleet::Loop() {
  for (;;) {
    Item item;
    {
      MutexLock lock(&mutex_);
      while (queue_.empty() && !stopping_) wake_.Wait(&mutex_);
      if (stopping_) return;
      item = std::move(queue_.front());
      queue_.pop_front();
    }
    Deal(item);
  }
}

void Fleet::Deal(const Item& item) {
  if (!item.message.has_value()) {
    DealClosed(item.session.get());
    return;
  }
  DealMessage(item.session, *item.message);
  item.session->ReadNext();
}

std::optional<Fleet::Live> Fleet::LiveOf(const rpc::AgentSession* session) const {
  MutexLock lock(&mutex_);
  for (const auto& [id, live] : live_) {
    if (live.session.get() == session) return live;
  }
  return std::nullopt;
}

void Fleet::DealMessage(const std::shared_ptr<rpc::AgentSession>& session, const v1::AgentMessage& message) {
  if (message.has_hello()) {
    const absl::Status welcomed = Welcome(session, message.hello());
    if (welcomed.ok()) return;
    spdlog::error("refused agent {} from {}: {}", message.hello().agent_id(), session->peer(),
                  std::string(welcomed.message()));
    session->Close(welcomed);
    return;
  }
  const std::optional<Live> live = LiveOf(session.get());
  if (!live.has_value()) {
    session->Close(Error(ErrorCode::kProtocol, "the first message of a session must be Hello"));
    return;
  }
  switch (message.message_case()) {
    case v1::AgentMessage::kReport:
      DealReport(*live, message.report());
      break;
    case v1::AgentMessage::kHeartbeat:
      for (const v1::TargetStatus& status : message.heartbeat().targets()) DealStatus(live->agent_id, status);
      break;
    case v1::AgentMessage::kProgress:
      listener_->OnProgress(message.progress());
      break;
    case v1::AgentMessage::kReply:
      queries_.OnReply(message.reply());
      break;
    case v1::AgentMessage::kSnapshot:
      queries_.OnChunk(message.snapshot());
      break;
    case v1::AgentMessage::kAccepted:
      if (!message.accepted().refused().code().empty()) {
        spdlog::warn("agent {} refused command {}: {}", live->agent_id, message.accepted().command_id(),
                     message.accepted().refused().message());
        listener_->OnRefused(message.accepted().command_id(), rpc::FromProto(message.accepted().refused()));
      }
      break;
    case v1::AgentMessage::kHello:
    case v1::AgentMessage::MESSAGE_NOT_SET:
      session->Close(Error(ErrorCode::kProtocol, "an agent's message is empty or unknown")
                         .Next("upgrade the older of controller and agent"));
      break;
  }
}

absl::Status Fleet::CheckHello(const v1::Hello& hello) const {
  if (hello.protocol() != kProtocolVersion) {
    return Error(ErrorCode::kProtocol, absl::StrCat("the agent speaks protocol ", hello.protocol(),
                                                    ", this controller speaks ", kProtocolVersion))
        .Next("upgrade the older of controller and agent");
  }
  if (hello.agent_id().empty() || hello.journal_id().empty() || hello.targets().empty()) {
    return Error(ErrorCode::kProtocol, "an agent without id, journal or targets");
  }
  if (hello.highest_epoch() > options_.epoch) {
    return Error(ErrorCode::kStaleCommand, absl::StrCat("the agent has obeyed epoch ", hello.highest_epoch(),
                                                        ", this controller is at ", options_.epoch,
                                                        ": its store is older than what agents have seen"))
        .TargetState("unchanged: this controller sends nothing")
        .Next("start the controller on its newest store, or stop the second controller");
  }
  MutexLock lock(&mutex_);
  const auto same = live_.find(hello.agent_id());
  if (same != live_.end() && same->second.journal_id != hello.journal_id()) {
    return Error(ErrorCode::kAgentUnknown,
                 absl::StrCat("another agent named \"", hello.agent_id(), "\" is connected"))
        .Next("stop one of the two, or give it another name: and targets of its own");
  }
  for (const v1::TargetStatus& target : hello.targets()) {
    const auto expected = options_.environment_of.find(target.target_id());
    if (expected == options_.environment_of.end() || expected->second != target.environment()) {
      return Error(ErrorCode::kAgentUnknown,
                   absl::StrCat("agent \"", hello.agent_id(), "\" serves target \"", target.target_id(),
                                "\" of \"", target.environment(),
                                "\", which the controller's pipeline does not list"))
          .Next("add the target to pipeline: in the controller's file, or mend the agent's");
    }
    const auto other = agent_of_.find(target.target_id());
    if (other != agent_of_.end() && other->second != hello.agent_id() && live_.count(other->second) > 0) {
      return Error(ErrorCode::kAgentUnknown,
                   absl::StrCat("target \"", target.target_id(), "\" is served by agent \"", other->second,
                                "\", which is connected"))
          .Next("stop one of the two agents");
    }
  }
  return absl::OkStatus();
}

absl::Status Fleet::Welcome(const std::shared_ptr<rpc::AgentSession>& session, const v1::Hello& hello) {
  RETURN_IF_ERROR(CheckHello(hello));
  ASSIGN_OR_RETURN(const int64_t last_report, store_->LastReport(hello.agent_id(), hello.journal_id()));
  Live live{session, hello.agent_id(), hello.journal_id(), hello.software(), {}, {}};
  for (const v1::TargetStatus& t : hello.targets()) live.target_ids.push_back(t.target_id());
  live.capabilities.assign(hello.capabilities().begin(), hello.capabilities().end());
  RETURN_IF_ERROR(store_->PutAgent({hello.agent_id(), hello.software(), session->peer(), live.capabilities,
                                    live.target_ids, clock_->Now()}));
  std::shared_ptr<rpc::AgentSession> replaced;
  {
    MutexLock lock(&mutex_);
    if (stopping_) return absl::UnavailableError("controller draining");
    const auto old = live_.find(hello.agent_id());
    if (old != live_.end() && old->second.session != session) replaced = old->second.session;
    live_[hello.agent_id()] = live;
    for (const std::string& t : live.target_ids) agent_of_[t] = hello.agent_id();
  }
  if (replaced != nullptr) {
    queries_.OnAgentGone(hello.agent_id());
    replaced->Close(Error(ErrorCode::kProtocol, "another session of this agent has begun"));
  }
  v1::ControllerMessage message;
  v1::Welcome* welcome = message.mutable_welcome();
  welcome->set_controller_id(options_.controller_id);
  welcome->set_epoch(options_.epoch);
  welcome->set_last_report(last_report);
  *welcome->mutable_heartbeat_every() = rpc::ToProto(options_.heartbeat_every);
  welcome->set_protocol(kProtocolVersion);
  session->Send(std::move(message));
  spdlog::info("agent {} connected from {} with {} targets", hello.agent_id(), session->peer(),
               live.target_ids.size());
  for (const v1::TargetStatus& status : hello.targets()) DealStatus(hello.agent_id(), status);
  listener_->OnAgentReady(live.target_ids);
  return absl::OkStatus();
}

void Fleet::DealReport(const Live& live, const v1::Report& report) {
  const absl::Status stored =
      listener_->OnReport({live.agent_id, live.journal_id, report.sequence()}, report);
  if (!stored.ok()) {
    // Not acknowledged: the agent keeps it and sends it again with its next session.
    spdlog::error("report {} of agent {} could not be stored: {}", report.sequence(), live.agent_id,
                  std::string(stored.message()));
    live.session->Close(absl::UnavailableError("the controller cannot store reports now"));
    return;
  }
  NoteApplied(live.agent_id, report);
  v1::ControllerMessage ack;
  ack.mutable_ack()->set_sequence(report.sequence());
  live.session->Send(std::move(ack));
}

// What a report says of the ledger is newer than the last heartbeat.
void Fleet::NoteApplied(const std::string& agent_id, const v1::Report& report) {
  const v1::StepKind kind = report.step().kind();
  const bool tells = kind == v1::STEP_KIND_PREFLIGHT || kind == v1::STEP_KIND_APPLY ||
                     kind == v1::STEP_KIND_ROLLBACK || kind == v1::STEP_KIND_SWAP;
  std::optional<v1::TargetStatus> status = StatusOf(report.target_id());
  if (!report.has_done() || !tells || !status.has_value()) return;
  *status->mutable_applied() = report.done().applied();
  status->set_has_ledger(true);
  status->set_reachable(true);
  status->clear_error();
  DealStatus(agent_id, *status);
}

void Fleet::DealStatus(const std::string& agent_id, const v1::TargetStatus& status) {
  bool changed = false;
  {
    MutexLock lock(&mutex_);
    const auto live = live_.find(agent_id);
    if (live == live_.end() || std::find(live->second.target_ids.begin(), live->second.target_ids.end(),
                                         status.target_id()) == live->second.target_ids.end()) {
      return;  // an agent speaks of its own targets only
    }
    v1::TargetStatus& known = status_of_[status.target_id()];
    v1::TargetStatus merged = status;
    if (!status.reachable()) {  // what the ledger said last is still the best knowledge
      *merged.mutable_applied() = known.applied();
      merged.set_has_ledger(known.has_ledger());
      merged.set_server_version(known.server_version());
      *merged.mutable_break_glass() = known.break_glass();
      const v1::DriftState drift = status.drift().state();
      if (known.has_drift() && drift != v1::DRIFT_STATE_NONE && drift != v1::DRIFT_STATE_DRIFTED) {
        *merged.mutable_drift() = known.drift();
      }
    }
    changed = Lasting(known) != Lasting(merged);
    known = merged;
  }
  if (changed) {
    const std::optional<v1::TargetStatus> now = StatusOf(status.target_id());
    const absl::Status put =
        store_->PutTarget({status.target_id(), agent_id, now->SerializeAsString(), clock_->Now()});
    if (!put.ok())
      spdlog::error("cannot store the status of {}: {}", status.target_id(), std::string(put.message()));
  }
  listener_->OnTargetStatus(status);
}

void Fleet::DealClosed(const rpc::AgentSession* session) {
  std::string agent_id;
  {
    MutexLock lock(&mutex_);
    for (auto live = live_.begin(); live != live_.end(); ++live) {
      if (live->second.session.get() != session) continue;
      agent_id = live->first;
      live_.erase(live);
      break;
    }
  }
  if (agent_id.empty()) return;
  spdlog::warn("agent {} disconnected", agent_id);
  queries_.OnAgentGone(agent_id);
}

}  // namespace ferry::fleet
