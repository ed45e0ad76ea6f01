// GetDrift and IgnoreDrift with an agent that answers from memory, and what a promotion's first command
// carries.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "controller/api/api.h"
#include "controller/rollout/commands.h"
#include "core/base/error.h"
#include "rpc/convert.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace ferry::api {
namespace {

using test::StatusIsCode;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const absl::Time kNoon = absl::FromUnixSeconds(1795435200);

class FakeClock final : public Clock {
 public:
  absl::Time Now() const override { return kNoon + absl::Seconds(seconds_.load()); }
  absl::Duration Elapsed() const override { return absl::Seconds(seconds_.load()); }
  void Advance(absl::Duration by) { seconds_ += absl::ToInt64Seconds(by); }

 private:
  std::atomic<int64_t> seconds_{0};
};

v1::DriftedObject Drifted(const std::string& kind, const std::string& parent, const std::string& name,
                          const std::string& state) {
  v1::DriftedObject out;
  out.mutable_id()->set_kind(kind);
  out.mutable_id()->set_schema("public");
  out.mutable_id()->set_parent(parent);
  out.mutable_id()->set_name(name);
  if (!parent.empty()) out.set_parent_kind("table");
  out.set_state(state);
  return out;
}

// An agent of "prod-1" that answers every drift query with `report`.
class FakeAgent final : public rpc::AgentSession, public std::enable_shared_from_this<FakeAgent> {
 public:
  explicit FakeAgent(fleet::Fleet* fleet) : fleet_(fleet) {}

  bool Send(v1::ControllerMessage message) override {
    if (message.has_command()) {
      MutexLock lock(&mutex_);
      commands_.push_back(message.command());
    }
    if (!message.has_query()) return true;
    v1::AgentMessage answer;
    answer.mutable_reply()->set_query_id(message.query().query_id());
    if (knows_drift) *answer.mutable_reply()->mutable_drift() = report;
    fleet_->OnMessage(shared_from_this(), answer);
    return true;
  }
  void ReadNext() override {}
  void Close(absl::Status) override {}
  std::string peer() const override { return "test"; }

  std::vector<v1::Command> commands() {
    MutexLock lock(&mutex_);
    return commands_;
  }

  v1::DriftReport report;
  bool knows_drift = true;

 private:
  fleet::Fleet* const fleet_;
  Mutex mutex_;
  std::vector<v1::Command> commands_ ABSL_GUARDED_BY(mutex_);
};

class DriftApiTest : public ::testing::Test {
 protected:
  DriftApiTest()
      : store_(*store::OpenSqliteStore(dir_.File("controller.db"))),
        fleet_({"c", 1, {{"prod-1", "prod"}, {"prod-2", "prod"}}}, store_.get(), &clock_, &SystemRandom()),
        rollout_(store_.get(), &fleet_, &clock_, 1),
        api_({"test", 1, {{"prod", {"prod-1", "prod-2"}}}}, store_.get(), &fleet_, &rollout_, &clock_,
             &SystemRandom()) {
    EXPECT_OK(rollout_.Start());
    EXPECT_OK(fleet_.Start(&rollout_));
    agent_ = std::make_shared<FakeAgent>(&fleet_);
    agent_->report.set_state(v1::DRIFT_STATE_DRIFTED);
    *agent_->report.add_objects() = Drifted("table", "", "copy", "s1");
    *agent_->report.add_objects() = Drifted("column", "copy", "id", "s2");
    *agent_->report.add_objects() = Drifted("index", "prices", "hand_idx", "s3");
    v1::AgentMessage hello;
    hello.mutable_hello()->set_agent_id("agent");
    hello.mutable_hello()->set_journal_id("journal");
    hello.mutable_hello()->set_protocol(1);
    v1::TargetStatus* target = hello.mutable_hello()->add_targets();
    target->set_target_id("prod-1");
    target->set_environment("prod");
    target->set_reachable(true);
    v1::DriftStatus* drift = target->mutable_drift();
    drift->set_state(v1::DRIFT_STATE_DRIFTED);
    drift->set_objects(3);
    for (const v1::DriftedObject& object : agent_->report.objects()) {
      v1::DriftKey* key = drift->add_keys();
      *key->mutable_id() = object.id();
      key->set_actual(object.state());
    }
    fleet_.OnMessage(agent_, hello);
    test::WaitUntil([this] { return fleet_.Online("prod-1") && fleet_.StatusOf("prod-1").has_value(); });
  }
  ~DriftApiTest() override {
    fleet_.Shutdown();
    rollout_.Shutdown();
  }

  absl::StatusOr<v1::IgnoreDriftResponse> Ignore(const std::vector<std::string>& objects,
                                                 absl::Duration holds = absl::Hours(24),
                                                 const std::string& reason = "INC-12",
                                                 const std::string& target = "prod-1") {
    v1::IgnoreDriftRequest request;
    request.set_environment("prod");
    request.set_target_id(target);
    for (const std::string& object : objects) request.add_objects(object);
    *request.mutable_until() = rpc::ToProto(clock_.Now() + holds);
    request.set_reason(reason);
    request.set_requested_by("ana@laptop");
    return api_.IgnoreDrift(request);
  }
  v1::GetDriftResponse Get() {
    v1::GetDriftRequest request;
    request.set_environment("prod");
    const auto response = api_.GetDrift(request);
    EXPECT_OK(response);
    return response.value_or(v1::GetDriftResponse());
  }
  v1::TargetInfo Status() {
    const auto status = api_.GetStatus({});
    EXPECT_OK(status);
    return status.ok() ? status->environments(0).targets(0) : v1::TargetInfo();
  }
  int64_t ChainLength() { return store_->VerifyChain()->events; }

