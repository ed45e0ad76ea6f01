#include "agent/uplink/uplink.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/base/version.h"
#include "rpc/convert.h"

namespace ferry::uplink {
namespace {

constexpr absl::Duration kSettled = absl::Seconds(10);

}  // namespace

Uplink::Uplink(std::string agent_id, std::unique_ptr<rpc::AgentConnection> connection,
               journal::Journal* journal, RandomSource* random)
    : agent_id_(std::move(agent_id)),
      boot_id_(NewId("boot", SystemClock().Now(), *random)),
      connection_(std::move(connection)),
      journal_(journal),
      random_(random),
      backoff_(absl::Milliseconds(100), absl::Seconds(5), *random_) {}

absl::StatusOr<v1::Hello> Uplink::MakeHello(const worker::Worker& worker) const {
  v1::Hello hello;
  hello.set_agent_id(agent_id_);
  hello.set_boot_id(boot_id_);
  hello.set_journal_id(journal_->journal_id());
  hello.set_protocol(kProtocolVersion);
  hello.set_software(kSoftwareVersion);
  for (const char* capability : {"native-sql", "backfill", "pg_dump", "snapshot", "snapshot-scope",
                                 "snapshot-held", "transform", "throttle"}) {
    hello.add_capabilities(capability);
  }
  for (v1::TargetStatus& status : worker.Statuses()) *hello.add_targets() = std::move(status);
  ASSIGN_OR_RETURN(const int64_t last, journal_->LastSequence());
  hello.set_last_report(last);
  ASSIGN_OR_RETURN(const int64_t epoch, journal_->HighestEpoch());
  hello.set_highest_epoch(epoch);
  return hello;
}

void Uplink::Run(worker::Worker* worker) {
  for (;;) {
    welcomed_.store(false);
    const absl::Duration dialled = SystemClock().Elapsed();
    const absl::StatusOr<v1::Hello> hello = MakeHello(*worker);
    const absl::Status ended =
        hello.ok() ? connection_->RunSession(
                         *hello, [this, worker](const v1::ControllerMessage& m) { OnMessage(worker, m); })
                   : hello.status();
    LogClosed(ended);
    // A session that ends at once, again and again, must not be dialled at full speed.
    if (SystemClock().Elapsed() - dialled > kSettled) backoff_.Reset();
    const absl::Duration wait = backoff_.Next();
    MutexLock lock(&mutex_);
    if (!stop_) stopped_.WaitFor(&mutex_, wait);
    if (stop_) return;
  }
}

void Uplink::Stop() {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
    stopped_.NotifyAll();
  }
  connection_->Stop();
}

// Equal reasons in a row are said once: a controller that is away for a night is one line.
void Uplink::LogClosed(const absl::Status& why) {
  const std::string text(why.message());
  if (text == last_closed_) return;
  last_closed_ = text;
  spdlog::warn("{}; dialling again", text);
}

void Uplink::OnWelcome(worker::Worker* worker, const v1::Welcome& welcome) {
  spdlog::info("controller {} at epoch {} welcomes us", welcome.controller_id(), welcome.epoch());
  last_closed_.clear();
  worker->SetHeartbeatEvery(rpc::FromProto(welcome.heartbeat_every()));
  const absl::Status acknowledged = journal_->Acknowledge(welcome.last_report());
  if (!acknowledged.ok()) {  // an old copy of the state folder: our reports would be taken for old ones
    spdlog::error("{}", ErrorText(acknowledged));
    connection_->Stop();
    return;
  }
  const auto reports = journal_->Unacknowledged(welcome.last_report());
  if (!reports.ok()) {
    spdlog::error("cannot read unacknowledged reports: {}", std::string(reports.status().message()));
    connection_->Stop();
    return;
  }
  // The order matters: outcomes first, so that the controller does not ask again for what is done.
  for (const auto& [sequence, payload] : *reports) {
    v1::AgentMessage message;
    if (message.mutable_report()->ParseFromString(payload) && !connection_->Send(std::move(message))) {
      connection_->Stop();  // the next session goes on where the acknowledgements are
      return;
    }
  }
  welcomed_.store(true);
  worker->LookNow();
}

void Uplink::OnMessage(worker::Worker* worker, const v1::ControllerMessage& message) {
  {
    MutexLock lock(&mutex_);
    if (stop_) {  // a dial that succeeded after Stop
      connection_->Stop();
      return;
    }
  }
  switch (message.message_case()) {
    case v1::ControllerMessage::kWelcome:
      OnWelcome(worker, message.welcome());
      break;
    case v1::ControllerMessage::kCommand:
      worker->OnCommand(message.command());
      break;
    case v1::ControllerMessage::kCancel:
      worker->OnCancel(message.cancel());
      break;
    case v1::ControllerMessage::kThrottle:
      worker->OnThrottle(message.throttle());
      break;
    case v1::ControllerMessage::kAck: {
      FAULT_POINT("ack.received.before");
      const absl::Status acknowledged = journal_->Acknowledge(message.ack().sequence());
      if (!acknowledged.ok()) spdlog::error("cannot acknowledge: {}", std::string(acknowledged.message()));
      break;
    }
    case v1::ControllerMessage::kQuery:
      worker->OnQuery(message.query());
      break;
    case v1::ControllerMessage::kHeartbeat:
      break;
    case v1::ControllerMessage::MESSAGE_NOT_SET:
      spdlog::error("the controller sent a message that this agent does not know: upgrade the agent");
      connection_->Stop();
      break;
  }
}

void Uplink::Say(v1::AgentMessage message) {
  // Before Welcome nothing may overtake the replay of reports.
  if (!welcomed_.load()) return;
  const bool must_arrive = message.has_report() || message.has_accepted();
  // A report that did not fit is in the journal: a new session replays it.
  if (!connection_->Send(std::move(message)) && must_arrive) connection_->Stop();
}

absl::StatusOr<v1::PlanContent> Uplink::FetchPlan(const std::string& digest) {
  return connection_->FetchPlan(digest);
}

}  // namespace ferry::uplink
