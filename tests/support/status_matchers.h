// gMock matchers for absl::Status and absl::StatusOr:
//   EXPECT_THAT(session->Commit(), IsOk());
//   EXPECT_THAT(session->Query("SELECT 1/0"), StatusIsCode(ErrorCode::kStatementFailed));
//   ASSERT_OK_AND_ASSIGN(const pg::Rows rows, session->Query("SELECT 1"));
#ifndef FERRY_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define FERRY_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <ostream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ferry::test {

inline const absl::Status& StatusIn(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusIn(const absl::StatusOr<T>& status) {
  return status.status();
}

MATCHER(IsOk, negation ? "is an error" : "is OK") {
  if (StatusIn(arg).ok()) return true;
  *result_listener << ErrorText(StatusIn(arg));
  return false;
}

MATCHER_P(StatusIsCode, code, std::string(negation ? "has not code " : "has code ") + CodeName(code)) {
  if (HasCode(StatusIn(arg), code) && !StatusIn(arg).ok()) return true;
  *result_listener << (StatusIn(arg).ok() ? std::string("is OK") : ErrorText(StatusIn(arg)));
  return false;
}

// An error whose text (message, place, statement, next: as a user reads it) matches:
// StatusText(HasSubstr("lock")).
MATCHER_P(StatusText, matcher, "text " + ::testing::DescribeMatcher<std::string>(matcher, negation)) {
  return ::testing::ExplainMatchResult(matcher, ErrorText(StatusIn(arg)), result_listener);
}

}  // namespace ferry::test

#define ASSERT_OK(expr) ASSERT_THAT(expr, ::ferry::test::IsOk())
#define EXPECT_OK(expr) EXPECT_THAT(expr, ::ferry::test::IsOk())
#define ASSERT_OK_AND_ASSIGN(lhs, expr) \
  FERRY_ASSERT_OK_AND_ASSIGN(FERRY_CONCAT(ferry_or_, __LINE__), lhs, expr)
#define FERRY_ASSERT_OK_AND_ASSIGN(tmp, lhs, expr) \
  auto tmp = (expr);                               \
  ASSERT_THAT(tmp, ::ferry::test::IsOk());         \
  lhs = std::move(tmp).value()

#endif  // FERRY_TESTS_SUPPORT_STATUS_MATCHERS_H_
