#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/ledger/cells.h"
#include "pg/ledger/install.h"
#include "pg/ledger/ledger.h"

namespace ferry::ledger {
namespace {

// The second column: the ledger's owner, a superuser, who writes every table or the server's files, or who
// can make himself one of those (CREATEROLE before 16); also by way of a role that the login is a member of.
constexpr char kExists[] =
    "SELECT pg_catalog.to_regclass('ferry.ledger_format') IS NOT NULL, coalesce((SELECT"
    " pg_catalog.pg_has_role(r.oid, c.relowner, 'MEMBER') OR EXISTS (SELECT FROM pg_catalog.pg_roles m WHERE"
    " pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER') AND (m.rolsuper OR m.rolcreaterole AND"
    " pg_catalog.current_setting('server_version_num')::pg_catalog.int4 OPERATOR(pg_catalog.<) 160000 OR"
    " m.rolname OPERATOR(pg_catalog.=) ANY (ARRAY['pg_write_all_data', 'pg_write_server_files',"
    " 'pg_execute_server_program']::pg_catalog.name[]))) FROM pg_catalog.pg_class c, pg_catalog.pg_roles r"
    " WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass('ferry.event') AND r.rolname"
    " OPERATOR(pg_catalog.=) session_user), false)";

constexpr char kApplied[] =
    "SELECT v.version, v.checksum, v.plan_digest, (extract(epoch FROM v.applied_at) * 1000000)::bigint,"
    " v.description, (extract(epoch FROM v.duration) * 1000)::bigint, v.agent, v.backup_id, v.run_id,"
    " coalesce(e.promotion_id, ''), coalesce(e.kind = 'baseline', false), v.event_id FROM "
    "ferry.schema_version v LEFT "
    "JOIN"
    " ferry.event e ON e.id = v.event_id ORDER BY v.event_id";

// Segments of the current generation whose direction has not ended: up ones of versions that are not applied,
// down ones of versions that were not rolled back since (a finished rollback starts the next generation).
constexpr char kUnfinished[] =
    "SELECT e.version, e.direction, e.segment, e.checksum, e.xid::text, e.duration_ms FROM ferry.event e"
    " WHERE e.kind = 'segment' AND e.generation = ferry.generation_of(e.version) AND (e.direction = 'down' "
    "OR NOT EXISTS (SELECT FROM ferry.schema_version v"
    " WHERE v.version = e.version)) ORDER BY e.id";

// In the current generation, without the segment's own row.
constexpr char kIntents[] =
    "SELECT e.version, e.direction, e.segment, e.checksum, e.xid::text, e.duration_ms FROM ferry.event e"
    " WHERE e.kind = 'intent' AND e.generation = ferry.generation_of(e.version) AND NOT EXISTS (SELECT FROM "
    "ferry.event s WHERE s.kind ="
    " 'segment' AND s.version = e.version AND s.generation = e.generation AND s.direction = e.direction AND"
    " s.segment = e.segment) ORDER BY e.id";

constexpr char kCheckpointColumns[] =
    "SELECT c.version, c.direction, c.segment, c.pass, pg_catalog.array_to_json(c.last_key)::text, "
    "c.rows_done,"
    " c.batches, (extract(epoch FROM c.updated_at) * 1000000)::bigint FROM ferry.checkpoint c WHERE "
    "c.generation = ferry.generation_of(c.version)";

absl::StatusOr<Direction> ParseDirection(const std::string& text) {
  if (text == "up") return Direction::kUp;
  if (text == "down") return Direction::kDown;
  return Error(ErrorCode::kLedgerMismatch,
               absl::StrCat("the ledger holds an unknown direction \"", text, "\""));
}

absl::StatusOr<SegmentDone> ReadSegment(const pg::Rows& rows, size_t row) {
  SegmentDone done;
  done.version = Text(rows, row, 0);
  ASSIGN_OR_RETURN(done.direction, ParseDirection(Text(rows, row, 1)));
  done.segment = static_cast<int>(Int(rows, row, 2));
  done.checksum = Text(rows, row, 3);
  done.xid = Text(rows, row, 4);
  done.duration = absl::Milliseconds(Int(rows, row, 5));
  return done;
}

// The strings of a JSON array of strings as PostgreSQL writes it.
std::vector<std::string> JsonStrings(absl::string_view json);

absl::StatusOr<Checkpoint> ReadCheckpointRow(const pg::Rows& rows, size_t row) {
  Checkpoint checkpoint;
  checkpoint.version = Text(rows, row, 0);
  ASSIGN_OR_RETURN(checkpoint.direction, ParseDirection(Text(rows, row, 1)));
  checkpoint.segment = static_cast<int>(Int(rows, row, 2));
  checkpoint.pass = static_cast<int>(Int(rows, row, 3));
  checkpoint.last_key = JsonStrings(Text(rows, row, 4));
  checkpoint.rows_done = Int(rows, row, 5);
  checkpoint.batches = Int(rows, row, 6);
  checkpoint.updated_at = absl::FromUnixMicros(Int(rows, row, 7));
  return checkpoint;
}

absl::Status ReadApplied(pg::Session& session, LedgerState& state) {
  ASSIGN_OR_RETURN(const pg::Rows rows, Ask(session, kApplied));
  for (size_t row = 0; row < rows.size(); ++row) {
    state.applied.push_back(
        {Text(rows, row, 0), Text(rows, row, 1), Text(rows, row, 2), absl::FromUnixMicros(Int(rows, row, 3)),
         Text(rows, row, 4), absl::Milliseconds(Int(rows, row, 5)), Text(rows, row, 6), Text(rows, row, 7),
         Text(rows, row, 8), Text(rows, row, 9), Text(rows, row, 10) == "t", Int(rows, row, 11)});
  }
  return absl::OkStatus();
}

absl::Status ReadUnfinished(pg::Session& session, LedgerState& state) {
  ASSIGN_OR_RETURN(const pg::Rows segments, Ask(session, kUnfinished));
  for (size_t row = 0; row < segments.size(); ++row) {
    ASSIGN_OR_RETURN(SegmentDone done, ReadSegment(segments, row));
    state.unfinished.push_back(std::move(done));
  }
  ASSIGN_OR_RETURN(const pg::Rows intents, Ask(session, kIntents));
  for (size_t row = 0; row < intents.size(); ++row) {
    ASSIGN_OR_RETURN(SegmentDone intent, ReadSegment(intents, row));
    state.intents.push_back(std::move(intent));
  }
  ASSIGN_OR_RETURN(
      const pg::Rows checkpoints,
      Ask(session, absl::StrCat(kCheckpointColumns,
                                " AND NOT EXISTS (SELECT FROM ferry.event e WHERE e.kind = 'segment'"
                                " AND e.version = c.version AND e.generation = c.generation AND"
                                " e.direction = c.direction AND e.segment = c.segment)"
                                " ORDER BY c.version, c.segment")));
  for (size_t row = 0; row < checkpoints.size(); ++row) {
    ASSIGN_OR_RETURN(Checkpoint checkpoint, ReadCheckpointRow(checkpoints, row));
    state.checkpoints.push_back(std::move(checkpoint));
  }
  return absl::OkStatus();
}

absl::Status ReadRestored(pg::Session& session, LedgerState& state) {
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      Ask(session,
          "SELECT e.id, e.restored_to, e.backup_id, e.run_id, e.promotion_id, e.description,"
          " (extract(epoch FROM e.at) * 1000000)::bigint FROM ferry.event e WHERE e.kind = 'restored'"
          " ORDER BY e.id DESC LIMIT 1"));
  if (rows.empty()) return absl::OkStatus();
  state.restored = {Int(rows, 0, 0),
                    Int(rows, 0, 1),
                    Text(rows, 0, 2),
                    Text(rows, 0, 3),
                    Text(rows, 0, 4),
                    Text(rows, 0, 5),
                    absl::FromUnixMicros(Int(rows, 0, 6))};
  return absl::OkStatus();
}

absl::StatusOr<LedgerState> ReadAll(pg::Session& session) {
  LedgerState state;
  ASSIGN_OR_RETURN(const pg::Rows found, Ask(session, kExists));
  state.exists = Text(found, 0, 0) == "t";
  if (!state.exists) return state;
  state.guard_advisory = Text(found, 0, 1) == "t";
  ASSIGN_OR_RETURN(const pg::Rows format, Ask(session, "SELECT max(format) FROM ferry.ledger_format"));
  state.format = static_cast<int>(Int(format, 0, 0));
  if (state.format > NewestFormat()) {
    return Error(ErrorCode::kLedgerMismatch, absl::StrCat("the ledger has format ", state.format,
                                                          "; this program knows up to ", NewestFormat()))
        .TargetState("unchanged")
        .Next("upgrade the agent of this target");
  }
  RETURN_IF_ERROR(ReadApplied(session, state));
  if (state.format == NewestFormat()) {
    RETURN_IF_ERROR(ReadUnfinished(session, state));
    RETURN_IF_ERROR(ReadRestored(session, state));
    ASSIGN_OR_RETURN(state.fingerprint, ReadFingerprint(session));
  }
  ASSIGN_OR_RETURN(const pg::Rows heads,
                   Ask(session, "SELECT f.epoch, h.id, h.hash FROM ferry.fence f, ferry.head h"));
  state.epoch = Int(heads, 0, 0);
  state.head = {Int(heads, 0, 1), Text(heads, 0, 2)};
  return state;
}

std::vector<std::string> JsonStrings(absl::string_view json) {
  std::vector<std::string> strings;
  bool inside = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"') {
      inside = !inside;
      if (inside) strings.emplace_back();
    } else if (inside && c == '\\') {
      const char escaped = json[++i];
      if (escaped == 'u') {  // PostgreSQL writes \u00XX, for control characters only
        const std::string hex(json.substr(i + 3, 2));
        strings.back() += static_cast<char>(std::stoi(hex, nullptr, 16));
        i += 4;
        continue;
      }
      constexpr absl::string_view kFrom = "bfnrt", kTo = "\b\f\n\r\t";
      const size_t at = kFrom.find(escaped);
      strings.back() += at == absl::string_view::npos ? escaped : kTo[at];
    } else if (inside) {
      strings.back() += c;
    }
  }
  return strings;
}

}  // namespace

