#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/exit_code.h"
#include "cli/sources/source.h"
#include "cli/testing/world.h"
#include "core/base/error.h"

namespace ferry::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ParseSourceTest, EveryKindHasItsPrefixAndItsName) {
  const auto check = [](const std::string& word, Source::Kind kind, const std::string& value,
                        const std::string& name) {
    const absl::StatusOr<Source> source = ParseSource(word);
    ASSERT_TRUE(source.ok()) << source.status();
    EXPECT_EQ(source->kind, kind) << word;
    EXPECT_EQ(source->value, value) << word;
    EXPECT_EQ(source->name, name) << word;
  };
  using Kind = Source::Kind;
  check("prod", Kind::kEnvironment, "prod", "prod");
  check("env:prod", Kind::kEnvironment, "prod", "prod");
  check("plan:1.4.0", Kind::kPlan, "1.4.0", "plan:1.4.0");
  check("plan:newest", Kind::kPlan, "newest", "plan:newest");
  check("dir:a=b", Kind::kFolder, "a=b", "dir:a=b");
  check("file:schema.sql", Kind::kFile, "schema.sql", "file:schema.sql");
  check("models:x --to=y 'a b'", Kind::kModels, "x --to=y 'a b'", "models:x --to=y a b");
  check("postgres://ana@db1/trading", Kind::kDatabase, "postgres://ana@db1/trading", "ana@db1/trading");
  check("host=db1 user=ana dbname=trading", Kind::kDatabase, "host=db1 user=ana dbname=trading",
        "ana@db1/trading");
}

TEST(ParseSourceTest, WhatIsNoneIsRefusedWithWhatWasProbablyMeant) {
  const auto said = [](const std::string& word) {
    const absl::Status status = ParseSource(word).status();
    EXPECT_FALSE(status.ok()) << word;
    return ErrorText(status);
  };
  EXPECT_THAT(said("schema.sql"), HasSubstr("did you mean file:schema.sql?"));
  EXPECT_THAT(said("./migrations"), HasSubstr("did you mean dir:./migrations?"));
  EXPECT_THAT(said("plan:first"), HasSubstr("plan:1.4.0"));
  EXPECT_THAT(said("dir:"), HasSubstr("names nothing"));
  EXPECT_THAT(said("models:a | b"), HasSubstr("no shell"));
  EXPECT_THAT(said("postgresql://ana:hush@db1/x"), AllOf(HasSubstr(".pgpass"), Not(HasSubstr("hush"))));
  EXPECT_THAT(ParseSource("models:gen postgresql://ana:hush@db1/x")->name, "models:gen …");
}

TEST(DiffSources, EnvironmentsAloneAreComparedByTheController) {
  World world;
  v1::DiffResponse response;
  response.add_sources()->set_name("staging");
  response.add_sources()->set_name("prod");
  world.controller.diff = response;
  EXPECT_EQ(world.Run({"diff", "env:staging", "prod", "--ignore", "comments,grants"}), kExitOk) << world.err;
  EXPECT_THAT(
      world.controller.requests,
      ElementsAre("Diff environments: \"staging\" environments: \"prod\" ignore: \"comments\" ignore: "
                  "\"grants\""));
}

TEST(DiffSources, NothingIsAskedWhenASourceIsWrong) {
  World world;
  EXPECT_EQ(world.Run({"diff", "prod", "file:none.sql", "--scratch", "x"}), kExitFailed);
  EXPECT_THAT(world.err, HasSubstr("none.sql"));
  EXPECT_EQ(world.Run({"diff", "prod", "dir:none", "--scratch", "x"}), kExitFailed);
  EXPECT_THAT(world.err, HasSubstr("is no folder"));
  EXPECT_EQ(world.Run({"diff", "prod", "prod", "file:none.sql"}), kExitUsage);
  EXPECT_EQ(world.Run({"diff", "prod", "file:none.sql"}), kExitFailed);
  EXPECT_THAT(world.err, AllOf(HasSubstr("FE0513"), HasSubstr("--scratch URL")));
  EXPECT_TRUE(world.controller.requests.empty());
}

}  // namespace
}  // namespace ferry::cli
