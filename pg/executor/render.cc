// The text of SegmentMessages and the batches' messages for people and psql.
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/executor/script.h"
#include "pg/executor/standalone.h"

namespace ferry::executor {
namespace {

using Kind = Message::Kind;

// What the executor binds when it runs.
bool KnownOnlyAtRunTime(const std::string& name) {
  static const std::set<std::string>* const names = new std::set<std::string>{
      "statement_timeout", "deadline",  "duration_ms", "total_ms",  "plan_digest", "run_id",
      "promotion_id",      "target_id", "command_id",  "attempt",   "epoch",       "agent",
      "backup_id",         "pass",      "last_key",    "rows_done", "batches",     "expected_batches"};
  return names->contains(name);
}

std::string ValueText(const ledger::Parameter& parameter) {
  if (KnownOnlyAtRunTime(parameter.name) || !parameter.value.has_value()) {
    return absl::StrCat(":'", parameter.name, "'");
  }
  return sql::QuoteLiteral(*parameter.value);
}

// `sql` with each $n outside of our own texts replaced; only called for statements that we wrote ourselves.
std::string Filled(const ledger::Write& write) {
  std::string text;
  for (size_t i = 0; i < write.sql.size(); ++i) {
    size_t end = i + 1;
    while (end < write.sql.size() && write.sql[end] >= '0' && write.sql[end] <= '9') ++end;
    size_t number = 0;
    if (write.sql[i] == '$' && absl::SimpleAtoi(write.sql.substr(i + 1, end - i - 1), &number) &&
        number >= 1 && number <= write.parameters.size()) {
      text += ValueText(write.parameters[number - 1]);
      i = end - 1;
    } else {
      text += write.sql[i];
    }
  }
  return text;
}

// A batch's statement keeps its $n (its own literals may hold such text); the parameters follow as a comment.
std::string WithParameterNames(const ledger::Write& write) {
  std::string comment;
  for (size_t i = 0; i < write.parameters.size(); ++i) {
    absl::StrAppend(&comment, i == 0 ? "" : ", ", "$", i + 1, " = ", write.parameters[i].name);
  }
  return absl::StrCat("-- ", comment, "\n", write.sql);
}

std::string MessageText(const Message& message) {
  switch (message.kind) {
    case Kind::kBegin:
      return "BEGIN;\n";
    case Kind::kCommit:
      return "COMMIT;\n";
    case Kind::kMigration:
    case Kind::kBound:
    case Kind::kRead:
    case Kind::kFill:
    case Kind::kWriteRows:
      if (!message.write.parameters.empty()) return absl::StrCat(WithParameterNames(message.write), ";\n");
      return absl::StrCat(message.write.sql, ";\n");
    case Kind::kStill:
      return absl::StrCat("-- must be 0: a row that was written may not match any more\n",
                          WithParameterNames(message.write), ";\n");
    case Kind::kCheck:
      return absl::StrCat("-- must be 0, else another pass follows\n", message.write.sql, ";\n");
    default:
      return absl::StrCat(Filled(message.write), ";\n");
  }
}

std::string MessagesText(const std::vector<Message>& messages) {
  std::string text;
  for (const Message& message : messages) absl::StrAppend(&text, MessageText(message));
  return text;
}

absl::StatusOr<std::string> StandaloneText(const migration::Migration& migration,
                                           const sql::Statement& statement, const Limits& limits) {
  ASSIGN_OR_RETURN(const sql::Standalone parsed, CheckStandalone(statement));
  const bool waits = WaitsForSnapshots(parsed);
  std::string text =
      "-- an intent row in ferry.event, committed first; after a crash the catalog says whether to go on,\n"
      "-- to begin again (an INVALID leftover of ours is dropped) or to record it as done\n";
  if (waits) absl::StrAppend(&text, "-- older transactions, which it would wait for, have to end first\n");
  const std::string lock_timeout =
      waits ? "0" : absl::StrCat("'", absl::ToInt64Milliseconds(limits.lock_timeout), "ms'");
  absl::StrAppend(&text, "SET search_path = ", migration.search_path, "; SET lock_timeout = ", lock_timeout,
                  ";\n");
  if (!migration.role.empty())
    absl::StrAppend(&text, "SET ROLE ", sql::QuoteIdentifier(migration.role), ";\n");
  absl::StrAppend(&text, statement.text, ";\n");
  if (!migration.role.empty()) absl::StrAppend(&text, "RESET ROLE;\n");
  return text;
}

std::string TransformText(const migration::Migration& migration, const migration::Segment& segment,
                          ledger::Direction direction, const Limits& limits,
                          const sql::TransformQueries& queries) {
  return absl::StrCat(
      "-- the first ", segment.batch, " rows\n",
      MessagesText(ReadMessages(migration, segment, limits, queries, true)), "-- every further batch\n",
      MessagesText(ReadMessages(migration, segment, limits, queries, false)), "-- program ", segment.program,
      " of the agent's file is given each row's JSON as a line and answers each with a line;\n"
      "-- no transaction is open meanwhile. Then, unless it fails or rejects a row:\n",
      MessagesText(WriteMessages(migration, segment, direction, limits, queries)),
      "-- rows that were changed meanwhile are left for another pass\n-- then the record\n");
}

absl::StatusOr<std::string> SegmentText(const migration::Migration& migration,
                                        const migration::Segment& segment, ledger::Direction direction,
                                        const Limits& limits) {
  using SegmentKind = migration::Segment::Kind;
  std::string text, remaining;
  if (segment.kind == SegmentKind::kStandalone) {
    ASSIGN_OR_RETURN(text, StandaloneText(migration, segment.statements[0], limits));
  } else if (segment.kind == SegmentKind::kBackfill) {
    ASSIGN_OR_RETURN(const sql::BackfillQueries queries,
                     sql::RenderBackfill(segment.statements[0], segment.table, {"<primary key>"}));
    remaining = queries.remaining;
    text = absl::StrCat(
        "-- first slice of ", segment.batch, " rows; \"<primary key>\" stands for the table's key\n",
        MessagesText(BatchMessages(migration, segment, direction, limits, queries, 1, true)),
        "-- every further slice, until there is no upper bound\n",
        MessagesText(BatchMessages(migration, segment, direction, limits, queries, 1, false)),
        "-- from the second pass on, until a slice has changed rows: each slice under REPEATABLE"
        " READ,\n-- and the first that changes rows must leave fewer that match\n"
        "-- then the record\n");
  }
  if (segment.kind == SegmentKind::kTransform) {
    ASSIGN_OR_RETURN(const sql::TransformQueries queries,
                     sql::RenderTransform(segment.statements[0], {segment.table, segment.key, segment.set}));
    remaining = queries.remaining;
    text = TransformText(migration, segment, direction, limits, queries);
  }
  return text + MessagesText(SegmentMessages(migration, segment, direction, limits, remaining));
}

}  // namespace

absl::StatusOr<std::string> RenderScript(const migration::Migration& migration, ledger::Direction direction,
                                         const Limits& limits) {
  const bool up = direction == ledger::Direction::kUp;
  if (!up && migration.irreversible) {
    return Error(ErrorCode::kIrreversible, absl::StrCat("migration ", migration.id(),
                                                        " cannot be undone: ", migration.irreversible_reason))
        .At(migration.file);
  }
  const std::vector<migration::Segment>& segments = up ? migration.up : migration.down;
  std::string text = absl::StrCat("-- ", migration.file, ", ", up ? "up" : "down", ", ", segments.size(),
                                  segments.size() == 1 ? " segment\n" : " segments\n");
  for (const migration::Segment& segment : segments) {
    const char* const kinds[] = {"one transaction", "outside a transaction", "backfill in batches",
                                 "transform by a program, in batches"};
    absl::StrAppend(&text, "\n-- segment ", segment.index, ": ", kinds[static_cast<int>(segment.kind)], "\n");
    absl::StatusOr<std::string> body = SegmentText(migration, segment, direction, limits);
    if (!body.ok()) {
      return Annotate(body.status(), [&](ErrorDetail& detail) {
        detail.file = migration.file;
        detail.line = segment.statements[0].line;
        detail.column = segment.statements[0].column;
      });
    }
    absl::StrAppend(&text, *body);
  }
  return text;
}

}  // namespace ferry::executor
