#include "agent/journal/journal.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::journal {
namespace {

class TestClock final : public Clock {
 public:
  absl::Time Now() const override { return now; }
  absl::Duration Elapsed() const override { return absl::ZeroDuration(); }
  absl::Time now = absl::FromUnixSeconds(1795435200);
};

class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    std::string name = testing::TempDir() + "/ferry-journal-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) abort();
    folder_ = name;
    Reopen();
  }
  ~JournalTest() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/journal.db"; }
  void Reopen() {
    journal_.reset();
    auto opened = Journal::Open(path(), clock_);
    if (!opened.ok()) {
      ADD_FAILURE() << opened.status();
      abort();
    }
    journal_ = *std::move(opened);
  }
  void Close() { journal_.reset(); }
  Journal& journal() { return *journal_; }

  absl::StatusOr<Accepted> Accept(const std::string& id, int attempt, int64_t epoch = 1) {
    return journal().AcceptCommand({id, "prod-1", absl::StrCat("bytes of ", id, " ", attempt), attempt},
                                   epoch);
  }
  absl::StatusOr<int64_t> Report(const std::string& id, int attempt, bool final,
                                 const std::string& text = "report") {
    return journal().AppendReport(id, attempt, final,
                                  [&text](int64_t n) { return absl::StrCat(text, " #", n); });
  }
  std::string Unacknowledged(int64_t after = 0) {
    std::string out;
    const auto reports = journal().Unacknowledged(after);
    for (const auto& [sequence, payload] : reports.value())
      absl::StrAppend(&out, sequence, "=", payload, ";");
    return out;
  }

  TestClock clock_;

 private:
  std::string folder_;
  std::unique_ptr<Journal> journal_;
};

TEST_F(JournalTest, AJournalKeepsItsIdAndAFreshFolderIsAnotherJournal) {
  const std::string id = journal().journal_id();
  EXPECT_TRUE(absl::StartsWith(id, "jrn-")) << id;
  Reopen();
  EXPECT_EQ(journal().journal_id(), id);
  const auto other = Journal::Open(path() + ".other", clock_);
  EXPECT_NE((*other)->journal_id(), id);
}

TEST_F(JournalTest, ASecondAgentOnTheSameStateFolderIsRefused) {
  const auto second = Journal::Open(path(), clock_);
  EXPECT_TRUE(HasCode(second.status(), ErrorCode::kStore));
  EXPECT_TRUE(absl::StrContains(second.status().message(), "another agent")) << second.status();
  EXPECT_NE(DetailOf(second.status()).next, "");
}

TEST_F(JournalTest, ACommandDeliveredTwiceIsOneCommand) {
  EXPECT_EQ(*Accept("cmd-1", 1), Accepted::kNew);
  EXPECT_EQ(*Accept("cmd-1", 1), Accepted::kRunningBefore);
  Reopen();
  EXPECT_EQ(*Accept("cmd-1", 1), Accepted::kRunningBefore);
  ASSERT_TRUE(Report("cmd-1", 1, true, "done").ok());
  EXPECT_EQ(*Accept("cmd-1", 1), Accepted::kFinished);
  Reopen();
  EXPECT_EQ(*Accept("cmd-1", 1), Accepted::kFinished);
  EXPECT_EQ(**journal().ReportOf("cmd-1", 1), "done #1");
}

TEST_F(JournalTest, AttemptsCountUp) {
  EXPECT_EQ(*Accept("cmd-1", 1), Accepted::kNew);
  ASSERT_TRUE(Report("cmd-1", 1, true, "has to wait").ok());
  EXPECT_EQ(*Accept("cmd-1", 2), Accepted::kNewAttempt);
  EXPECT_TRUE(HasCode(Accept("cmd-1", 1).status(), ErrorCode::kStaleCommand));
  EXPECT_EQ(*Accept("cmd-1", 2), Accepted::kRunningBefore);
  EXPECT_EQ(*journal().ReportOf("cmd-1", 2), std::nullopt);
  EXPECT_EQ(**journal().ReportOf("cmd-1", 1), "has to wait #1");
}

TEST_F(JournalTest, TheOutcomeOfAnOldAttemptDoesNotFinishTheNewOne) {
  ASSERT_TRUE(Accept("cmd-1", 1).ok());
  ASSERT_TRUE(Accept("cmd-1", 2).ok());
  ASSERT_TRUE(Report("cmd-1", 1, true).ok());
  EXPECT_EQ(*Accept("cmd-1", 2), Accepted::kRunningBefore);
  EXPECT_EQ(journal().UnfinishedCommands()->size(), 1U);
}

