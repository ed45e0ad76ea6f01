// Times, durations, counts and ids as people read them. Pure; any thread.
#ifndef FERRY_CLI_PRINT_TEXT_H_
#define FERRY_CLI_PRINT_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "ferry/v1/common.pb.h"
#include "ferry/v1/promotion.pb.h"

namespace ferry::cli {

// At most two units: "0.3s", "41s", "6m12s", "3h31m", "6d2h". Negative durations are "0s".
std::string ShortDuration(absl::Duration duration);
// "12m ago", "just now".
std::string Ago(absl::Time then, absl::Time now);
// "22:00" on the day of `now`, else "2026-11-23 22:00"; with seconds only when there are any. In `zone`.
std::string Clock24(absl::Time time, absl::Time now, absl::TimeZone zone);
// "2026-11-23 22:00:00 +0100".
std::string FullTime(absl::Time time, absl::TimeZone zone);

// 1234567 -> "1,234,567".
std::string Grouped(int64_t number);
// 4300000 -> "4.1 MB".
std::string Bytes(int64_t bytes);
// "1 migration", "3 migrations"; `one` is the singular.
std::string Count(int64_t number, absl::string_view one);

// The first twelve digits of a digest.
std::string ShortDigest(absl::string_view digest);
// "apply 1.1.0", "backup".
std::string StepName(const v1::Step& step);
// "promotes", "rolls", "records", "restores", …: what a promotion of this kind does, before its Goal.
std::string Verb(const v1::PromotionInfo& promotion);
// "promote", "rollback", "baseline", "restore", "break-glass".
std::string KindName(const v1::PromotionInfo& promotion);
// "to 1.1.0", "back to 1.0.0", "back by one migration", "back to before the first migration", "at 1.0.0" of a
// baseline, "from bak-…" of a restore.
std::string Direction(const v1::PromotionInfo& promotion);
// The same after the environment's name: "prod to 1.1.0".
std::string Goal(const v1::PromotionInfo& promotion);

// `text` with every run of blanks and line ends as one blank: a statement on one line.
std::string OneLine(absl::string_view text);
// The first line of `text`, Visible, at most `columns` wide: what is cut off is shown by "…".
std::string Fit(absl::string_view text, size_t columns);

}  // namespace ferry::cli

#endif  // FERRY_CLI_PRINT_TEXT_H_
