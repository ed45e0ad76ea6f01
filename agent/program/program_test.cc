// Real programs: scripts that the test writes, run as processes.
#include "agent/program/program.h"

#include <signal.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "core/base/hash.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace ferry::program {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::HasSubstr;
using Lines = std::vector<std::string>;

class ProgramTest : public ::testing::Test {
 protected:
  void SetUp() override { signal(SIGPIPE, SIG_IGN); }

  std::string Script(const std::string& text) const {
    const std::string path = dir_.Write("program", text);
    EXPECT_EQ(chmod(path.c_str(), 0700), 0);
    return path;
  }
  policy::ProgramConfig Config(const std::string& path) const {
    policy::ProgramConfig config;
    config.command = {path};
    config.sha256 = Sha256Hex(test::ReadFile(path));
    return config;
  }
  static absl::StatusOr<std::unique_ptr<executor::RowProgram>> Open(policy::ProgramConfig config) {
    return Programs({{"p", std::move(config)}}).Open("p");
  }
  absl::StatusOr<Lines> Run(const std::string& text, const Lines& rows = {"{}"}) const {
    ASSIGN_OR_RETURN(const auto program, Open(Config(Script(text))));
    return program->Answer(rows, absl::InfiniteDuration(), nullptr);
  }

  const test::TempDir dir_;
};

TEST_F(ProgramTest, AScriptAnswersManyRowsHoweverItReadsAndWrites) {
  Lines rows;
  for (int i = 0; i < 20000; ++i)
    rows.push_back(absl::StrCat("{\"id\": ", i, ", \"t\": \"", std::string(50, 'x'), "\"}"));
  // As a stream, so that both pipes are full at times; and all at the end.
  ASSERT_OK_AND_ASSIGN(const Lines stream, Run("#!/bin/cat\n", rows));
  EXPECT_EQ(stream, Lines({"#!/bin/cat"}));  // its own text: it was given itself as an argument
  ASSERT_OK_AND_ASSIGN(const Lines copied, Run("#!/bin/sh\nexec cat\n", rows));
  EXPECT_EQ(copied, rows);
  ASSERT_OK_AND_ASSIGN(const Lines reversed, Run("#!/bin/sh\nexec tac\n", rows));
  EXPECT_EQ(reversed, Lines(rows.rbegin(), rows.rend()));
}

TEST_F(ProgramTest, ABinaryRunsWithItsArguments) {
  policy::ProgramConfig config = Config("/usr/bin/tr");
  config.command = {"/usr/bin/tr", "a", "b"};
  ASSERT_OK_AND_ASSIGN(const auto program, Open(config));
  EXPECT_THAT(program->Answer({"a", "aa"}, absl::InfiniteDuration(), nullptr),
              testing::Property(&absl::StatusOr<Lines>::value, Lines({"b", "bb"})));
}

TEST_F(ProgramTest, ItIsGivenNothingOfOurs) {
  setenv("FERRY_SECRET", "s3cret", 1);
  const test::TempDir other;
  std::ifstream open_elsewhere("/etc/passwd");
  ASSERT_OK_AND_ASSIGN(const Lines said,
                       Run("#!/bin/sh\nenv | grep -v '^PWD=\\|^_=\\|^SHLVL=\\|^OLDPWD=' | sort; pwd; ls "
                           "/proc/self/fd | wc -l; "
                           "ps -o pgid= -p $$ | tr -d ' ' | grep -qx $$ && echo own group\n"));
  ASSERT_EQ(said.size(), 5U);
  EXPECT_EQ(said[0], "LANG=C.UTF-8");
  EXPECT_THAT(said[1], testing::StartsWith("PATH=/usr/local/sbin:"));
  EXPECT_EQ(said[2], "/");
  EXPECT_LE(std::stoi(said[3]), 6);  // 0, 1, 2, the script twice, and the listed folder
  EXPECT_EQ(said[4], "own group");
}

TEST_F(ProgramTest, WhatWasHashedRunsWhateverHappensToTheFile) {
  const std::string path = Script("#!/bin/sh\necho right\n");
  ASSERT_OK_AND_ASSIGN(const auto program, Open(Config(path)));
  std::ofstream(path) << "#!/bin/sh\necho wrong\n";  // in place
  EXPECT_EQ(program->Answer({"{}"}, absl::InfiniteDuration(), nullptr).value(), Lines({"right"}));
  std::filesystem::remove(path);
  EXPECT_EQ(program->Answer({"{}"}, absl::InfiniteDuration(), nullptr).value(), Lines({"right"}));
}

