#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "core/base/error.h"
#include "core/base/mutex.h"
#include "rpc/agent_connection.h"
#include "rpc/convert.h"
#include "rpc/ferry_client.h"
#include "rpc/server.h"

namespace ferry::rpc {
namespace {

using ::testing::HasSubstr;

// Answers two calls; everything else is an error that carries our detail.
class FakeFerry final : public FerryHandler {
 public:
  static absl::Status No() {
    return Error(ErrorCode::kPipelineOrder, "staging is not there yet")
        .TargetState("unchanged")
        .Next("ferry promote --to staging");
  }
  absl::StatusOr<v1::GetVersionResponse> GetVersion(const v1::GetVersionRequest&) override {
    v1::GetVersionResponse r;
    r.set_software("test");
    return r;
  }
  absl::StatusOr<v1::RegisterPlanResponse> RegisterPlan(const v1::RegisterPlanRequest& q) override {
    v1::RegisterPlanResponse r;
    r.mutable_plan()->set_name(q.plan().files(0).content().substr(0, 1));
    return r;
  }
  absl::StatusOr<v1::ListPlansResponse> ListPlans(const v1::ListPlansRequest&) override { return No(); }
  absl::StatusOr<v1::GetPlanResponse> GetPlan(const v1::GetPlanRequest&) override { return No(); }
  absl::StatusOr<v1::GetStatusResponse> GetStatus(const v1::GetStatusRequest&) override { return No(); }
  absl::StatusOr<v1::ListAgentsResponse> ListAgents(const v1::ListAgentsRequest&) override { return No(); }
  absl::StatusOr<v1::StartPromotionResponse> StartPromotion(const v1::StartPromotionRequest&) override {
    return No();
  }
  absl::StatusOr<v1::CancelPromotionResponse> CancelPromotion(const v1::CancelPromotionRequest&) override {
    return No();
  }
  absl::StatusOr<v1::HoldPromotionResponse> HoldPromotion(const v1::HoldPromotionRequest&) override {
    return No();
  }
  absl::StatusOr<v1::ResumePromotionResponse> ResumePromotion(const v1::ResumePromotionRequest&) override {
    return No();
  }
  absl::StatusOr<v1::AbortPromotionResponse> AbortPromotion(const v1::AbortPromotionRequest&) override {
    return No();
  }
  absl::StatusOr<v1::ThrottlePromotionResponse> ThrottlePromotion(
      const v1::ThrottlePromotionRequest&) override {
    return No();
  }
  absl::StatusOr<v1::GetPromotionResponse> GetPromotion(const v1::GetPromotionRequest&) override {
    return No();
  }
  absl::StatusOr<v1::ListHistoryResponse> ListHistory(const v1::ListHistoryRequest&) override { return No(); }
  absl::StatusOr<v1::DiffResponse> Diff(const v1::DiffRequest&) override { return No(); }
  absl::StatusOr<v1::TestWindowResponse> TestWindow(const v1::TestWindowRequest&) override { return No(); }
  absl::StatusOr<v1::PreviewPlanResponse> PreviewPlan(const v1::PreviewPlanRequest&) override { return No(); }
  absl::StatusOr<v1::VerifyAuditResponse> VerifyAudit(const v1::VerifyAuditRequest&) override { return No(); }
  absl::StatusOr<v1::ListBackupsResponse> ListBackups(const v1::ListBackupsRequest&) override { return No(); }
  absl::StatusOr<v1::VerifyBackupResponse> VerifyBackup(const v1::VerifyBackupRequest&) override {
    return No();
  }
  absl::Status GetSnapshots(const v1::GetSnapshotsRequest& q,
                            const std::function<bool(const v1::GetSnapshotsResponse&)>& write) override {
    v1::GetSnapshotsResponse piece;
    piece.set_name(q.environment());
    for (int i = 0; i < 2; ++i) {
      piece.mutable_chunk()->set_index(i);
      write(piece);
    }
    return q.environment() == "prod" ? absl::OkStatus() : No();
  }
  absl::StatusOr<v1::GetDriftResponse> GetDrift(const v1::GetDriftRequest&) override {
    return v1::GetDriftResponse();
  }
  absl::StatusOr<v1::IgnoreDriftResponse> IgnoreDrift(const v1::IgnoreDriftRequest&) override {
    return v1::IgnoreDriftResponse();
  }
  absl::StatusOr<v1::DiffResponse> PreviewBaseline(const v1::PreviewBaselineRequest&) override {
    return No();
  }
  // Three events, then nothing until the client has gone.
  absl::Status WatchPromotion(const v1::WatchPromotionRequest&,
                              const std::function<bool(const v1::WatchPromotionResponse&)>& write,
                              const std::function<bool()>& cancelled) override {
    for (int i = 1; i <= 3; ++i) {
      v1::WatchPromotionResponse update;
      update.mutable_event()->set_id(i);
      write(update);
    }
    while (!cancelled()) std::this_thread::yield();
    return absl::OkStatus();
  }
};

// Welcomes, echoes heartbeats' first target id back as an acknowledgement, and remembers closings.
class FakeAgents final : public AgentGatewayHandler {
 public:
  void OnMessage(std::shared_ptr<AgentSession> session, v1::AgentMessage message) override {
    v1::ControllerMessage answer;
    if (message.has_hello()) {
      answer.mutable_welcome()->set_epoch(7);
    } else {
      answer.mutable_ack()->set_sequence(message.report().sequence());
    }
    session->Send(std::move(answer));
    {
      MutexLock lock(&mutex_);
      session_ = session;
    }
    session->ReadNext();
  }
  void OnClosed(std::shared_ptr<AgentSession>) override {
    MutexLock lock(&mutex_);
    ++closed_;
    changed_.NotifyAll();
  }
  absl::StatusOr<v1::FetchPlanResponse> FetchPlan(const v1::FetchPlanRequest& request) override {
    if (request.digest() != "abc") return Error(ErrorCode::kPlanUnknown, "no such plan");
    v1::FetchPlanResponse response;
    response.mutable_plan()->set_digest("abc");
    return response;
  }
  bool WaitClosed(int n) {
    MutexLock lock(&mutex_);
    for (int i = 0; i < 100 && closed_ < n; ++i) changed_.WaitFor(&mutex_, absl::Milliseconds(100));
    return closed_ >= n;
  }
  std::shared_ptr<AgentSession> session() {
    MutexLock lock(&mutex_);
    return session_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  std::shared_ptr<AgentSession> session_ ABSL_GUARDED_BY(mutex_);
  int closed_ ABSL_GUARDED_BY(mutex_) = 0;
};

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto server = Server::Start("127.0.0.1:0", {}, &agents_, &ferry_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    auto client = FerryClient::Create(server_->address(), {});
    ASSERT_TRUE(client.ok());
    client_ = *std::move(client);
  }
  void TearDown() override { server_->Shutdown(absl::Seconds(1)); }

