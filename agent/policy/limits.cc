// `limits` of a target: how far a migration may disturb the application.
#include <optional>

#include "absl/strings/str_cat.h"
#include "agent/policy/target.h"
#include "core/base/error.h"

namespace ferry::policy {
namespace {

using config::ConfigNode;

constexpr absl::Duration kLongestLockTimeout = absl::Hours(1);
constexpr absl::Duration kLongest = absl::Hours(24);
constexpr int kMostRetries = 10000;
constexpr int kMostSessions = 100000;

// A duration of at least `least`, or `off`: nothing.
absl::Status ReadOrOff(const ConfigNode& node, absl::string_view key, absl::Duration least,
                       std::optional<absl::Duration>& out) {
  if (!node.Has(key)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string text, node.String(key));
  if (text == "off") {
    out.reset();
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const absl::Duration value, ReadDuration(node, key, absl::ZeroDuration()));
  if (value < least || value > kLongest) {
    return node.Complain(key, absl::StrCat("\"", key, "\" must be off, or at least ",
                                           absl::FormatDuration(least), " and at most 1d"));
  }
  out = value;
  return absl::OkStatus();
}

absl::Status ReadLocks(const ConfigNode& node, Limits& out) {
  ASSIGN_OR_RETURN(out.lock_timeout, ReadDuration(node, "lock_timeout", out.lock_timeout));
  if (out.lock_timeout <= absl::ZeroDuration() || out.lock_timeout > kLongestLockTimeout) {
    // 0 would be no limit at all: one ALTER TABLE that waits makes everybody behind it wait.
    return node.Complain("lock_timeout", "\"lock_timeout\" must be more than 0s and at most 1h");
  }
  ASSIGN_OR_RETURN(const int64_t retries, node.IntOr("lock_retries", out.lock_retries, 0, kMostRetries));
  out.lock_retries = static_cast<int>(retries);
  ASSIGN_OR_RETURN(out.lock_wait, ReadDuration(node, "lock_wait", out.lock_wait));
  if (out.lock_wait > kLongest) return node.Complain("lock_wait", "\"lock_wait\" must be at most 1d");
  return absl::OkStatus();
}

absl::Status ReadSessions(const ConfigNode& node, Limits& out) {
  if (node.StringOr("blocked_sessions", "off").value_or("") == "off") return absl::OkStatus();
  const absl::StatusOr<int64_t> most = node.IntOr("blocked_sessions", 0, 0, kMostSessions);
  if (!most.ok()) {
    return node.Complain(
        "blocked_sessions",
        absl::StrCat("\"blocked_sessions\" must be off, or a whole number from 0 to ", kMostSessions));
  }
  out.blocked_sessions = static_cast<int>(*most);
  return absl::OkStatus();
}

// `off`, or { idle_in_transaction: 5m, any: 1h }.
absl::Status ReadTerminate(const ConfigNode& node, Limits& out) {
  constexpr absl::string_view kKey = "terminate_blockers";
  if (!node.Has(kKey)) return absl::OkStatus();
  const absl::StatusOr<std::string> text = node.String(kKey);
  if (text.ok() && *text == "off") return absl::OkStatus();
  if (text.ok()) {
    return node.Complain(
        kKey,
        absl::StrCat("\"terminate_blockers\" must be off or { idle_in_transaction: …, any: … }, found \"",
                     *text, "\""));
  }
  ASSIGN_OR_RETURN(const ConfigNode when, node.Map(kKey));
  RETURN_IF_ERROR(when.RefuseUnknown({"idle_in_transaction", "any"}));
  RETURN_IF_ERROR(ReadOrOff(when, "idle_in_transaction", absl::Seconds(1), out.terminate_idle));
  RETURN_IF_ERROR(ReadOrOff(when, "any", absl::Seconds(1), out.terminate_any));
  if (out.terminate_idle.has_value() || out.terminate_any.has_value()) return absl::OkStatus();
  return when.Complain("\"terminate_blockers\" needs \"idle_in_transaction\" or \"any\", or is off");
}

}  // namespace

absl::Status ReadLimits(const ConfigNode& target, Limits& out) {
  ASSIGN_OR_RETURN(const std::optional<ConfigNode> node, target.OptionalMap("limits"));
  if (!node.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(
      node->RefuseUnknown({"lock_timeout", "lock_retries", "lock_wait", "blocked_time", "blocked_sessions",
                           "replica_lag", "terminate_blockers", "batch_pause", "snapshot_wait"}));
  RETURN_IF_ERROR(ReadLocks(*node, out));
  RETURN_IF_ERROR(ReadOrOff(*node, "blocked_time", absl::Milliseconds(100), out.blocked_time));
  RETURN_IF_ERROR(ReadSessions(*node, out));
  RETURN_IF_ERROR(ReadOrOff(*node, "replica_lag", absl::Milliseconds(100), out.replica_lag));
  RETURN_IF_ERROR(ReadTerminate(*node, out));
  ASSIGN_OR_RETURN(out.batch_pause, ReadDuration(*node, "batch_pause", out.batch_pause));
  ASSIGN_OR_RETURN(out.snapshot_wait, ReadDuration(*node, "snapshot_wait", out.snapshot_wait));
  return absl::OkStatus();
}

}  // namespace ferry::policy
