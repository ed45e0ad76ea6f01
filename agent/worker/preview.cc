#include "agent/worker/preview.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "pg/executor/script.h"

namespace ferry::worker {
namespace {

// A transform's query alone would read as if nothing were written.
std::string ProgramComment(const migration::Segment& segment) {
  if (segment.kind != migration::Segment::Kind::kTransform) return "";
  return absl::StrCat("/* program ", segment.program, " answers each row and sets ",
                      absl::StrJoin(segment.set, ", "), " */ ");
}

}  // namespace

absl::StatusOr<v1::Preview> MakePreview(const std::string& target_id, const migration::Plan& plan,
                                        const ledger::LedgerState& state, const v1::PreviewQuery& query,
                                        const executor::Limits& limits) {
  const bool up = query.kind() == v1::PROMOTION_KIND_PROMOTE;
  std::vector<migration::AppliedMigration> applied;
  v1::Preview preview;
  preview.set_target_id(target_id);
  for (const ledger::AppliedVersion& v : state.applied) {
    applied.push_back({v.version, v.checksum, v.applied_at});
  }
  preview.set_from_version(migration::NewestVersion(applied));
  std::optional<migration::Version> to;
  if (!query.to_version().empty()) {
    ASSIGN_OR_RETURN(to, migration::Version::Parse(query.to_version() == "0" ? "0.0.0" : query.to_version()));
  }
  std::vector<const migration::Migration*> pending;
  if (up) {
    const migration::Version top = to.value_or(plan.migrations.back().version);
    ASSIGN_OR_RETURN(pending, migration::PendingUp(plan, applied, top, migration::OutOfOrder::kAccept));
    const std::vector<const migration::Migration*> repeatables =
        migration::PendingRepeatables(plan, applied, top);
    pending.insert(pending.end(), repeatables.begin(), repeatables.end());
  } else {
    ASSIGN_OR_RETURN(pending, migration::PendingDown(plan, applied, to));
  }
  const ledger::Direction direction = up ? ledger::Direction::kUp : ledger::Direction::kDown;
  for (const migration::Migration* m : pending) {
    v1::PreviewMigration* out = preview.add_migrations();
    out->set_version(m->id());
    out->set_out_of_order(up && migration::IsOutOfOrder(*m, applied));
    out->set_name(m->name);
    out->set_description(m->description);
    const std::vector<migration::Segment>& segments = up ? m->up : m->down;
    out->set_segments(static_cast<int32_t>(segments.size()));
    out->set_segments_done(static_cast<int32_t>(
        std::count_if(state.unfinished.begin(), state.unfinished.end(), [&](const ledger::SegmentDone& d) {
          return d.version == out->version() && d.direction == direction;
        })));
    for (const migration::Segment& segment : segments) {
      for (const sql::Statement& statement : segment.statements) {
        out->add_statements(absl::StrCat(ProgramComment(segment), statement.text));
      }
    }
    ASSIGN_OR_RETURN(const std::string script, executor::RenderScript(*m, direction, limits));
    absl::StrAppend(preview.mutable_sql(), preview.sql().empty() ? "" : "\n", script);
  }
  return preview;
}

}  // namespace ferry::worker