  FakeAgents agents_;
  FakeFerry ferry_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<FerryClient> client_;
};

TEST_F(ServerTest, AnswersUnaryCalls) { EXPECT_EQ(client_->GetVersion({})->software(), "test"); }

TEST_F(ServerTest, ErrorsArriveWithCodePlaceAndNextCommand) {
  EXPECT_EQ(ErrorText(client_->GetStatus({}).status()), ErrorText(FakeFerry::No()));
}

TEST_F(ServerTest, CarriesMessagesLargerThanGrpcsDefault) {
  v1::RegisterPlanRequest request;
  request.mutable_plan()->add_files()->set_content(std::string(20 << 20, 'x'));
  EXPECT_EQ(client_->RegisterPlan(request)->plan().name(), "x");
}

TEST_F(ServerTest, SnapshotsComeInPiecesAndAnErrorAfterSomeIsAnError) {
  v1::GetSnapshotsRequest request;
  request.set_environment("prod");
  const auto pieces = client_->GetSnapshots(request, [] { return false; });
  ASSERT_TRUE(pieces.ok()) << pieces.status();
  ASSERT_EQ(pieces->size(), 2U);
  EXPECT_EQ((*pieces)[1].chunk().index(), 1);
  request.set_environment("dev");
  EXPECT_TRUE(
      HasCode(client_->GetSnapshots(request, [] { return false; }).status(), ErrorCode::kPipelineOrder));
}

TEST_F(ServerTest, WatchingEndsWhenTheClientHasSeenEnoughOrIsTold) {
  int seen = 0;
  EXPECT_TRUE(client_
                  ->WatchPromotion(
                      {}, [&](const auto&) { return ++seen < 2; }, [] { return false; })
                  .ok());
  EXPECT_EQ(seen, 2);
  bool stop = false;
  EXPECT_TRUE(client_
                  ->WatchPromotion(
                      {},
                      [&](const v1::WatchPromotionResponse& u) { return stop = u.event().id() == 3, true; },
                      [&] { return stop; })
                  .ok());
  EXPECT_TRUE(stop);
}

TEST_F(ServerTest, AnAgentsSessionSpeaksBothWaysAndEndsWhenTheControllerDrains) {
  auto connection = AgentConnection::Create(server_->address(), {});
  ASSERT_TRUE(connection.ok());
  v1::Hello hello;
  hello.set_agent_id("a");
  int64_t acknowledged = 0;
  const absl::Status ended = (*connection)->RunSession(hello, [&](const v1::ControllerMessage& message) {
    if (message.has_welcome()) {
      EXPECT_EQ(message.welcome().epoch(), 7);
      for (int i = 1; i <= 50; ++i) {
        v1::AgentMessage report;
        report.mutable_report()->set_sequence(i);
        EXPECT_TRUE((*connection)->Send(std::move(report)));
      }
    }
    acknowledged = std::max(acknowledged, message.ack().sequence());
    if (acknowledged == 50) agents_.session()->Close(absl::UnavailableError("controller draining"));
  });
  EXPECT_EQ(acknowledged, 50);
  EXPECT_THAT(std::string(ended.message()), HasSubstr("controller draining"));
  EXPECT_TRUE(agents_.WaitClosed(1));
  EXPECT_FALSE(agents_.session()->Send({})) << "a dead session takes nothing";
  EXPECT_FALSE((*connection)->Send({}));
}

TEST_F(ServerTest, FetchesPlansAndSaysWhenThereIsNone) {
  auto connection = AgentConnection::Create(server_->address(), {});
  EXPECT_EQ((*connection)->FetchPlan("abc")->digest(), "abc");
  EXPECT_TRUE(HasCode((*connection)->FetchPlan("def").status(), ErrorCode::kPlanUnknown));
}

TEST_F(ServerTest, ASecondServerOnTheSameAddressIsRefused) {
  const auto second = Server::Start(server_->address(), {}, &agents_, &ferry_);
  EXPECT_TRUE(HasCode(second.status(), ErrorCode::kTransport));
}

TEST(ClientTest, AControllerThatIsAwayIsNamedWithTheNextCommand) {
  auto client = FerryClient::Create("127.0.0.1:1", {});
  const absl::Status status = (*client)->GetVersion({}).status();
  EXPECT_TRUE(HasCode(status, ErrorCode::kTransport));
  EXPECT_THAT(ErrorText(status), HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(ErrorText(status), HasSubstr("next:"));
}

TEST(AddressTest, WithoutTlsOnlyLoopbackAndUnixSockets) {
  for (const char* local : {"127.0.0.1:7420", "localhost:1", "[::1]:5", "unix:/run/ferry.sock"}) {
    EXPECT_TRUE(CheckAddress(local, {}).ok()) << local;
  }
  for (const char* remote : {"0.0.0.0:7420", "10.1.2.3:7420", "controller.example:7420", "[::]:1"}) {
    EXPECT_TRUE(HasCode(CheckAddress(remote, {}), ErrorCode::kTlsRequired)) << remote;
    EXPECT_TRUE(CheckAddress(remote, {"c", "k", "a"}).ok()) << remote;
  }
  EXPECT_TRUE(HasCode(CheckAddress("127.0.0.1:1", {"c", "", ""}), ErrorCode::kConfig));
  EXPECT_TRUE(HasCode(FerryClient::Create("10.0.0.1:1", {}).status(), ErrorCode::kTlsRequired));
}

TEST(ConvertTest, SnapshotsSurviveTheWireAndALostPieceIsNoticed) {
  std::vector<schema::Object> objects;
  for (int i = 0; i < 4000; ++i) {
    schema::View view;
    view.definition = std::string(600, 'x') + std::to_string(i);
    objects.push_back(
        schema::MakeObject({schema::ObjectKind::kView, "public", "", "v" + std::to_string(i)}, view));
  }
  const schema::Snapshot snapshot = schema::MakeSnapshot(objects, "15.20", absl::FromUnixSeconds(5));
  std::vector<v1::SnapshotChunk> chunks = ToChunks("q", snapshot);
  EXPECT_GT(chunks.size(), 2u);
  const auto back = FromChunks(chunks);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->root, snapshot.root);
  EXPECT_EQ(back->objects.size(), 4000u);
  chunks.erase(chunks.begin() + 1);
  EXPECT_TRUE(HasCode(FromChunks(chunks).status(), ErrorCode::kProtocol));
}

schema::Object ViewOf(const std::string& name, const std::string& definition) {
  schema::View view;
  view.definition = definition;
  return schema::MakeObject({schema::ObjectKind::kView, "public", "", name}, view);
}
schema::Object ColumnOf(const std::string& name, int64_t position) {
  schema::Column column;
  column.type = "integer";
  column.position = position;
  return schema::MakeObject({schema::ObjectKind::kColumn, "public", "t", name}, column, {},
                            {{{schema::ObjectKind::kView, "public", "", "a"}}});
}
schema::Snapshot SnapshotOf(std::vector<schema::Object> objects) {
  return schema::MakeSnapshot(std::move(objects), "15.20", absl::FromUnixSeconds(5));
}
int Travelling(const std::vector<v1::SnapshotChunk>& chunks) {
  int count = 0;
  for (const v1::SnapshotChunk& chunk : chunks) count += chunk.objects_size();
  return count;
}

TEST(HeldTest, OnlyWhatTheReceiverDoesNotHoldTravels) {
  const schema::Snapshot old =
      SnapshotOf({ViewOf("a", "1"), ViewOf("b", "1"), ViewOf("c", "1"), ColumnOf("x", 1)});
  const schema::Snapshot now =
      SnapshotOf({ViewOf("a", "1"), ViewOf("b", "2"), ViewOf("d", "1"), ColumnOf("x", 1)});
  const std::string held = KeysOf(old);
  const auto chunks = ToChunks("q", now, held);
  EXPECT_EQ(Travelling(chunks), 2);
  const auto back = FromChunks(chunks, old, held);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->objects, now.objects);
  EXPECT_EQ(back->root, now.root);
  EXPECT_EQ(back->taken_at, now.taken_at);
}

TEST(HeldTest, NothingTravelsWhenNothingHasChanged) {
  const schema::Snapshot now = SnapshotOf({ViewOf("a", "1"), ColumnOf("x", 1)});
  const auto chunks = ToChunks("q", now, KeysOf(now));
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(Travelling(chunks), 0);
  EXPECT_EQ(chunks[0].keys(), "");
  const auto back = FromChunks(chunks, now, KeysOf(now));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->objects, now.objects);
}