TEST_F(ProgramTest, WhatIsNotPinnedIsRefused) {
  const std::string path = Script("#!/bin/sh\nexec cat\n");
  policy::ProgramConfig config = Config(path);
  EXPECT_THAT(Programs({}).Open("p"), StatusIsCode(ErrorCode::kTransformProgram));
  EXPECT_THAT(Programs({}).Open("p"), StatusText(HasSubstr("the agent's file has no program \"p\"")));
  config.sha256 = std::string(64, '0');
  EXPECT_THAT(Open(config), StatusText(HasSubstr("is not the one that the agent's file pins")));
  EXPECT_THAT(Open(config), StatusText(testing::Not(HasSubstr(path))));
  config = Config(path);
  chmod(path.c_str(), 0600);
  EXPECT_THAT(Open(config), StatusText(HasSubstr("is no executable regular file")));
  config.command = {dir_.path()};
  EXPECT_THAT(Open(config), StatusText(HasSubstr("is no executable regular file")));
  config.command = {dir_.File("none")};
  EXPECT_THAT(Open(config), StatusText(HasSubstr("No such file")));
  EXPECT_THAT(Open(config), StatusIsCode(ErrorCode::kTransformProgram));
}

TEST_F(ProgramTest, HowItEndedIsSaidWithItsLastWord) {
  EXPECT_THAT(Run("#!/bin/sh\necho first >&2; printf 'out of \\033[31mideas\\n' >&2; exit 3\n"),
              StatusText(HasSubstr("program \"p\" ended with exit code 3: \"out of \\x1b[31mideas\"")));
  EXPECT_THAT(Run("#!/bin/sh\nkill -SEGV $$\n"),
              StatusText(HasSubstr("ended by signal 11 (Segmentation fault)")));
  EXPECT_THAT(Run("#!/no/such/interpreter\n"), StatusText(HasSubstr("cannot be started: No such file")));
  EXPECT_THAT(Run("#!/bin/sh\nexit 3\n"), StatusIsCode(ErrorCode::kTransformProgram));
  EXPECT_THAT(Run("#!/bin/sh\nhead -c 10000000 /dev/zero >&2; exec cat\n"), test::IsOk());
}

TEST_F(ProgramTest, OneThatReadsNothingIsNotWaitedFor) {
  EXPECT_EQ(Run("#!/bin/sh\necho '{}'\n", Lines(20000, std::string(100, 'x'))).value(), Lines({"{}"}));
}

TEST_F(ProgramTest, OneThatTakesTooLongIsKilledWithItsChildren) {
  policy::ProgramConfig config =
      Config(Script(absl::StrCat("#!/bin/sh\nsleep 1000 & echo $! > ", dir_.File("pid"), "; wait\n")));
  config.timeout = absl::Milliseconds(500);
  ASSERT_OK_AND_ASSIGN(const auto program, Open(config));
  EXPECT_THAT(program->Answer({"{}"}, absl::InfiniteDuration(), nullptr),
              StatusText(HasSubstr("did not end within 500ms for 1 rows")));
  const int pid = std::stoi(test::ReadFile(dir_.File("pid")));
  EXPECT_TRUE(test::WaitUntil([pid] {
    std::ifstream stat(absl::StrCat("/proc/", pid, "/stat"));
    std::string number, name, state;
    return !(stat >> number >> name >> state) || state == "Z";
  }));
}

TEST_F(ProgramTest, AStopEndsIt) {
  ASSERT_OK_AND_ASSIGN(
      const auto program,
      Open(Config(Script(absl::StrCat("#!/bin/sh\n: > ", dir_.File("runs"), "; sleep 1000\n")))));
  EXPECT_THAT(program->Answer({"{}"}, absl::InfiniteDuration(),
                              [this] { return std::filesystem::exists(dir_.File("runs")); }),
              StatusText(HasSubstr("was stopped")));
}

TEST_F(ProgramTest, ItDiesWithTheThreadThatRunsIt) {
  const std::string pid_file = dir_.File("pid");
  const pid_t child = fork();
  if (child == 0) {
    const auto program =
        Open(Config(Script(absl::StrCat("#!/bin/sh\necho $$ > ", pid_file, ".new; mv ", pid_file, ".new ",
                                        pid_file, "; exec sleep 1000\n"))));
    if (program.ok()) (*program)->Answer({"{}"}, absl::InfiniteDuration(), nullptr).status().IgnoreError();
    _exit(0);
  }
  ASSERT_TRUE(test::WaitUntil([&] { return std::filesystem::exists(pid_file); }));
  const int pid = std::stoi(test::ReadFile(pid_file));
  kill(child, SIGKILL);
  EXPECT_TRUE(test::WaitUntil([pid] {
    std::ifstream stat(absl::StrCat("/proc/", pid, "/stat"));
    std::string number, name, state;
    return !(stat >> number >> name >> state) || state == "Z";
  }));
}

}  // namespace
}  // namespace ferry::program
