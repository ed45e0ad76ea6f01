#include "pg/executor/answers.h"

#include "absl/strings/str_cat.h"
#include "tests/support/status_matchers.h"

namespace ferry::executor {
namespace {

using test::StatusIsCode;
using test::StatusText;
using ::testing::HasSubstr;

migration::Segment Slugs() {
  migration::Segment segment;
  segment.program = "slugify";
  segment.key = {"id"};
  segment.set = {"slug"};
  return segment;
}

const std::vector<ReadRow>& TwoRows() {
  static const auto* const rows =
      new std::vector<ReadRow>{{R"({"id": 1, "title": "a"})", {"1"}}, {R"({"id": 2, "title": "b"})", {"2"}}};
  return *rows;
}

absl::StatusOr<std::vector<std::string>> Match(const std::vector<std::string>& lines) {
  return MatchAnswers(Slugs(), TwoRows(), lines);
}

constexpr char kOne[] = R"({"id":1,"slug":"a"})";
constexpr char kTwo[] = R"({"slug":null,"id":2})";

TEST(AnswersTest, AreMatchedByKeyWhateverTheirOrder) {
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> answers, Match({kTwo, kOne}));
  EXPECT_EQ(answers, (std::vector<std::string>{kOne, kTwo}));
}

TEST(AnswersTest, WhatBreaksTheRulesIsNamed) {
  const struct {
    std::vector<std::string> lines;
    const char* what;
  } cases[] = {
      {{kOne}, "did not answer the row with id = 2"},
      {{kOne, kOne, kTwo}, "answered the row with id = 1 twice"},
      {{kOne, kTwo, R"({"id":3,"slug":"c"})"}, "a row that it was not given: \"{\"id\":3"},
      {{kOne, kTwo, R"({"id":"1","slug":"c"})"}, "a row that it was not given"},
      {{R"({"id":1,"slug":"a","price":0})"}, "id = 1 with column \"price\", which is not among"},
      {{R"({"id":1})"}, "id = 1 without column \"slug\""},
      {{R"({"slug":"a"})"}, "answered without the key"},
      {{R"({"id":[1],"slug":"a"})"}, "answered without the key"},
      {{"oops\x1b[2J"}, "no JSON object: \"oops\\x1b[2J\""},
      {{""}, "no JSON object"},
      {{"[1]"}, "no JSON object"},
      {{R"({"id":1,"slug":"a"} x)"}, "no JSON object"},
      {{R"({"id":1,"slug":"a","slug":"b"})"}, "no JSON object"},
      {{"{\"id\":1,\"slug\":\"\xff\"}"}, "no JSON object"},
  };
  for (const auto& c : cases) {
    const auto answers = Match(c.lines);
    EXPECT_THAT(answers, StatusIsCode(ErrorCode::kTransformProgram)) << c.what;
    EXPECT_THAT(answers, StatusText(HasSubstr("program \"slugify\" "))) << c.what;
    EXPECT_THAT(answers, StatusText(HasSubstr(c.what)));
  }
}

TEST(AnswersTest, ARejectedRowIsNamedWithTheReasonMadeSafe) {
  const auto answers = Match({R"({"id":2,"error":"no \u001b[31m title"})", R"({"id":1,"error":"x"})"});
  EXPECT_THAT(answers, StatusIsCode(ErrorCode::kTransformRejected));
  EXPECT_THAT(answers, StatusText(HasSubstr("\"slugify\" rejected the row with id = 1: \"x\", and 1 more")));
  EXPECT_THAT(Match({kOne, R"({"id":2,"error":"no \u001b[31m title"})"}),
              StatusText(HasSubstr("id = 2: \"no \\x1b[31m title\"")));
  EXPECT_THAT(Match({kOne, absl::StrCat(R"({"id":2,"error":")", std::string(10000, 'y'), "\"}")}),
              StatusText(testing::AllOf(HasSubstr("yyy…"), testing::Not(HasSubstr(std::string(300, 'y'))))));
}

TEST(AnswersTest, KeysOfSeveralColumnsMatchByValue) {
  migration::Segment segment = Slugs();
  segment.key = {"n", "day"};
  const std::vector<ReadRow> rows = {
      {R"({"n": 1.50, "day": "2024-01-01", "x": {"n": 7}})", {"1.50", "2024-01-01"}},
      {R"({"n": 9007199254740993, "day": "é"})", {"9007199254740993", "é"}},
      {R"({"n": 9007199254740992, "day": "é"})", {"9007199254740992", "é"}},
      {R"({"n": -0.0012, "day": ""})", {"-0.0012", ""}}};
  const std::vector<std::string> lines = {R"({"n":1.5,"day":"2024-01-01","slug":{"deep":[1,{"n":2}]}})",
                                          R"({"n":9007199254740993,"day":"\u00e9","slug":1})",
                                          R"({"n":9007199254740992,"day":"\u00e9","slug":1})",
                                          R"({"n":-1.2E-3,"day":"","slug":1})"};
  EXPECT_OK(MatchAnswers(segment, rows, lines));
  EXPECT_THAT(MatchAnswers(segment, {rows[0], rows[0]}, {}), StatusIsCode(ErrorCode::kTransformShape));
}

}  // namespace
}  // namespace ferry::executor
