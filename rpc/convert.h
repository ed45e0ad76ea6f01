// Protobuf <-> core types. Conversions from the wire refuse what the core type cannot hold (kProtocol).
#ifndef FERRY_RPC_CONVERT_H_
#define FERRY_RPC_CONVERT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/diff/diff.h"
#include "core/migration/plan.h"
#include "core/promotion/machine.h"
#include "core/schema/filter.h"
#include "core/schema/snapshot.h"
#include "ferry/v1/agent.pb.h"
#include "ferry/v1/ferry.pb.h"

namespace ferry::rpc {

// Errors. An OK status becomes an empty message and back.
v1::ErrorDetail ToProto(const absl::Status& status);
absl::Status FromProto(const v1::ErrorDetail& detail);

// Times. Unset on the wire = nothing.
google::protobuf::Timestamp ToProto(absl::Time time);
absl::Time FromProto(const google::protobuf::Timestamp& time);
google::protobuf::Duration ToProto(absl::Duration duration);
absl::Duration FromProto(const google::protobuf::Duration& duration);

// Steps, promotions, events.
v1::Step ToProto(const promotion::Step& step);
absl::StatusOr<promotion::Step> FromProto(const v1::Step& step);
v1::PromotionKind ToProto(promotion::Kind kind);
absl::StatusOr<promotion::Kind> FromProto(v1::PromotionKind kind);
v1::PromotionState ToProto(promotion::PromotionState state);
v1::PromotionInfo ToProto(const promotion::Promotion& promotion);
v1::Event ToProto(int64_t id, const std::string& promotion_id, const promotion::Event& event,
                  const std::string& hash);

// Plans.
v1::MigrationInfo ToProto(const migration::Migration& migration);
std::vector<migration::AppliedMigration> FromProto(
    const google::protobuf::RepeatedPtrField<v1::AppliedMigration>& applied);

// Schemas.
v1::ObjectId ToProto(const schema::ObjectId& id);
absl::StatusOr<schema::ObjectId> FromProto(const v1::ObjectId& id);
v1::SchemaObject ToProto(const schema::Object& object);
absl::StatusOr<schema::Object> FromProto(const v1::SchemaObject& object);
v1::ObjectDifference ToProto(const diff::Difference& difference);
absl::StatusOr<diff::Difference> FromProto(const v1::ObjectDifference& difference);

// `snapshot` in pieces of at most ~1 MiB, the last one with root, server version and time.
// Sets `cluster_objects` also where the filter names such a kind. Back: errors of ParseFilter.
v1::SnapshotScope ToProto(const schema::Filter& filter, bool cluster_objects);
absl::StatusOr<schema::Filter> FilterFrom(const v1::SnapshotScope& scope);
std::vector<v1::SnapshotChunk> ToChunks(const std::string& query_id, const schema::Snapshot& snapshot);
// The snapshot again; kProtocol when a piece is missing or the root does not match.
absl::StatusOr<schema::Snapshot> FromChunks(const std::vector<v1::SnapshotChunk>& chunks);

// The same for a receiver that holds an older snapshot. KeysOf: 8 bytes an object, in order, over all that
// travels of it. ToChunks leaves out the objects whose keys are in `held`. FromChunks takes those from
// `held_snapshot`, whose keys `held` are; kProtocol also when a key is nowhere. That the keys of two objects
// are the same by chance shows in the root.
std::string KeysOf(const schema::Snapshot& snapshot);
std::vector<v1::SnapshotChunk> ToChunks(const std::string& query_id, const schema::Snapshot& snapshot,
                                        absl::string_view held);
absl::StatusOr<schema::Snapshot> FromChunks(const std::vector<v1::SnapshotChunk>& chunks,
                                            const schema::Snapshot& held_snapshot, absl::string_view held);

}  // namespace ferry::rpc

#endif  // FERRY_RPC_CONVERT_H_
