#include "controller/store/chain.h"

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/hash.h"

namespace ferry::store {
namespace {

using Facts = std::map<std::string, std::string>;
using Json = nlohmann::json;

absl::Status Corrupt(absl::string_view message) {
  return Error(ErrorCode::kStoreCorrupt, message)
      .Next("stop the controller, keep its store as evidence, and restore the newest copy that verifies");
}

std::string FactsText(const Facts& facts) {
  return Json(facts).dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<Facts> FactsFromText(const EventRow& row) {
  const Json json = Json::parse(row.facts, nullptr, /*allow_exceptions=*/false);
  Facts facts;
  if (!json.is_object()) return Corrupt(absl::StrCat("facts of event ", row.id, " are not a JSON object"));
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) return Corrupt(absl::StrCat("a fact of event ", row.id, " is not a string"));
    facts[key] = value.get<std::string>();
  }
  return facts;
}

std::string HashOf(absl::string_view previous, const EventRow& row, const Facts& facts) {
  Sha256 hash;
  hash.UpdateFramed("ferry event 1");
  hash.UpdateFramed(previous);
  hash.UpdateFramed(absl::StrCat(row.id));
  hash.UpdateFramed(row.promotion_id);
  hash.UpdateFramed(absl::StrCat(row.position));
  for (const std::string* field : {&row.type, &row.at, &row.run_id, &row.step, &row.version}) {
    hash.UpdateFramed(*field);
  }
  hash.UpdateFramed(absl::StrCat(row.attempt));
  hash.UpdateFramed(row.rule);
  hash.UpdateFramed(row.text);
  hash.UpdateFramed(absl::StrCat(facts.size()));
  for (const auto& [key, value] : facts) {
    hash.UpdateFramed(key);
    hash.UpdateFramed(value);
  }
  return hash.HexDigest();
}

constexpr char kDriftIgnored[] = "drift_ignored";

// The text fields of a decision under the names of their facts.
using Field = std::string DriftDecision::*;
constexpr std::pair<const char*, Field> kDecisionFields[] = {
    {"environment", &DriftDecision::environment},
    {"target", &DriftDecision::target_id},
    {"kind", &DriftDecision::kind},
    {"schema", &DriftDecision::schema},
    {"parent", &DriftDecision::parent},
    {"name", &DriftDecision::name},
    {"state", &DriftDecision::state},
    {"reason", &DriftDecision::reason},
    {"by", &DriftDecision::decided_by},
};
constexpr char kUntil[] = "until";

// "index public.prices.prices_volume_idx"
std::string ObjectText(const DriftDecision& d) {
  std::string text = absl::StrCat(d.kind, " ");
  for (const std::string* part : {&d.schema, &d.parent}) {
    if (!part->empty()) absl::StrAppend(&text, *part, ".");
  }
  return text + d.name;
}

bool OfNoStep(const promotion::Event& event) { return event.step == promotion::Step{} && event.attempt == 0; }

}  // namespace

std::string TimeText(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

absl::StatusOr<absl::Time> TimeFromText(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
    return Corrupt(absl::StrCat("\"", text, "\" in the store is not a time"));
  }
  return time;
}

EventRow MakeRow(absl::string_view previous_hash, int64_t id, absl::string_view promotion_id,
                 int64_t position, const promotion::Event& event) {
  EventRow row;
  row.id = id;
  row.promotion_id = std::string(promotion_id);
  row.position = position;
  row.type = promotion::Name(event.type);
  row.at = TimeText(event.at);
  row.run_id = event.run_id;
  row.step = OfNoStep(event) ? "" : promotion::Name(event.step.kind);
  row.version = event.step.version;
  row.attempt = event.attempt;
  row.rule = event.rule;
  row.text = event.text;
  row.facts = FactsText(event.facts);
  row.hash = HashOf(previous_hash, row, FactsFromText(row).value_or(event.facts));
  return row;
}

