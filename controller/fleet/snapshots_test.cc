// Reading the snapshots of targets: what agents of different age are asked, and what becomes of the answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>

#include "controller/fleet/fleet.h"
#include "core/base/error.h"
#include "core/base/version.h"
#include "rpc/convert.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace ferry::fleet {
namespace {

using schema::Snapshot;

schema::Object ViewOf(const std::string& name, const std::string& definition = "SELECT 1") {
  schema::View view;
  view.definition = definition;
  return schema::MakeObject({schema::ObjectKind::kView, "public", "", name}, view);
}
Snapshot SnapshotOf(std::vector<schema::Object> objects) {
  return schema::MakeSnapshot(std::move(objects), "15.20", absl::FromUnixSeconds(5));
}

class Nobody final : public FleetListener {
 public:
  void OnAgentReady(const std::vector<std::string>&) override {}
  absl::Status OnReport(const store::ReportKey&, const v1::Report&) override { return absl::OkStatus(); }
  void OnTargetStatus(const v1::TargetStatus&) override {}
  void OnProgress(const v1::Progress&) override {}
  void OnRefused(const std::string&, const absl::Status&) override {}
};

// An agent as the controller sees it: answers at once, from `schema`, and remembers what it was asked.
class FakeAgent final : public rpc::AgentSession, public std::enable_shared_from_this<FakeAgent> {
 public:
  FakeAgent(Fleet* fleet, const Snapshot* schema) : fleet_(fleet), schema_(schema) {}

  void Connect(const std::vector<std::string>& capabilities) {
    v1::AgentMessage message;
    v1::Hello* hello = message.mutable_hello();
    hello->set_agent_id("agent-1");
    hello->set_journal_id("journal");
    hello->set_protocol(kProtocolVersion);
    for (const std::string& one : capabilities) hello->add_capabilities(one);
    hello->add_targets()->set_target_id("t1");
    hello->mutable_targets(0)->set_environment("dev");
    fleet_->OnMessage(shared_from_this(), message);
    EXPECT_TRUE(test::WaitUntil([this] { return welcomed_.load(); }));
  }
  bool Send(v1::ControllerMessage message) override {
    if (message.has_welcome()) welcomed_ = true;
    if (!message.has_query()) return true;
    const v1::Query& query = message.query();
    asked.push_back(query.snapshot());
    const std::string& held = query.snapshot().held();
    auto chunks = held.empty() ? rpc::ToChunks(query.query_id(), *schema_)
                               : rpc::ToChunks(query.query_id(), *schema_, held);
    if (!held.empty() && spoil) spoil(chunks.back());
    for (v1::SnapshotChunk& chunk : chunks) {
      travelled += chunk.objects_size();
      v1::AgentMessage answer;
      *answer.mutable_snapshot() = std::move(chunk);
      fleet_->OnMessage(shared_from_this(), answer);
    }
    return true;
  }
  void ReadNext() override {}
  void Close(absl::Status) override {}
  std::string peer() const override { return "unix:"; }

  std::vector<v1::SnapshotQuery> asked;
  int travelled = 0;
  std::function<void(v1::SnapshotChunk&)> spoil;  // an answer to a question that said what is held

 private:
  Fleet* const fleet_;
  const Snapshot* const schema_;
  std::atomic<bool> welcomed_ = false;
};

class SnapshotsTest : public ::testing::Test {
 protected:
  SnapshotsTest() {
    FleetOptions options;
    options.controller_id = "c";
    options.environment_of = {{"t1", "dev"}};
    options.most_kept_objects = 5;
    store_ = *store::OpenSqliteStore(dir_.File("store.db"));
    fleet_ = std::make_unique<Fleet>(options, store_.get(), &SystemClock(), &SystemRandom());
    EXPECT_TRUE(fleet_->Start(&nobody_).ok());
  }
  std::shared_ptr<FakeAgent> Agent(const std::vector<std::string>& capabilities) {
    auto agent = std::make_shared<FakeAgent>(fleet_.get(), &schema_);
    agent->Connect(capabilities);
    return agent;
  }
  void ExpectRead(const v1::SnapshotQuery& which = {}) {
    const auto read = fleet_->AskSnapshot("t1", which, absl::Seconds(30));
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->objects, schema_.objects);
  }

