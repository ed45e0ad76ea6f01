#include "core/promotion/facts.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/error.h"

namespace ferry::promotion {

std::string FactOr(const Facts& facts, const std::string& key, const std::string& otherwise) {
  const auto found = facts.find(key);
  return found == facts.end() ? otherwise : found->second;
}

void PutError(Facts& facts, const absl::Status& error) {
  if (error.ok()) return;
  const ErrorDetail d = DetailOf(error);
  const auto put = [&facts](const char* key, const std::string& value) {
    if (!value.empty()) facts[absl::StrCat("error.", key)] = value;
  };
  facts["error.code"] = CodeName(d.code);
  put("message", std::string(error.message()));
  put("file", d.file);
  if (d.line > 0) put("line", absl::StrCat(d.line));
  if (d.column > 0) put("column", absl::StrCat(d.column));
  put("statement", d.statement);
  put("sqlstate", d.sqlstate);
  put("target_state", d.target_state);
  put("next", d.next);
}

absl::Status ErrorIn(const Facts& facts) {
  const auto code = facts.find("error.code");
  if (code == facts.end()) return absl::OkStatus();
  ErrorDetail d;
  d.code = CodeFromName(code->second).value_or(ErrorCode::kUnspecified);
  d.file = FactOr(facts, "error.file", "");
  if (!absl::SimpleAtoi(FactOr(facts, "error.line", "0"), &d.line)) d.line = 0;
  if (!absl::SimpleAtoi(FactOr(facts, "error.column", "0"), &d.column)) d.column = 0;
  d.statement = FactOr(facts, "error.statement", "");
  d.sqlstate = FactOr(facts, "error.sqlstate", "");
  d.target_state = FactOr(facts, "error.target_state", "");
  d.next = FactOr(facts, "error.next", "");
  return StatusFrom(FactOr(facts, "error.message", ""), d);
}

namespace {
// One fact each: a name may hold any character.
std::string AcceptedKey(size_t i) { return absl::StrCat("accepted_loss.", i); }
}  // namespace

void PutRequest(Facts& facts, const Request& request) {
  facts["promotion_id"] = request.promotion_id;
  facts["request_id"] = request.request_id;
  facts["kind"] = Name(request.kind);
  facts["environment"] = request.environment;
  facts["plan_name"] = request.plan_name;
  facts["plan_digest"] = request.plan_digest;
  facts["to_version"] = request.to_version;
  facts["requested_by"] = request.requested_by;
  facts["targets"] = absl::StrJoin(request.targets, ",");
  if (!request.reason.empty()) facts["reason"] = request.reason;
  if (!request.restore_backup_id.empty()) facts["restore_backup_id"] = request.restore_backup_id;
  for (size_t i = 0; i < request.accepted_losses.size(); ++i) {
    facts[AcceptedKey(i)] = request.accepted_losses[i];
  }
}

Request RequestIn(const Facts& facts) {
  Request r;
  r.promotion_id = FactOr(facts, "promotion_id", "");
  r.request_id = FactOr(facts, "request_id", "");
  r.kind = KindFromName(FactOr(facts, "kind", "")).value_or(Kind::kPromote);
  r.environment = FactOr(facts, "environment", "");
  r.plan_name = FactOr(facts, "plan_name", "");
  r.plan_digest = FactOr(facts, "plan_digest", "");
  r.to_version = FactOr(facts, "to_version", "");
  r.requested_by = FactOr(facts, "requested_by", "");
  r.targets = absl::StrSplit(FactOr(facts, "targets", ""), ',', absl::SkipEmpty());
  r.reason = FactOr(facts, "reason", "");
  r.restore_backup_id = FactOr(facts, "restore_backup_id", "");
  for (size_t i = 0; facts.count(AcceptedKey(i)) > 0; ++i)
    r.accepted_losses.push_back(facts.at(AcceptedKey(i)));
  return r;
}

std::string StepsText(const std::vector<Step>& steps) {
  return absl::StrJoin(steps, ";",
                       [](std::string* out, const Step& s) { absl::StrAppend(out, ToString(s)); });
}

std::vector<Step> StepsFromText(const std::string& text) {
  std::vector<Step> steps;
  for (const absl::string_view item : absl::StrSplit(text, ';', absl::SkipEmpty())) {
    const std::vector<std::string> words = absl::StrSplit(item, absl::MaxSplits(' ', 1));
    const std::optional<StepKind> kind = StepKindFromName(words[0]);
    if (kind.has_value()) steps.push_back({*kind, words.size() > 1 ? words[1] : ""});
  }
  return steps;
}

void PutTime(Facts& facts, const std::string& key, const std::optional<absl::Time>& time) {
  if (time.has_value()) facts[key] = absl::FormatTime(absl::RFC3339_full, *time, absl::UTCTimeZone());
}

std::optional<absl::Time> TimeIn(const Facts& facts, const std::string& key) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, FactOr(facts, key, ""), &time, &error)) return std::nullopt;
  return time;
}

}  // namespace ferry::promotion
