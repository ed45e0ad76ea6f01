#include "cli/print/text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

std::string TwoUnits(int64_t big, const char* big_unit, int64_t small, const char* small_unit) {
  if (small == 0) return absl::StrCat(big, big_unit);
  return absl::StrCat(big, big_unit, small, small_unit);
}

}  // namespace

std::string ShortDuration(absl::Duration duration) {
  if (duration <= absl::ZeroDuration()) return "0s";
  if (duration < absl::Seconds(10)) {
    const std::string text = absl::StrFormat("%.1f", absl::ToDoubleSeconds(duration));
    return absl::StrCat(text.substr(text.size() - 2) == ".0" ? text.substr(0, text.size() - 2) : text, "s");
  }
  const int64_t seconds = absl::ToInt64Seconds(duration);
  if (seconds < 60) return absl::StrCat(seconds, "s");
  if (seconds < 3600) return TwoUnits(seconds / 60, "m", seconds % 60, "s");
  if (seconds < 86400) return TwoUnits(seconds / 3600, "h", seconds % 3600 / 60, "m");
  return TwoUnits(seconds / 86400, "d", seconds % 86400 / 3600, "h");
}

std::string Ago(absl::Time then, absl::Time now) {
  const absl::Duration passed = now - then;
  if (passed < absl::Seconds(2)) return "just now";
  if (passed < absl::Minutes(1)) return absl::StrCat(absl::ToInt64Seconds(passed), "s ago");
  if (passed < absl::Hours(1)) return absl::StrCat(absl::ToInt64Minutes(passed), "m ago");
  if (passed < absl::Hours(24))
    return absl::StrCat(ShortDuration(absl::Trunc(passed, absl::Minutes(1))), " ago");
  return absl::StrCat(absl::ToInt64Hours(passed) / 24, "d ago");
}

std::string Clock24(absl::Time time, absl::Time now, absl::TimeZone zone) {
  const bool today = absl::ToCivilDay(time, zone) == absl::ToCivilDay(now, zone);
  const bool seconds = zone.At(time).cs.second() != 0;
  return absl::FormatTime(absl::StrCat(today ? "" : "%Y-%m-%d ", seconds ? "%H:%M:%S" : "%H:%M"), time, zone);
}

std::string FullTime(absl::Time time, absl::TimeZone zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S %z", time, zone);
}

std::string Grouped(int64_t number) {
  std::string digits = absl::StrCat(number);
  const size_t sign = number < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > sign + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string Bytes(int64_t bytes) {
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 1024 && unit + 1 < std::size(kUnits)) {
    value /= 1024;
    ++unit;
  }
  if (unit == 0) return absl::StrCat(bytes, " B");
  return absl::StrFormat("%.1f %s", value, kUnits[unit]);
}

std::string Count(int64_t number, absl::string_view one) {
  return absl::StrCat(Grouped(number), " ", one, number == 1 ? "" : "s");
}

std::string ShortDigest(absl::string_view digest) { return std::string(digest.substr(0, 12)); }

std::string StepName(const v1::Step& step) {
  std::string name;
  switch (step.kind()) {
    case v1::STEP_KIND_PREFLIGHT:
      name = "preflight";
      break;
    case v1::STEP_KIND_BACKUP:
      name = "backup";
      break;
    case v1::STEP_KIND_APPLY:
      name = "apply";
      break;
    case v1::STEP_KIND_VERIFY:
      name = "verify";
      break;
    case v1::STEP_KIND_ANALYZE:
      name = "analyze";
      break;
    case v1::STEP_KIND_ROLLBACK:
      name = "rollback";
      break;
    case v1::STEP_KIND_BASELINE:
      name = "baseline";
      break;
    case v1::STEP_KIND_RESTORE:
      name = "restore";
      break;
    case v1::STEP_KIND_SWAP:
      name = "swap";
      break;
    default:
      name = "step";  // of a newer controller
  }
  return step.version().empty() ? name : absl::StrCat(name, " ", step.version());
}

std::string Direction(const v1::PromotionInfo& promotion) {
  const std::string& to = promotion.to_version();
  if (promotion.kind() == v1::PROMOTION_KIND_BASELINE) return absl::StrCat("at ", to);
  if (promotion.kind() == v1::PROMOTION_KIND_RESTORE) {
    return absl::StrCat("from ", promotion.restore_backup_id());
  }
  if (promotion.kind() != v1::PROMOTION_KIND_ROLLBACK) return absl::StrCat("to ", to);
  if (to.empty()) return "back by one migration";
  if (to == "0") return "back to before the first migration";
  return absl::StrCat("back to ", to);
}

std::string Verb(const v1::PromotionInfo& promotion) {
  switch (promotion.kind()) {
    case v1::PROMOTION_KIND_ROLLBACK:
      return "rolls";
    case v1::PROMOTION_KIND_BASELINE:
      return "records";
    case v1::PROMOTION_KIND_RESTORE:
      return "restores";
    case v1::PROMOTION_KIND_BREAK_GLASS:
      return "brought, without the controller,";
    default:
      return "promotes";
  }
}

std::string KindName(const v1::PromotionInfo& promotion) {
  switch (promotion.kind()) {
    case v1::PROMOTION_KIND_ROLLBACK:
      return "rollback";
    case v1::PROMOTION_KIND_BASELINE:
      return "baseline";
    case v1::PROMOTION_KIND_RESTORE:
      return "restore";
    case v1::PROMOTION_KIND_BREAK_GLASS:
      return "break-glass";
    default:
      return "promote";
  }
}

std::string Goal(const v1::PromotionInfo& promotion) {
  return absl::StrCat(promotion.environment(), " ", Direction(promotion));
}

std::string OneLine(absl::string_view text) {
  std::string out(text);
  absl::RemoveExtraAsciiWhitespace(&out);
  return out;
}

std::string Fit(absl::string_view text, size_t columns) {
  const size_t line_end = text.find('\n');
  const bool more = line_end != absl::string_view::npos;
  const std::string line = report::Visible(text.substr(0, line_end));
  if (!more && report::DisplayWidth(line) <= columns) return line;
  std::string out;
  size_t width = 0;
  for (absl::string_view rest = line; !rest.empty();) {
    const absl::string_view before = rest;
    report::TakeCodePoint(rest);
    const absl::string_view character = before.substr(0, before.size() - rest.size());
    width += report::DisplayWidth(character);
    if (width + 1 > columns) break;
    out.append(character.data(), character.size());
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return absl::StrCat(out, "…");
}

}  // namespace ferry::cli
