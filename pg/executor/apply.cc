// The two entries: read what the ledger holds, refuse what does not fit the plan, run the rest.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/executor/blockers.h"
#include "pg/executor/executor.h"
#include "pg/executor/standalone.h"
#include "pg/executor/step.h"

namespace ferry::executor {
namespace {

using ledger::Direction;

Error Mismatch(const Step& step, absl::string_view what) {
  Error error(ErrorCode::kLedgerMismatch, what);
  error.At(step.migration.file).TargetState("unchanged");
  return error;
}

bool Begun(const ledger::VersionState& state, Direction direction) {
  for (const ledger::SegmentDone& done : state.done) {
    if (done.direction == direction) return true;
  }
  for (const ledger::VersionState::Intent& intent : state.intents) {
    if (intent.direction == direction) return true;
  }
  return false;
}

// The recorded segments must be a prefix of the plan's, with its checksums.
absl::Status MatchSegments(Step& step) {
  for (const ledger::SegmentDone& done : step.state.done) {
    if (done.direction != step.direction) continue;
    const bool next =
        done.segment == step.recorded && done.segment < static_cast<int>(step.segments().size());
    if (!next || step.segments()[static_cast<size_t>(done.segment)].checksum != done.checksum) {
      return Mismatch(step, absl::StrCat("segment ", done.segment, " of ", step.version,
                                         " in the ledger is not the one in the plan"))
          .Next("promote the plan that this migration was begun with");
    }
    ++step.recorded;
    step.recorded_time += done.duration;
  }
  for (const ledger::VersionState::Intent& intent : step.state.intents) {
    if (intent.direction != step.direction || intent.segment < step.recorded) continue;
    if (intent.segment >= static_cast<int>(step.segments().size()) ||
        step.segments()[static_cast<size_t>(intent.segment)].checksum != intent.checksum) {
      return Mismatch(step, absl::StrCat("segment ", intent.segment, " of ", step.version,
                                         " was begun with another statement than the plan's"))
          .Next("roll this version back first, or promote the plan that it was begun with");
    }
  }
  if (step.recorded == static_cast<int>(step.segments().size())) {
    return Mismatch(step,
                    absl::StrCat("the ledger holds all segments of ", step.version, " but not its end"));
  }
  return absl::OkStatus();
}

// Whether what the ledger has is a version that the plan's migration stands for.
bool IsSquashed(const Step& step) {
  const std::vector<migration::SquashedVersion>& squashed = step.migration.squashes;
  return std::any_of(squashed.begin(), squashed.end(), [&step](const migration::SquashedVersion& s) {
    return s.version == step.migration.version && s.checksum == step.state.applied_checksum;
  });
}

absl::Status MatchApplied(const Step& step) {
  if (!step.state.applied || step.state.applied_checksum == step.migration.checksum) return absl::OkStatus();
  if (IsSquashed(step)) return absl::OkStatus();
  return Mismatch(step, absl::StrCat(step.version, " was applied with other content (checksum ",
                                     step.state.applied_checksum.substr(0, 12), ", in the plan ",
                                     step.migration.checksum.substr(0, 12), ")"))
      .Next("an applied migration is never edited: restore the file, and write a new migration");
}

// What we cannot resume is refused before anything runs.
absl::Status CheckStandalones(Step& step) {
  for (const migration::Segment& segment : step.segments()) {
    if (segment.kind != migration::Segment::Kind::kStandalone) continue;
    step.statement = &segment.statements.front();
    RETURN_IF_ERROR(Located(step, CheckStandalone(segment.statements.front()).status()));
  }
  step.statement = nullptr;
  return absl::OkStatus();
}

absl::Status RunSegment(Step& step) {
  switch (step.segment->kind) {
    case migration::Segment::Kind::kBackfill:
      return RunBackfill(step);
    case migration::Segment::Kind::kStandalone:
      return RunStandalone(step);
    case migration::Segment::Kind::kTransform:
      return RunTransform(step);
    case migration::Segment::Kind::kTransaction:
      break;
  }
  return RunTransaction(step);
}

absl::Status RunSegments(Step& step) {
  std::vector<sql::TableName> tables;
  for (const migration::Segment& segment : step.segments()) {
    for (const sql::Statement& statement : segment.statements) {
      tables.insert(tables.end(), statement.tables.begin(), statement.tables.end());
    }
    if (segment.index < step.recorded) {
      ++step.result.segments_skipped;
      continue;
    }
    step.segment = &segment;
    step.segment_started = step.limits.clock->Elapsed();
    if (segment.kind != migration::Segment::Kind::kTransaction && step.run.before_long != nullptr) {
      step.run.before_long();
    }
    RETURN_IF_ERROR(RunSegment(step));
    step.recorded_time += step.limits.clock->Elapsed() - step.segment_started;
    ++step.recorded;
    step.committed_rows = step.committed_batches = 0;
    ++step.result.segments_run;
  }
  step.statement = nullptr;
  absl::StatusOr<std::vector<sql::TableName>> touched =
      ResolveTables(step.session, tables, step.migration.search_path);
  if (!touched.ok()) return Located(step, touched.status());
  step.result.touched = *std::move(touched);
  return absl::OkStatus();
}

absl::StatusOr<ApplyResult> Run(Step& step) {
  const absl::Duration started = step.limits.clock->Elapsed();
  RETURN_IF_ERROR(MatchSegments(step));
  RETURN_IF_ERROR(CheckStandalones(step));
  RETURN_IF_ERROR(OpenPrograms(step));
  RETURN_IF_ERROR(RunSegments(step));
  step.result.duration = step.limits.clock->Elapsed() - started;
  return step.result;
}

absl::StatusOr<ApplyResult> Nothing(Step& step) {
  step.result.segments_skipped = static_cast<int>(step.segments().size());
  return step.result;
}

}  // namespace

absl::StatusOr<ApplyResult> ApplyMigration(pg::Session& migrate, const migration::Migration& migration,
                                           const RunContext& run, const Limits& limits, Gate& gate,
                                           const ProgressSink& progress) {
  Step step(migrate, migration, Direction::kUp, run, limits, gate, progress);
  ASSIGN_OR_RETURN(step.state, ledger::ReadVersion(migrate, step.version));
  // Another text of a repeatable file is what this one replaces.
  if (migration.repeatable && step.state.applied_checksum != migration.checksum) step.state.applied = false;
  RETURN_IF_ERROR(MatchApplied(step));
  if (Begun(step.state, Direction::kDown)) {
    return Mismatch(step, absl::StrCat("a rollback of ", step.version, " was begun and not finished"))
        .Next("finish the rollback first");
  }
  if (step.state.applied) return Nothing(step);
  return Run(step);
}

absl::StatusOr<ApplyResult> RollBackMigration(pg::Session& migrate, const migration::Migration& migration,
                                              const RunContext& run, const Limits& limits, Gate& gate,
                                              const ProgressSink& progress) {
  if (migration.irreversible) {
    return Error(ErrorCode::kIrreversible, absl::StrCat("migration ", migration.id(),
                                                        " cannot be undone: ", migration.irreversible_reason))
        .At(migration.file)
        .TargetState("unchanged");
  }
  Step step(migrate, migration, Direction::kDown, run, limits, gate, progress);
  ASSIGN_OR_RETURN(step.state, ledger::ReadVersion(migrate, step.version));
  RETURN_IF_ERROR(MatchApplied(step));
  const bool there =
      step.state.applied || Begun(step.state, Direction::kUp) || Begun(step.state, Direction::kDown);
  if (!there) return Nothing(step);
  return Run(step);
}

}  // namespace ferry::executor
