#include <optional>

#include "absl/strings/str_cat.h"
#include "agent/policy/target.h"
#include "core/base/error.h"
#include "core/window/cron.h"
#include "core/window/parse.h"

namespace ferry::policy {
namespace {

using config::ConfigNode;

constexpr absl::Duration kDefaultReserve = absl::Seconds(30);

// { cron: "0 22 * * *", duration: 4h }
absl::StatusOr<window::Rule> ReadRecurring(const ConfigNode& when, bool allow, const std::string& name,
                                           absl::TimeZone zone) {
  RETURN_IF_ERROR(when.RefuseUnknown({"cron", "duration"}));
  ASSIGN_OR_RETURN(const std::string cron, when.String("cron"));
  RETURN_IF_ERROR(when.At("cron", window::ParseCron(cron).status()));
  ASSIGN_OR_RETURN(const std::string duration, when.String("duration"));
  absl::StatusOr<window::Rule> rule = window::ParseCronRule(allow, name, cron, duration, zone);
  if (!rule.ok()) return when.At("duration", rule.status());
  return rule;
}

// { from: "2026-12-20 00:00", until: "2027-01-02 00:00" }, one of them at least.
absl::StatusOr<window::Rule> ReadSpan(const ConfigNode& when, bool allow, const std::string& name,
                                      absl::TimeZone zone) {
  RETURN_IF_ERROR(when.RefuseUnknown({"from", "until"}));
  std::string sides[2];
  const char* keys[2] = {"from", "until"};
  for (int i = 0; i < 2; ++i) {
    if (!when.Has(keys[i])) continue;
    ASSIGN_OR_RETURN(sides[i], when.String(keys[i]));
    RETURN_IF_ERROR(when.At(keys[i], window::ParseInstant(sides[i], zone).status()));
  }
  absl::StatusOr<window::Rule> rule = window::ParseSpanRule(allow, name, sides[0], sides[1], zone);
  if (!rule.ok()) return when.Complain(rule.status().message());
  return rule;
}

absl::StatusOr<window::Rule> ReadRule(const ConfigNode& node, absl::TimeZone zone) {
  RETURN_IF_ERROR(node.RefuseUnknown({"name", "allow", "deny"}));
  ASSIGN_OR_RETURN(const std::string name, node.String("name"));
  const bool allow = node.Has("allow");
  if (allow == node.Has("deny")) return node.Complain("a rule has either \"allow\" or \"deny\"");
  ASSIGN_OR_RETURN(const ConfigNode when, node.Map(allow ? "allow" : "deny"));
  if (when.Has("cron") || when.Has("duration")) return ReadRecurring(when, allow, name, zone);
  return ReadSpan(when, allow, name, zone);
}

}  // namespace

absl::Status ReadWindows(const ConfigNode& target, TargetConfig& out) {
  out.schedule.reserve = kDefaultReserve;
  ASSIGN_OR_RETURN(const std::optional<ConfigNode> node, target.OptionalMap("windows"));
  if (!node.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(node->RefuseUnknown({"zone", "reserve", "rules"}));
  ASSIGN_OR_RETURN(out.zone_name, node->String("zone"));
  const absl::StatusOr<absl::TimeZone> zone = window::LoadZone(out.zone_name);
  if (!zone.ok()) return node->At("zone", zone.status());
  out.zone = *zone;
  if (node->Has("reserve")) {
    ASSIGN_OR_RETURN(const std::string reserve, node->String("reserve"));
    const absl::StatusOr<absl::Duration> parsed = window::ParseDuration(reserve);
    if (!parsed.ok()) return node->At("reserve", parsed.status());
    out.schedule.reserve = *parsed;
  }
  ASSIGN_OR_RETURN(const std::vector<ConfigNode> rules, node->List("rules"));
  for (const ConfigNode& rule_node : rules) {
    ASSIGN_OR_RETURN(window::Rule rule, ReadRule(rule_node, out.zone));
    out.schedule.rules.push_back(std::move(rule));
  }
  return absl::OkStatus();
}

}  // namespace ferry::policy