TEST(HeldTest, AlsoWhatIsOnlyShownTravelsWhenItChanges) {
  const schema::Snapshot old = SnapshotOf({ViewOf("a", "1"), ColumnOf("x", 1)});
  const schema::Snapshot now = SnapshotOf({ViewOf("a", "1"), ColumnOf("x", 7)});
  ASSERT_EQ(old.root, now.root);
  const auto chunks = ToChunks("q", now, KeysOf(old));
  EXPECT_EQ(Travelling(chunks), 1);
  const auto back = FromChunks(chunks, old, KeysOf(old));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->objects, now.objects);
}

TEST(HeldTest, AReceiverWithoutAnythingGetsEverything) {
  const schema::Snapshot now = SnapshotOf({ViewOf("a", "1"), ViewOf("b", "1")}), nothing = SnapshotOf({});
  const auto chunks = ToChunks("q", now, "");
  EXPECT_EQ(Travelling(chunks), 2);
  EXPECT_TRUE(FromChunks(chunks, nothing, "").ok());
  const auto emptied = FromChunks(ToChunks("q", nothing, KeysOf(now)), now, KeysOf(now));
  ASSERT_TRUE(emptied.ok()) << emptied.status();
  EXPECT_TRUE(emptied->objects.empty());
}

TEST(HeldTest, WhatDoesNotFitTogetherIsRefused) {
  const schema::Snapshot old = SnapshotOf({ViewOf("a", "1"), ViewOf("b", "1")});
  const schema::Snapshot now = SnapshotOf({ViewOf("a", "1"), ViewOf("b", "2")});
  const std::string held = KeysOf(old);
  const auto refused = [&](const std::vector<v1::SnapshotChunk>& chunks) {
    EXPECT_TRUE(HasCode(FromChunks(chunks, old, held).status(), ErrorCode::kProtocol));
  };
  // The receiver holds another snapshot than the sender was told.
  refused(ToChunks("q", now, KeysOf(now)));
  auto wrong = ToChunks("q", now, held);
  wrong.back().set_access_root("0");
  refused(wrong);
  auto more = ToChunks("q", now, held);
  *more.back().add_objects() = ToProto(ViewOf("z", "1"));
  refused(more);
  auto fewer = ToChunks("q", now, held);
  fewer.back().clear_objects();
  refused(fewer);
  EXPECT_TRUE(HasCode(FromChunks(ToChunks("q", now, held)).status(), ErrorCode::kProtocol));
}

TEST(ConvertTest, TimesBeforeAndAfterTheEpochSurvive) {
  for (const absl::Time t : {absl::FromUnixMillis(-1500), absl::FromUnixMillis(1'790'000'000'123)}) {
    EXPECT_EQ(FromProto(ToProto(t)), t);
  }
}

}  // namespace
}  // namespace ferry::rpc