  test::TempDir dir_;
  Nobody nobody_;
  std::unique_ptr<store::Store> store_;
  Snapshot schema_ = SnapshotOf({ViewOf("a"), ViewOf("b"), ViewOf("c")});
  std::unique_ptr<Fleet> fleet_;
};

const std::vector<std::string> kNew = {"snapshot", "snapshot-scope", "snapshot-held"};

TEST_F(SnapshotsTest, OnlyChangedObjectsTravelAgain) {
  const auto agent = Agent(kNew);
  ExpectRead();
  EXPECT_EQ(agent->travelled, 3);
  ExpectRead();
  EXPECT_EQ(agent->travelled, 3);
  schema_ = SnapshotOf({ViewOf("a"), ViewOf("b", "SELECT 2"), ViewOf("d")});
  ExpectRead();
  EXPECT_EQ(agent->travelled, 5);
  schema_ = SnapshotOf({});
  ExpectRead();
  EXPECT_EQ(agent->travelled, 5);
}

TEST_F(SnapshotsTest, AnAgentThatRestartsGoesOnFromWhatTheControllerHolds) {
  Agent(kNew);
  ExpectRead();
  schema_ = SnapshotOf({ViewOf("a"), ViewOf("b"), ViewOf("c", "SELECT 3")});
  const auto restarted = Agent(kNew);
  ExpectRead();
  EXPECT_EQ(restarted->travelled, 1);
}

TEST_F(SnapshotsTest, AnAnswerThatDoesNotFitIsReadWhole) {
  const auto agent = Agent(kNew);
  ExpectRead();
  agent->spoil = [](v1::SnapshotChunk& last) { last.set_root("0"); };
  ExpectRead();
  EXPECT_EQ(agent->asked.size(), 3U);
  EXPECT_EQ(agent->asked.back().held(), "");
  EXPECT_EQ(agent->travelled, 6);
}

TEST_F(SnapshotsTest, AnOldAgentIsAskedForEverything) {
  const auto agent = Agent({"snapshot"});
  ExpectRead();
  ExpectRead();
  EXPECT_EQ(agent->travelled, 6);
  v1::SnapshotQuery scoped;
  scoped.mutable_scope()->add_schemas("public");
  ExpectRead(scoped);
  EXPECT_FALSE(agent->asked.back().has_scope());
  scoped.mutable_scope()->set_cluster_objects(true);
  EXPECT_TRUE(HasCode(fleet_->AskSnapshot("t1", scoped, absl::Seconds(30)).status(), ErrorCode::kProtocol));
}

TEST_F(SnapshotsTest, APartOfASchemaIsNotWhatIsHeld) {
  const auto agent = Agent(kNew);
  v1::SnapshotQuery scoped;
  scoped.mutable_scope()->add_schemas("public");
  ExpectRead(scoped);
  EXPECT_TRUE(agent->asked.back().has_scope());
  ExpectRead();
  EXPECT_EQ(agent->travelled, 6);
}

TEST_F(SnapshotsTest, WhatIsTooLargeToKeepTravelsAgain) {
  const auto agent = Agent(kNew);
  schema_ = SnapshotOf({ViewOf("a"), ViewOf("b"), ViewOf("c"), ViewOf("d"), ViewOf("e"), ViewOf("f")});
  ExpectRead();
  ExpectRead();
  EXPECT_EQ(agent->travelled, 12);
}

TEST(KeptSnapshotsTest, TheTargetThatWasNotAskedForTheLongestGoesFirst) {
  KeptSnapshots kept(3);
  const auto keep = [&kept](const std::string& target) { kept.Keep(target, SnapshotOf({ViewOf(target)})); };
  for (const char* target : {"a", "b", "c"}) keep(target);
  EXPECT_NE(kept.Find("a"), nullptr);
  keep("d");
  EXPECT_EQ(kept.Find("b"), nullptr);
  for (const char* target : {"a", "c", "d"}) EXPECT_NE(kept.Find(target), nullptr) << target;
  kept.Keep("a", SnapshotOf({ViewOf("x"), ViewOf("y")}));
  EXPECT_EQ(kept.Find("a")->snapshot.objects.size(), 2U);
  EXPECT_EQ(kept.Find("c"), nullptr);
  EXPECT_NE(kept.Find("d"), nullptr);
}

}  // namespace
}  // namespace ferry::fleet
