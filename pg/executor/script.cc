#include "pg/executor/script.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::executor {
namespace {

using Kind = Message::Kind;

ledger::Write SettingsWrite(const migration::Migration& migration, const Limits& limits) {
  return {
      "SELECT pg_catalog.set_config('search_path', $1, true), pg_catalog.set_config('lock_timeout', $2, "
      "true),"
      " pg_catalog.set_config('statement_timeout', $3, true), "
      "pg_catalog.pg_current_xact_id()::pg_catalog.text",
      {{"search_path", migration.search_path},
       {"lock_timeout", absl::StrCat(absl::ToInt64Milliseconds(limits.lock_timeout), "ms")},
       {"statement_timeout", std::nullopt}}};
}

Message Ours(std::string sql) { return {Kind::kOurs, {std::move(sql), {}}, nullptr}; }

void Open(const migration::Migration& migration, const Limits& limits, std::vector<Message>& messages) {
  messages.push_back({Kind::kBegin, {}, nullptr});
  messages.push_back({Kind::kSettings, SettingsWrite(migration, limits), nullptr});
  if (!migration.role.empty()) {
    messages.push_back(Ours(absl::StrCat("SET LOCAL ROLE ", sql::QuoteIdentifier(migration.role))));
  }
}

// Back to our own login; nothing that ran before may have fired the guard early for good.
void BeforeLedger(const migration::Migration& migration, std::vector<Message>& messages) {
  if (!migration.role.empty()) messages.push_back(Ours("RESET ROLE"));
  messages.push_back({Kind::kOurs, ledger::DeferGuardStatement(), nullptr});
}

// Losing the last batches in a crash loses their checkpoints too; the segment's own COMMIT waits for the
// disk.
Message NotWaitingForTheDisk() { return Ours("SET LOCAL synchronous_commit = off"); }

void EndBatch(const migration::Migration& migration, const migration::Segment& segment,
              ledger::Direction direction, std::vector<Message>& messages) {
  BeforeLedger(migration, messages);
  ledger::Checkpoint checkpoint;
  checkpoint.version = migration.id();
  checkpoint.direction = direction;
  checkpoint.segment = segment.index;
  messages.push_back(
      {Kind::kCheckpoint, ledger::CheckpointRow({}, checkpoint, 0, absl::InfiniteFuture()), nullptr});
  messages.push_back({Kind::kCommit, {}, nullptr});
}

}  // namespace

std::vector<Message> SegmentMessages(const migration::Migration& migration, const migration::Segment& segment,
                                     ledger::Direction direction, const Limits& limits,
                                     absl::string_view remaining) {
  std::vector<Message> messages;
  Open(migration, limits, messages);
  if (segment.kind == migration::Segment::Kind::kTransaction) {
    for (const sql::Statement& statement : segment.statements) {
      messages.push_back({Kind::kMigration, {statement.text, {}}, &statement});
    }
  }
  if (!remaining.empty()) messages.push_back({Kind::kCheck, {std::string(remaining), {}}, nullptr});
  BeforeLedger(migration, messages);

  const bool up = direction == ledger::Direction::kUp;
  ledger::Event event;
  event.version = migration.id();
  event.direction = direction;
  event.segment = segment.index;
  event.checksum = segment.checksum;
  event.description = migration.description.empty() ? migration.name : migration.description;
  messages.push_back({Kind::kLedger, ledger::SegmentRow({}, event), nullptr});
  if (segment.index + 1 == static_cast<int>((up ? migration.up : migration.down).size())) {
    event.checksum = migration.checksum;
    messages.push_back(
        {Kind::kLedger, up ? ledger::AppliedRow({}, event) : ledger::RolledBackRow({}, event), nullptr});
  }
  messages.push_back({Kind::kCommit, {}, nullptr});
  return messages;
}

std::vector<Message> BatchMessages(const migration::Migration& migration, const migration::Segment& segment,
                                   ledger::Direction direction, const Limits& limits,
                                   const sql::BackfillQueries& queries, size_t key_columns, bool first) {
  std::vector<ledger::Parameter> lower, upper;
  for (size_t i = 1; i <= key_columns; ++i) {
    if (!first) lower.push_back({absl::StrCat("lower_", i), std::nullopt});
    upper.push_back({absl::StrCat("upper_", i), std::nullopt});
  }
  std::vector<ledger::Parameter> bound = lower, slice = lower;
  bound.push_back({"rows", absl::StrCat(segment.batch)});
  slice.insert(slice.end(), upper.begin(), upper.end());

  std::vector<Message> messages;
  Open(migration, limits, messages);
  if (limits.async_commit) messages.push_back(NotWaitingForTheDisk());
  messages.push_back(
      {Kind::kBound, {first ? queries.upper_bound_first : queries.upper_bound, bound}, nullptr});
  messages.push_back(
      {Kind::kMigration, {first ? queries.batch_first : queries.batch, slice}, &segment.statements[0]});
  EndBatch(migration, segment, direction, messages);
  return messages;
}

std::vector<Message> ReadMessages(const migration::Migration& migration, const migration::Segment& segment,
                                  const Limits& limits, const sql::TransformQueries& queries, bool first) {
  std::vector<ledger::Parameter> parameters;
  for (size_t i = 1; i <= segment.key.size() && !first; ++i) {
    parameters.push_back({absl::StrCat("lower_", i), std::nullopt});
  }
  parameters.push_back({"rows", absl::StrCat(segment.batch)});
  std::vector<Message> messages;
  Open(migration, limits, messages);
  messages.push_back(Ours("SET TRANSACTION READ ONLY"));
  // Along the key's index, which is one walk over the table; sorting all that matches would be one for each
  // batch.
  messages.push_back(Ours("SET LOCAL enable_sort = off"));
  messages.push_back({Kind::kRead, {first ? queries.read_first : queries.read, parameters}, nullptr});
  messages.push_back({Kind::kCommit, {}, nullptr});
  return messages;
}

std::vector<Message> WriteMessages(const migration::Migration& migration, const migration::Segment& segment,
                                   ledger::Direction direction, const Limits& limits,
                                   const sql::TransformQueries& queries) {
  std::vector<Message> messages;
  Open(migration, limits, messages);
  if (limits.async_commit) messages.push_back(NotWaitingForTheDisk());
  messages.push_back(Ours(queries.create));
  messages.push_back(Ours("SAVEPOINT ferry_staging"));  // to find out which answer is refused
  messages.push_back(
      {Kind::kFill, {queries.fill, {{"answers", std::nullopt}, {"seen", std::nullopt}}}, nullptr});
  messages.push_back({Kind::kLockRows, {queries.lock, {}}, nullptr});
  messages.push_back({Kind::kWriteRows, {queries.update, {}}, nullptr});
  messages.push_back({Kind::kStill, {queries.still, {{"places", std::nullopt}}}, nullptr});
  EndBatch(migration, segment, direction, messages);
  return messages;
}

}  // namespace ferry::executor