EventRow MakeRow(absl::string_view previous_hash, int64_t id, int64_t position,
                 const DriftDecision& decision) {
  Facts facts = {{kUntil, TimeText(decision.until)}};
  for (const auto& [key, field] : kDecisionFields) facts[key] = decision.*field;
  EventRow row;
  row.id = id;
  row.position = position;
  row.type = kDriftIgnored;
  row.at = TimeText(decision.decided_at);
  row.text = absl::StrCat(decision.decided_by, " lives with the drift of ", ObjectText(decision), " on ",
                          decision.target_id, " until ", TimeText(decision.until), ": ", decision.reason);
  row.facts = FactsText(facts);
  row.hash = HashOf(previous_hash, row, FactsFromText(row).value_or(facts));
  return row;
}

absl::StatusOr<DriftDecision> DecisionOf(const EventRow& row) {
  if (row.type != kDriftIgnored) {
    return Corrupt(
        absl::StrCat("event ", row.id, " of no promotion has the unknown type \"", row.type, "\""));
  }
  ASSIGN_OR_RETURN(const Facts facts, FactsFromText(row));
  const auto fact = [&facts](const char* key) {
    const auto found = facts.find(key);
    return found == facts.end() ? std::string() : found->second;
  };
  DriftDecision out;
  out.id = row.id;
  for (const auto& [key, field] : kDecisionFields) out.*field = fact(key);
  ASSIGN_OR_RETURN(out.until, TimeFromText(fact(kUntil)));
  ASSIGN_OR_RETURN(out.decided_at, TimeFromText(row.at));
  return out;
}

absl::StatusOr<StoredEvent> EventOf(const EventRow& row) {
  const std::optional<promotion::EventType> type = promotion::EventTypeFromName(row.type);
  const std::optional<promotion::StepKind> step =
      row.step.empty() ? promotion::StepKind::kPreflight : promotion::StepKindFromName(row.step);
  if (!type.has_value() || !step.has_value()) {
    return Corrupt(absl::StrCat("event ", row.id, " has the unknown type or step \"", row.type, "\" \"",
                                row.step, "\""));
  }
  StoredEvent out;
  out.id = row.id;
  out.promotion_id = row.promotion_id;
  out.hash = row.hash;
  out.event.type = *type;
  ASSIGN_OR_RETURN(out.event.at, TimeFromText(row.at));
  out.event.run_id = row.run_id;
  out.event.step = {*step, row.version};
  out.event.attempt = static_cast<int>(row.attempt);
  out.event.rule = row.rule;
  out.event.text = row.text;
  ASSIGN_OR_RETURN(out.event.facts, FactsFromText(row));
  return out;
}

absl::Status ChainVerifier::Add(const EventRow& row) {
  if (row.id != id_ + 1) {
    return Corrupt(
        absl::StrCat("event ", id_ + 1, " is missing from the log: event ", row.id, " follows event ", id_));
  }
  ASSIGN_OR_RETURN(const Facts facts, FactsFromText(row));
  if (HashOf(hash_, row, facts) != row.hash) {
    const std::string what = row.promotion_id.empty()
                                 ? std::string("a decision")
                                 : absl::StrCat("of promotion \"", row.promotion_id, "\"");
    return Corrupt(absl::StrCat("event ", row.id, ", ", what,
                                ", does not match its hash: it, or the order of the log, was changed"));
  }
  id_ = row.id;
  hash_ = row.hash;
  return absl::OkStatus();
}

absl::Status ChainVerifier::CheckHead(const ChainReport& head) const {
  if (head.events > id_) return Corrupt(absl::StrCat("event ", id_ + 1, " is missing from the log's end"));
  if (head.events < id_ || head.head != hash_) {
    return Corrupt(absl::StrCat("event ", id_, " is not the one that the log ended with"));
  }
  return absl::OkStatus();
}

}  // namespace ferry::store
