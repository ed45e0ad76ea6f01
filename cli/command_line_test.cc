// The words a user may type, and what is said of the others.
#include <gtest/gtest.h>

#include "cli/exit_code.h"
#include "cli/suggest.h"
#include "cli/testing/samples.h"
#include "cli/testing/world.h"

namespace ferry::cli {
namespace {

const std::vector<std::vector<std::string>>& AllCommands() {
  static const auto* const commands = new std::vector<std::vector<std::string>>{{"init"},
                                                                                {"new"},
                                                                                {"sum"},
                                                                                {"lint"},
                                                                                {"plan"},
                                                                                {"plan", "register"},
                                                                                {"plan", "list"},
                                                                                {"plan", "show"},
                                                                                {"status"},
                                                                                {"promote"},
                                                                                {"watch"},
                                                                                {"cancel"},
                                                                                {"rollback"},
                                                                                {"diff"},
                                                                                {"history"},
                                                                                {"window"},
                                                                                {"window", "test"},
                                                                                {"agent"},
                                                                                {"agent", "list"},
                                                                                {"version"},
                                                                                {"audit"},
                                                                                {"audit", "verify"}};
  return *commands;
}

TEST(Help, EveryCommandHasOneWithAnExample) {
  for (std::vector<std::string> words : AllCommands()) {
    World world;
    words.push_back("--help");
    EXPECT_EQ(world.Run(words), kExitOk) << words[0];
    const size_t example = world.out.find("\nExample");
    ASSERT_NE(example, std::string::npos) << world.out;
    EXPECT_NE(world.out.find("  ferry " + words[0], example), std::string::npos) << world.out;
    ExpectFits(world.out, 110);
    EXPECT_EQ(world.err, "");
    EXPECT_TRUE(world.controller.requests.empty());
  }
}

TEST(Help, OfTheProgramNamesEveryCommand) {
  World world;
  EXPECT_EQ(world.Run({"--help"}), kExitOk);
  for (const std::vector<std::string>& words : AllCommands()) {
    EXPECT_NE(world.out.find("\n  " + words[0]), std::string::npos) << words[0];
  }
  ExpectGolden("help", world.Screen());
  const std::string help = world.out;
  EXPECT_EQ(world.Run({"help"}), kExitOk);
  EXPECT_EQ(world.out, help);
  EXPECT_EQ(world.Run({"help", "promote"}), kExitOk);
  ExpectGolden("help_promote", world.Screen());
}

struct Wrong {
  std::vector<std::string> words;
  std::string said;
  std::string next;
};

TEST(Usage, WhatIsWrongIsNamedWithWhatWasMeant) {
  const std::vector<Wrong> cases = {
      {{}, "\"ferry\" needs a command", "next: ferry --help"},
      {{"promte", "--to", "prod"}, "\"ferry\" has no command \"promte\"", "did you mean ferry promote?"},
      {{"statsu"}, "\"ferry\" has no command \"statsu\"", "did you mean ferry status?"},
      {{"xyzzy"}, "\"ferry\" has no command \"xyzzy\"", "next: ferry --help"},
      {{"promte", "plan"}, "\"ferry\" has no command \"promte\"", "did you mean ferry promote?"},
      {{"agent"}, "\"ferry agent\" needs a command: list", "next: ferry agent --help"},
      {{"agent", "lst"}, "\"ferry agent\" has no command \"lst\"", "did you mean ferry agent list?"},
      {{"status", "--wacth"}, "\"ferry status\" has no option \"--wacth\"", "did you mean --watch?"},
      {{"promote", "--too", "prod"}, "\"ferry promote\" has no option \"--too\"", "did you mean --to?"},
      {{"promote", "--detatch", "--to", "prod"}, "has no option \"--detatch\"", "did you mean --detach?"},
      {{"new", "x", "-o", "json"}, "\"ferry new\" has no option \"-o\"", "next: "},
      {{"--nocolor", "status"}, "\"ferry\" has no option \"--nocolor\"", "did you mean --no-color?"},
      {{"status", "-o", "jsn"},
       "\"jsn\" is not one of table|json; did you mean json?",
       "next: ferry status --help"},
      {{"history", "--limit", "0"}, "\"0\" is not a number from 1 to 10000", "next: ferry history --help"},
      {{"promote", "--to", "prod", "--timeout", "soon"},
       "\"soon\" is not a duration",
       "next: ferry promote --help"},
      {{"promote", "--to", "prod", "--timeout", "0s"},
       "\"0s\" is not a duration",
       "next: ferry promote --help"},
      {{"promote", "prod"}, "promote needs the environment", "did you mean ferry promote --to prod?"},
      {{"promote", "1.1.0"}, "promote needs the environment", "next: ferry promote 1.1.0 --to ENV"},
      {{"promote"}, "promote needs the environment", "next: ferry promote --to ENV"},
      {{"promote", "1.x", "--to", "prod"}, "\"1.x\" is not a version", "ferry plan show"},
      {{"promote", "1.0.0", "1.1.0", "--to", "prod"},
       "takes no further argument: \"1.1.0\"",
       "ferry promote --help"},
      {{"rollback"}, "is required", "next: ferry rollback --help"},
      {{"rollback", "prod", "--to", "first"},
       "\"first\" is neither a version nor 0",
       "ferry rollback prod --to"},
      {{"watch"}, "is required", "next: ferry watch --help"},
      {{"plan"}, "plan needs an environment", "ferry plan --help"},
      {{"plan", "list", "extra"}, "takes no further argument: \"extra\"", "ferry plan list --help"},
      {{"window", "test"}, "ENV is required", "next: ferry window test --help"},
      {{"diff", "dev"}, "", "next: ferry diff --help"},
      {{"init", "--project", "a b"}, "\"a b\" cannot be the name of a project", "ferry init --project NAME"},
  };
  for (const Wrong& c : cases) {
    World world;
    EXPECT_EQ(world.Run(c.words), kExitUsage) << world.err;
    EXPECT_EQ(world.err.find("error FE0901: "), 0u) << world.err;
    EXPECT_NE(world.err.find(c.said), std::string::npos) << world.err;
    EXPECT_NE(world.err.find(c.next), std::string::npos) << world.err;
    EXPECT_EQ(world.out, "");
    EXPECT_TRUE(world.controller.requests.empty());
  }
}

TEST(Usage, AnEnvironmentMayBeCalledLikeACommand) {
  World world;
  world.controller.status = SampleStatus(world.Now());
  EXPECT_EQ(world.Run({"status", "plan", "status"}), kExitOk) << world.err;
  EXPECT_EQ(world.controller.requests.back(), "GetStatus environments: \"plan\" environments: \"status\"");
}

TEST(Usage, GlobalOptionsStandBeforeOrAfterTheCommand) {
  World world;
  world.controller.status = SampleStatus(world.Now());
  EXPECT_EQ(world.Run({"--controller", "a:1", "status"}), kExitOk);
  EXPECT_EQ(world.controller.address, "a:1");
  EXPECT_EQ(world.Run({"status", "--controller=b:2"}), kExitOk);
  EXPECT_EQ(world.controller.address, "b:2");
}

// Every command with one letter missing, doubled, or swapped leads back to itself.
TEST(Suggestions, OneSlipOfTheFingerIsUnderstood) {
  std::vector<std::string> commands;
  for (const auto& words : AllCommands()) {
    if (words.size() == 1) commands.push_back(words[0]);
  }
  int right = 0, all = 0;
  for (const std::string& command : commands) {
    for (size_t i = 0; i < command.size(); ++i) {
      std::string missing = command, twice = command, swapped = command;
      missing.erase(i, 1);
      twice.insert(i, 1, command[i]);
      if (i + 1 < command.size()) std::swap(swapped[i], swapped[i + 1]);
      for (const std::string& typo : {missing, twice, swapped}) {
        ++all;
        right += Nearest(typo, commands) == command ? 1 : 0;
      }
    }
  }
  EXPECT_GE(right * 100, all * 95);
  EXPECT_EQ(Nearest("kubernetes", commands), "");
}

}  // namespace
}  // namespace ferry::cli
