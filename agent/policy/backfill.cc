#include "agent/policy/target.h"
#include "core/base/error.h"
#include "pg/session/connect.h"

namespace ferry::policy {
namespace {

using config::ConfigNode;

constexpr absl::Duration kShortestBatch = absl::Milliseconds(1);
constexpr absl::Duration kLongestBatch = absl::Minutes(1);
constexpr absl::Duration kShortestLag = absl::Milliseconds(100);
constexpr int kMostWaits = 10000;

// { replica_lag: 10s, lock_waits: 5, query: "SELECT …" }
absl::Status ReadThrottle(const ConfigNode& backfill, BackfillConfig& out) {
  ASSIGN_OR_RETURN(const std::optional<ConfigNode> node, backfill.OptionalMap("throttle"));
  if (!node.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(node->RefuseUnknown({"replica_lag", "lock_waits", "query"}));
  ASSIGN_OR_RETURN(out.throttle_replica_lag, ReadDuration(*node, "replica_lag", out.throttle_replica_lag));
  if (out.throttle_replica_lag < kShortestLag) {
    return node->Complain("replica_lag", "\"replica_lag\" must be at least 100ms");
  }
  ASSIGN_OR_RETURN(const int64_t waits, node->IntOr("lock_waits", 0, 1, kMostWaits));
  out.throttle_lock_waits = static_cast<int>(waits);
  ASSIGN_OR_RETURN(out.throttle_query, node->StringOr("query", ""));
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadBackfill(const ConfigNode& target, BackfillConfig& out) {
  ASSIGN_OR_RETURN(const std::optional<ConfigNode> node, target.OptionalMap("backfill"));
  if (!node.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(node->RefuseUnknown({"batch_time", "async_commit", "throttle"}));
  ASSIGN_OR_RETURN(const std::string time, node->StringOr("batch_time", "35ms"));
  if (time == "off") {
    out.batch_time = absl::InfiniteDuration();
  } else {
    ASSIGN_OR_RETURN(out.batch_time, ReadDuration(*node, "batch_time", out.batch_time));
    if (out.batch_time < kShortestBatch || out.batch_time > kLongestBatch) {
      return node->Complain("batch_time", "\"batch_time\" must be off, or from 1ms to 1m");
    }
  }
  ASSIGN_OR_RETURN(const std::string async, node->StringOr("async_commit", "true"));
  if (async != "true" && async != "false") {
    return node->Complain("async_commit", "\"async_commit\" is either true or false");
  }
  out.async_commit = async == "true";
  return ReadThrottle(*node, out);
}

}  // namespace ferry::policy