absl::StatusOr<LedgerState> ReadLedger(pg::Session& session) {
  RETURN_IF_ERROR(session.Begin());
  const auto finish = absl::MakeCleanup([&session] { session.Rollback(); });
  RETURN_IF_ERROR(Ask(session, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").status());
  return ReadAll(session);
}

absl::StatusOr<LedgerState> ReadLedgerInTransaction(pg::Session& session) { return ReadAll(session); }

absl::StatusOr<VersionState> ReadVersion(pg::Session& session, absl::string_view version) {
  // The function is asked once: as a condition of the query the planner would run it too.
  constexpr char kEvents[] =
      "WITH now AS MATERIALIZED (SELECT ferry.generation_of($1) AS generation)"
      " SELECT e.version, e.direction, e.segment, e.checksum, e.xid::text, e.duration_ms, e.kind"
      " FROM ferry.event e JOIN now ON now.generation = e.generation WHERE e.version = $1 ORDER BY e.id";
  constexpr char kRepeatable[] =
      "SELECT checksum FROM ferry.schema_version WHERE version = $1 AND pg_catalog.starts_with(version, "
      "'R_')";
  pg::Rows rows, repeatable;
  RETURN_IF_ERROR(TranslateLedger(
      session.QueryAll({{kEvents, {std::string(version)}}, {kRepeatable, {std::string(version)}}},
                       [&](size_t i, const pg::Rows& answer) {
                         (i == 0 ? rows : repeatable) = answer;
                         return absl::OkStatus();
                       })));
  VersionState state;
  for (size_t row = 0; row < rows.size(); ++row) {
    const std::string kind = Text(rows, row, 6);
    if (kind == "applied" || kind == "baseline") {
      state.applied = true;
      state.applied_checksum = Text(rows, row, 3);
      continue;
    }
    ASSIGN_OR_RETURN(SegmentDone done, ReadSegment(rows, row));
    if (kind == "intent") {
      state.intents.push_back({done.direction, done.segment, done.checksum});
    } else if (kind == "segment") {
      state.done.push_back(std::move(done));
    }
  }
  // Every application of a repeatable file begins a generation, so the last one is not in this one.
  if (repeatable.size() > 0) {
    state.applied = true;
    state.applied_checksum = Text(repeatable, 0, 0);
  }
  return state;
}

absl::StatusOr<std::optional<Checkpoint>> ReadCheckpoint(pg::Session& session, absl::string_view version,
                                                         Direction direction, int segment) {
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      Ask(session,
          absl::StrCat(kCheckpointColumns, " AND c.version = $1 AND c.direction = $2 AND c.segment = $3"),
          {std::string(version), std::string(DirectionName(direction)), absl::StrCat(segment)}));
  if (rows.size() == 0) return std::nullopt;
  ASSIGN_OR_RETURN(Checkpoint checkpoint, ReadCheckpointRow(rows, 0));
  return checkpoint;
}

absl::StatusOr<int64_t> ReadEpoch(pg::Session& session) {
  ASSIGN_OR_RETURN(const pg::Rows rows, Ask(session, "SELECT epoch FROM ferry.fence"));
  return Int(rows, 0, 0);
}

absl::Status VerifyChain(pg::Session& session) {
  RETURN_IF_ERROR(session.Begin());
  const auto finish = absl::MakeCleanup([&session] { session.Rollback(); });
  RETURN_IF_ERROR(Ask(session, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").status());
  RETURN_IF_ERROR(Ask(session, "SET LOCAL timezone = 'UTC'").status());
  ASSIGN_OR_RETURN(
      const pg::Rows rows,
      Ask(session,
          "SELECT place FROM (SELECT e.id, row_number() OVER (ORDER BY e.id) AS place, e.hash, encode(sha256("
          "convert_to(lag(e.hash, 1, '') OVER (ORDER BY e.id) || jsonb_strip_nulls(to_jsonb(e) - "
          "'hash')::text, 'UTF8'"
          ")), 'hex') AS expected FROM ferry.event e) c WHERE id <> place OR hash <> expected"
          " UNION ALL SELECT h.id FROM ferry.head h, (SELECT coalesce(max(e.id), 0) AS id, "
          "coalesce((array_agg(e.hash"
          " ORDER BY e.id DESC))[1], '') AS hash FROM ferry.event e) newest WHERE h.id <> newest.id OR "
          "h.hash <>"
          " newest.hash"
          " ORDER BY 1 LIMIT 1"));
  if (rows.size() == 0) return absl::OkStatus();
  return Error(ErrorCode::kLedgerMismatch,
               absl::StrCat("the ledger's chain is broken at event ", Int(rows, 0, 0)))
      .Next("compare ferry.event with a backup; nothing is migrated here until that is explained");
}

}  // namespace ferry::ledger