  test::TempDir dir_;
  FakeClock clock_;
  std::unique_ptr<store::Store> store_;
  fleet::Fleet fleet_;
  rollout::Rollout rollout_;
  Api api_;
  std::shared_ptr<FakeAgent> agent_;
};

TEST_F(DriftApiTest, EveryTargetAnswersOrSaysWhyNot) {
  const v1::GetDriftResponse drift = Get();
  ASSERT_EQ(drift.targets_size(), 2);
  EXPECT_EQ(drift.targets(0).report().objects_size(), 3);
  EXPECT_EQ(drift.targets(0).status().objects(), 3);
  EXPECT_FALSE(drift.targets(1).has_report());
  EXPECT_EQ(drift.targets(1).error().code(), "FE0402");
}

TEST_F(DriftApiTest, AnAgentThatDoesNotKnowTheQuestionIsNamed) {
  agent_->knows_drift = false;
  const v1::GetDriftResponse drift = Get();
  EXPECT_FALSE(drift.targets(0).has_report());
  EXPECT_THAT(drift.targets(0).error().message(), HasSubstr("prod-1"));
}

TEST_F(DriftApiTest, ADecisionIsInTheChainWithAllThatBelongsToTheObject) {
  const auto ignored = Ignore({"table public.copy"});
  ASSERT_OK(ignored);
  ASSERT_EQ(ignored->ignored_size(), 2);
  EXPECT_EQ(ignored->ignored(1).key().id().name(), "id");
  EXPECT_EQ(ChainLength(), 2);
  EXPECT_EQ(Get().targets(0).ignored_size(), 2);
  EXPECT_EQ(Get().targets(0).ignored(0).decided_by(), "ana@laptop");
  EXPECT_EQ(Status().ignored_drift(), 2);
}

TEST_F(DriftApiTest, ADecisionEndsWithItsTimeAndWithAnotherChange) {
  ASSERT_OK(Ignore({"index public.prices.hand_idx"}, absl::Hours(24)));
  EXPECT_EQ(Status().ignored_drift(), 1);
  clock_.Advance(absl::Hours(25));
  EXPECT_EQ(Status().ignored_drift(), 0);
  EXPECT_EQ(Get().targets(0).ignored_size(), 1) << "said, though it does not hold any more";
  agent_->report.mutable_objects(2)->set_state("s4");
  EXPECT_EQ(Get().targets(0).ignored_size(), 0);
}

TEST_F(DriftApiTest, WhatCannotBeDecidedIsRefusedAndNotRecorded) {
  EXPECT_THAT(Ignore({}), StatusIsCode(ErrorCode::kUsage));
  EXPECT_THAT(Ignore({"table public.copy"}, absl::Hours(1), " "), StatusIsCode(ErrorCode::kUsage));
  EXPECT_THAT(Ignore({"table public.copy"}, absl::Hours(1), "two\nlines"), StatusIsCode(ErrorCode::kUsage));
  EXPECT_THAT(Ignore({"table public.copy"}, absl::ZeroDuration()), StatusIsCode(ErrorCode::kUsage));
  EXPECT_THAT(Ignore({"table public.copy"}, absl::Hours(24 * 91)), StatusIsCode(ErrorCode::kUsage));
  EXPECT_THAT(Ignore({"table public.copy"}, absl::Hours(1), "x", "prod-3"), StatusIsCode(ErrorCode::kUsage));
  EXPECT_THAT(Ignore({"table public.copy"}, absl::Hours(1), "x", "prod-2"),
              StatusIsCode(ErrorCode::kAgentOffline));
  const auto unknown = Ignore({"table public.copy", "index public.prices.other"});
  ASSERT_THAT(unknown, StatusIsCode(ErrorCode::kUsage));
  EXPECT_THAT(std::string(unknown.status().message()), HasSubstr("index public.prices.other"));
  EXPECT_EQ(ChainLength(), 0);
}

TEST_F(DriftApiTest, OnlyAPromotionsPreflightCarriesWhatIsIgnoredNow) {
  ASSERT_OK(Ignore({"index public.prices.hand_idx"}, absl::Hours(24)));
  ASSERT_OK(Ignore({"table public.copy"}, absl::Hours(48)));
  clock_.Advance(absl::Hours(25));
  promotion::Request request;
  request.promotion_id = "prm-1";
  request.environment = "prod";
  request.targets = {"prod-1"};
  for (const promotion::Kind kind : {promotion::Kind::kPromote, promotion::Kind::kRollback}) {
    request.kind = kind;
    request.promotion_id += "x";
    request.environment += "x";
    ASSERT_OK(rollout_.Begin(request));
  }
  test::WaitUntil([this] { return agent_->commands().size() == 2; });
  const std::vector<v1::Command> commands = agent_->commands();
  ASSERT_THAT(commands, SizeIs(2));
  EXPECT_EQ(commands[0].ignored_drift_size(), 2) << "the table and its column; the index has expired";
  EXPECT_EQ(commands[0].ignored_drift(0).key().id().name(), "copy");
  EXPECT_EQ(commands[1].ignored_drift_size(), 0);
}

}  // namespace
}  // namespace ferry::api