TEST_F(JournalTest, AControllerOfAnOlderEpochIsRefusedForEver) {
  EXPECT_EQ(*journal().HighestEpoch(), 0);
  EXPECT_EQ(*Accept("cmd-1", 1, 5), Accepted::kNew);
  EXPECT_TRUE(HasCode(Accept("cmd-2", 1, 4).status(), ErrorCode::kStaleCommand));
  EXPECT_TRUE(HasCode(Accept("cmd-1", 1, 4).status(), ErrorCode::kStaleCommand));
  Reopen();
  EXPECT_EQ(*journal().HighestEpoch(), 5);
  EXPECT_TRUE(HasCode(Accept("cmd-2", 1, 4).status(), ErrorCode::kStaleCommand));
  EXPECT_EQ(*Accept("cmd-2", 1, 5), Accepted::kNew);
}

TEST_F(JournalTest, TheEpochOfARefusedCommandIsKeptAllTheSame) {
  ASSERT_TRUE(Accept("cmd-1", 3, 5).ok());
  EXPECT_TRUE(HasCode(Accept("cmd-1", 2, 6).status(), ErrorCode::kStaleCommand));
  ASSERT_TRUE(journal().PutTombstone("cmd-2").ok());
  EXPECT_TRUE(HasCode(Accept("cmd-2", 1, 7).status(), ErrorCode::kCancelled));
  EXPECT_EQ(*journal().HighestEpoch(), 7);
}

TEST_F(JournalTest, WhatARestartedAgentHasToLookIntoIsListed) {
  ASSERT_TRUE(Accept("cmd-1", 1).ok());
  ASSERT_TRUE(Accept("cmd-2", 4).ok());
  ASSERT_TRUE(Accept("cmd-3", 1).ok());
  ASSERT_TRUE(Report("cmd-1", 1, true).ok());
  ASSERT_TRUE(Report("cmd-3", 1, false).ok());
  Reopen();
  const auto commands = journal().UnfinishedCommands();
  ASSERT_EQ(commands->size(), 2U);
  EXPECT_EQ(commands->at(0).command_id, "cmd-2");
  EXPECT_EQ(commands->at(0).target_id, "prod-1");
  EXPECT_EQ(commands->at(0).attempt, 4);
  EXPECT_EQ(commands->at(0).payload, "bytes of cmd-2 4");
  EXPECT_EQ(commands->at(1).command_id, "cmd-3");
}

TEST_F(JournalTest, ReportsAreNumberedAndKeptUntilAcknowledged) {
  ASSERT_TRUE(Accept("cmd-1", 1).ok());
  EXPECT_EQ(*Report("cmd-1", 1, false, "half"), 1);
  EXPECT_EQ(*Report("cmd-1", 1, true, "done"), 2);
  EXPECT_EQ(*Report("cmd-9", 1, true, "never accepted"), 3);
  Reopen();
  EXPECT_EQ(Unacknowledged(), "1=half #1;2=done #2;3=never accepted #3;");
  EXPECT_EQ(Unacknowledged(2), "3=never accepted #3;");
  ASSERT_TRUE(journal().Acknowledge(2).ok());
  ASSERT_TRUE(journal().Acknowledge(1).ok());
  EXPECT_EQ(Unacknowledged(), "3=never accepted #3;");
  EXPECT_EQ(**journal().ReportOf("cmd-1", 1), "done #2");
  ASSERT_TRUE(journal().Acknowledge(3).ok());
  Reopen();
  EXPECT_EQ(Unacknowledged(), "");
  EXPECT_EQ(*journal().LastSequence(), 3);
  EXPECT_EQ(*Report("cmd-1", 2, false), 4);
}

TEST_F(JournalTest, TheFirstOutcomeOfAnAttemptStands) {
  ASSERT_TRUE(Accept("cmd-1", 1).ok());
  EXPECT_EQ(*Report("cmd-1", 1, true, "done"), 1);
  EXPECT_EQ(*Report("cmd-1", 1, true, "failed"), 1);
  EXPECT_EQ(Unacknowledged(), "1=done #1;");
  EXPECT_EQ(*journal().LastSequence(), 1);
}

TEST_F(JournalTest, OutcomesAreKeptForThirtyDaysAndTheirCommandsStayKnown) {
  ASSERT_TRUE(Accept("cmd-1", 1).ok());
  ASSERT_TRUE(Report("cmd-1", 1, true, "done").ok());
  clock_.now += absl::Hours(24 * 29);
  ASSERT_TRUE(journal().Acknowledge(1).ok());
  EXPECT_EQ(*Accept("cmd-1", 1), Accepted::kFinished);
  clock_.now += absl::Hours(24 * 2);
  ASSERT_TRUE(Report("cmd-2", 1, true).ok());
  ASSERT_TRUE(journal().Acknowledge(1).ok());
  EXPECT_EQ(*journal().ReportOf("cmd-1", 1), std::nullopt);
  EXPECT_TRUE(HasCode(Accept("cmd-1", 1).status(), ErrorCode::kStaleCommand));
  EXPECT_EQ(Unacknowledged(), "2=report #2;");
}

