#include "workbench/models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace ferry::workbench {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> Split(const std::string& command) {
  const auto words = SplitCommand(command);
  EXPECT_OK(words);
  return words.ok() ? *words : std::vector<std::string>();
}

TEST(SplitCommandTest, BlanksSeparateAndQuotesHoldTogether) {
  EXPECT_THAT(Split("python3  models.py\t-v"), ElementsAre("python3", "models.py", "-v"));
  EXPECT_THAT(Split("a 'b c'\"d e\" ''"), ElementsAre("a", "b cd e", ""));
  EXPECT_THAT(Split(R"(a '\n "$x"' "\"q\" \\ \n" b\ c)"),
              ElementsAre("a", R"(\n "$x")", R"("q" \ \n)", "b c"));
}

TEST(SplitCommandTest, NothingIsExpandedAndWhatAShellWouldActOnIsRefused) {
  EXPECT_THAT(Split("a *.py ~ {x,y} '$HOME'"), ElementsAre("a", "*.py", "~", "{x,y}", "$HOME"));
  for (const char* command : {"a | b", "a && b", "a > b", "a $HOME", "a `b`", "(a)", "a;b"}) {
    EXPECT_THAT(SplitCommand(command), StatusIsCode(ErrorCode::kUsage)) << command;
  }
  EXPECT_THAT(SplitCommand("a 'b"), StatusText(HasSubstr("quote that does not end")));
  EXPECT_THAT(SplitCommand(" "), StatusText(HasSubstr("is empty")));
  EXPECT_THAT(SplitCommand("'' a"), StatusText(HasSubstr("is empty")));
}

class RunModelsTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::string> Run(std::vector<std::string> words) {
    return RunModels({std::move(words), dir_.path()}, [] { return false; });
  }
  absl::StatusOr<std::string> Script(const std::string& text) {
    return Run({"/bin/sh", dir_.Write("script", text)});
  }
  test::TempDir dir_;
};

TEST_F(RunModelsTest, WhatItPrintsIsTheSchemaAndItStartsInTheFolder) {
  dir_.Write("models.sql", "CREATE TABLE t (a int);\n");
  EXPECT_EQ(*Run({"cat", "models.sql"}), "CREATE TABLE t (a int);\n");
}

TEST_F(RunModelsTest, AFailureIsToldWithItsLastLine) {
  EXPECT_THAT(Script("echo 'CREATE TABLE t ();'; echo 'no module named x' >&2; exit 3"),
              AllOf(StatusIsCode(ErrorCode::kModelsCommand),
                    StatusText(AllOf(HasSubstr("exit code 3"), HasSubstr("no module named x")))));
  EXPECT_THAT(Script("kill -9 $$"), StatusText(HasSubstr("signal 9")));
  EXPECT_THAT(Script("true"), StatusText(HasSubstr("printed nothing")));
  EXPECT_THAT(Run({"no-such-program-anywhere"}), StatusText(HasSubstr("is not in PATH")));
  EXPECT_THAT(Run({"./no-such-program"}), StatusText(HasSubstr("cannot be started")));
}

TEST_F(RunModelsTest, TooMuchOutputEndsIt) {
  EXPECT_THAT(Script("exec cat /dev/zero"), StatusText(HasSubstr("more than 64 MiB")));
}

TEST_F(RunModelsTest, AnInterruptEndsIt) {
  EXPECT_THAT(RunModels({{"sleep", "600"}, dir_.path()}, [] { return true; }),
              StatusIsCode(ErrorCode::kCancelled));
}

}  // namespace
}  // namespace ferry::workbench
