#include <gtest/gtest.h>

#include "core/base/backoff.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/ids.h"

namespace ferry {
namespace {

class CountingRandom final : public RandomSource {
 public:
  uint64_t Next() override { return next_ += 499; }

 private:
  uint64_t next_ = 0;
};

TEST(ErrorTest, CarriesCodePlaceStateAndNextCommand) {
  const absl::Status status = Error(ErrorCode::kSqlSyntax, "syntax error at or near \"TABEL\"")
                                  .At("1.1.0_add.sql", 12, 8)
                                  .Statement("CREATE TABEL x ()")
                                  .Sqlstate("42601")
                                  .TargetState("unchanged")
                                  .Next("ferry lint");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ErrorText(status),
            "error FE0104: syntax error at or near \"TABEL\"\n  at 1.1.0_add.sql:12:8\n"
            "  statement: CREATE TABEL x ()\n  SQLSTATE: 42601\n  target: unchanged\n  next: ferry lint");
}

TEST(ErrorTest, ConvertsToStatusOrAndSurvivesAnnotation) {
  const auto fail = []() -> absl::StatusOr<int> { return Error(ErrorCode::kLockTimeout, "locked"); };
  const absl::Status status =
      Annotate(fail().status(), [](ErrorDetail& d) { d.next = "ferry promote prod"; });
  EXPECT_TRUE(HasCode(status, ErrorCode::kLockTimeout));
  EXPECT_EQ(DetailOf(status).next, "ferry promote prod");
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
}

TEST(ErrorTest, ShortensLongStatementsAtACharacterBoundary) {
  std::string sql(199, 'a');
  sql += "éééé";
  const ErrorDetail d = DetailOf(Error(ErrorCode::kStatementFailed, "x").Statement(sql));
  EXPECT_EQ(d.statement, std::string(199, 'a') + " …");
}

TEST(ErrorTest, CodesRoundTripThroughTheirNames) {
  EXPECT_EQ(CodeName(ErrorCode::kMissingDown), "FE0103");
  EXPECT_EQ(CodeFromName("FE0103"), ErrorCode::kMissingDown);
  EXPECT_EQ(CodeFromName("XX0103"), std::nullopt);
}

TEST(HashTest, MatchesTheStandardVectorAndFramesPieces) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 one;
  one.UpdateFramed("ab");
  one.UpdateFramed("c");
  Sha256 two;
  two.UpdateFramed("a");
  two.UpdateFramed("bc");
  EXPECT_NE(one.HexDigest(), two.HexDigest());
}

TEST(BackoffTest, DoublesUpToItsLimitAndStartsAgain) {
  CountingRandom random;
  Backoff backoff(absl::Seconds(1), absl::Seconds(4), random);
  absl::Duration longest = absl::ZeroDuration();
  for (int i = 0; i < 10; ++i) longest = std::max(longest, backoff.Next());
  EXPECT_LE(longest, absl::Seconds(4));
  EXPECT_GT(longest, absl::Seconds(2));
  backoff.Reset();
  EXPECT_LE(backoff.Next(), absl::Seconds(1));
}

TEST(IdTest, SortsByTime) {
  CountingRandom random;
  EXPECT_EQ(NewId("prm", absl::FromUnixSeconds(0), random), "prm-19700101-000000-000001f3");
}

}  // namespace
}  // namespace ferry