TEST_F(JournalTest, AReportOlderThanThirtyDaysIsKeptUntilItIsAcknowledged) {
  ASSERT_TRUE(Report("cmd-1", 1, true, "done").ok());
  clock_.now += absl::Hours(24 * 90);
  ASSERT_TRUE(journal().Acknowledge(0).ok());
  EXPECT_EQ(Unacknowledged(), "1=done #1;");
}

TEST_F(JournalTest, AnOldCopyOfTheStateFolderIsNoticed) {
  ASSERT_TRUE(Report("cmd-1", 1, true).ok());
  const absl::Status status = journal().Acknowledge(7);
  EXPECT_TRUE(HasCode(status, ErrorCode::kStoreCorrupt));
  EXPECT_TRUE(absl::StrContains(status.message(), "old copy")) << status;
  EXPECT_EQ(Unacknowledged(), "1=report #1;");
}

TEST_F(JournalTest, ACancelThatOvertookItsCommandStopsItBeforeItBegins) {
  ASSERT_TRUE(journal().PutTombstone("cmd-1").ok());
  ASSERT_TRUE(journal().PutTombstone("cmd-1").ok());
  Reopen();
  EXPECT_TRUE(HasCode(Accept("cmd-1", 1).status(), ErrorCode::kCancelled));
  EXPECT_TRUE(HasCode(Accept("cmd-1", 1).status(), ErrorCode::kCancelled));
  EXPECT_TRUE(journal().UnfinishedCommands()->empty());
  ASSERT_TRUE(Report("cmd-1", 1, true, "cancelled").ok());
  EXPECT_EQ(*Accept("cmd-1", 1), Accepted::kFinished);
  EXPECT_EQ(**journal().ReportOf("cmd-1", 1), "cancelled #1");
}

TEST_F(JournalTest, ACancelDoesNotHideWhatHadBegun) {
  ASSERT_TRUE(Accept("cmd-1", 1).ok());
  ASSERT_TRUE(journal().PutTombstone("cmd-1").ok());
  EXPECT_EQ(*Accept("cmd-1", 1), Accepted::kRunningBefore);
  EXPECT_TRUE(HasCode(Accept("cmd-1", 2).status(), ErrorCode::kCancelled));
}

TEST_F(JournalTest, PlansComeBackByteForByte) {
  const std::string bytes("\0plan\xff", 6);
  EXPECT_EQ(*journal().GetPlan("d1"), std::nullopt);
  ASSERT_TRUE(journal().PutPlan("d1", "damaged").ok());
  ASSERT_TRUE(journal().PutPlan("d1", bytes).ok());
  ASSERT_TRUE(journal().PutPlan("d2", "").ok());
  Reopen();
  EXPECT_EQ(**journal().GetPlan("d1"), bytes);
  EXPECT_EQ(**journal().GetPlan("d2"), "");
}

// Takes commands and reports their outcome until killed; says '+' for each outcome that was acknowledged to
// it.
[[noreturn]] void WorkForEver(const std::string& path, const Clock& clock, int pipe) {
  auto journal = Journal::Open(path, clock);
  if (!journal.ok()) _exit(3);
  for (int64_t n = *(*journal)->LastSequence() + 1;; ++n) {
    const std::string id = absl::StrCat("cmd-", n);
    if (!(*journal)->AcceptCommand({id, "prod-1", "payload", 1}, n).ok()) _exit(4);
    const auto sequence =
        (*journal)->AppendReport(id, 1, true, [&id](int64_t s) { return absl::StrCat(id, " #", s); });
    if (!sequence.ok() || *sequence != n || write(pipe, "+", 1) != 1) _exit(5);
  }
}

TEST_F(JournalTest, WhatWasJournaledSurvivesKillMinusNine) {
  int64_t said = 0;
  for (int round = 0; round < 12; ++round) {
    Close();
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      WorkForEver(path(), clock_, ends[1]);
    }
    close(ends[1]);
    char byte = 0;
    for (int i = 0; i < 2 + 4 * round; ++i) {
      ASSERT_EQ(read(ends[0], &byte, 1), 1);
      ++said;
    }
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    while (read(ends[0], &byte, 1) == 1) ++said;
    close(ends[0]);
    Reopen();
    const int64_t last = *journal().LastSequence();
    EXPECT_GE(last, said);
    EXPECT_LE(last, said + 1);  // one may have been durable and not yet said
    said = last;
    const auto reports = journal().Unacknowledged(0);
    ASSERT_EQ(static_cast<int64_t>(reports->size()), last);
    for (int64_t n = 1; n <= last; ++n) {
      EXPECT_EQ(reports->at(static_cast<size_t>(n - 1)).second, absl::StrCat("cmd-", n, " #", n));
      EXPECT_EQ(*Accept(absl::StrCat("cmd-", n), 1, last + 1), Accepted::kFinished);
    }
    EXPECT_LE(journal().UnfinishedCommands()->size(), 1U);  // at most the one that death interrupted
    EXPECT_GE(*journal().HighestEpoch(), last);
  }
}

}  // namespace
}  // namespace ferry::journal
