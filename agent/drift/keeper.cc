#include "agent/drift/keeper.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/diff/allowed.h"
#include "pg/catalog/digest.h"
#include "pg/catalog/snapshot.h"
#include "pg/executor/lock.h"
#include "pg/ledger/install.h"
#include "rpc/convert.h"

namespace ferry::drift {
namespace {

constexpr int kAttempts = 5;
constexpr int kMostKeys = 200;
constexpr absl::Duration kDigestEvery = absl::Minutes(1);  // with a watch in place
constexpr int kShareOfTime = 20;                           // a look takes at most one part in so many

// Stands for how fingerprints are computed: of two programs that compute them differently, this differs.
const std::string& Format() {
  static const std::string* const format = new std::string(
      schema::MakeSnapshot({schema::MakeObject({schema::ObjectKind::kTable, "", "", ""}, schema::Table())},
                           "", absl::UnixEpoch())
          .root.substr(0, 16));
  return *format;
}

Roots RootsOf(const ledger::Fingerprint& row) { return {row.root, row.access_root}; }

bool IsNamed(const schema::ObjectId& id, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&id](const std::string& pattern) { return diff::Matches(pattern, id); });
}

// `expected` with the named objects as `before` has them: they are no drift of before any more.
schema::Snapshot Forgiven(const schema::Snapshot& expected, const schema::Snapshot& before,
                          const std::vector<std::string>& named) {
  std::vector<schema::Object> objects;
  for (const schema::Object& object : expected.objects) {
    if (!IsNamed(object.id, named)) objects.push_back(object);
  }
  for (const schema::Object& object : before.objects) {
    if (IsNamed(object.id, named)) objects.push_back(object);
  }
  return schema::MakeSnapshot(std::move(objects), expected.server_version, expected.taken_at);
}

}  // namespace

bool Unsettled(const ledger::LedgerState& state) {
  if (!state.exists || state.format != ledger::NewestFormat()) return false;
  if (!state.fingerprint.has_value()) {
    return !state.applied.empty() || !state.unfinished.empty() || !state.intents.empty();
  }
  return state.fingerprint->event_id != state.head.id || state.fingerprint->format != Format();
}

v1::DriftStatus Keeper::Status() const {
  MutexLock lock(&mutex_);
  return status_;
}

void Keeper::SayNotKnown() {
  status_.Clear();
  status_.set_state(v1::DRIFT_STATE_NOT_KNOWN);
  *status_.mutable_checked_at() = rpc::ToProto(clock_->Now());
  judged_row_ = 0;
}

v1::DriftStatus Keeper::Look(pg::Session& observe, const ledger::LedgerState& state,
                             std::optional<absl::Duration> every) {
  const absl::Duration start = clock_->Elapsed();
  {
    MutexLock lock(&mutex_);
    if (!state.exists || !state.fingerprint.has_value()) SayNotKnown();
    if (status_.state() == v1::DRIFT_STATE_UNSPECIFIED) SayNotKnown();
    if (!state.fingerprint.has_value() || Unsettled(state)) return status_;
    if (!every.has_value() || start < next_look_) return status_;
  }
  const absl::Status probed = Probe(observe, state);
  MutexLock lock(&mutex_);
  const absl::Duration end = clock_->Elapsed();
  next_look_ = end + std::max(*every, kShareOfTime * (end - start));
  if (probed.ok()) {
    status_.clear_error();
  } else {
    status_.set_error(std::string(probed.message()));
  }
  return status_;
}

absl::Status Keeper::Probe(pg::Session& observe, const ledger::LedgerState& state) {
  ASSIGN_OR_RETURN(const watch::Mark mark, watch::ReadMark(observe));
  {
    MutexLock lock(&mutex_);
    const bool same = mark.watched && mark == mark_ && judged_row_ == state.fingerprint->id;
    mark_ = mark;
    status_.set_watched(mark.watched);
    if (same && clock_->Elapsed() < next_digest_) {
      *status_.mutable_checked_at() = rpc::ToProto(clock_->Now());
      return absl::OkStatus();
    }
  }
  ASSIGN_OR_RETURN(const std::string position, watch::Position(observe));
  ASSIGN_OR_RETURN(const std::string digest, pg::catalog::ReadDigest(observe));
  {
    MutexLock lock(&mutex_);
    next_digest_ = clock_->Elapsed() + kDigestEvery;
    if (judged_row_ == state.fingerprint->id && judged_digest_ == digest) {
      if (status_.state() == v1::DRIFT_STATE_NONE) clean_position_ = position;
      *status_.mutable_checked_at() = rpc::ToProto(clock_->Now());
      return absl::OkStatus();
    }
  }
  ASSIGN_OR_RETURN(const std::optional<Reading> reading, Read(observe, state));
  if (!reading.has_value()) return absl::OkStatus();  // the next look finds it unsettled, or settled anew
  MutexLock lock(&mutex_);
  Judge(*state.fingerprint, *reading);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Keeper::Reading>> Keeper::Read(pg::Session& observe,
                                                            const ledger::LedgerState& state) const {
  Reading reading;
  ASSIGN_OR_RETURN(reading.position, watch::Position(observe));
  ASSIGN_OR_RETURN(reading.digest, pg::catalog::ReadDigest(observe));
  ASSIGN_OR_RETURN(reading.schema, pg::ReadSnapshot(observe, *clock_));
  ASSIGN_OR_RETURN(reading.state, ledger::ReadLedger(observe));
  if (!(reading.state.head == state.head) || reading.state.fingerprint != state.fingerprint) {
    return std::nullopt;
  }
  return reading;
}

absl::StatusOr<std::optional<Keeper::Reading>> Keeper::ReadWithCauses(pg::Session& observe,
                                                                      const ledger::LedgerState& state) {
  ASSIGN_OR_RETURN(std::optional<Reading> reading, Read(observe, state));
  if (!reading.has_value() || drift::RootsOf(reading->schema) == RootsOf(*state.fingerprint)) return reading;
  ASSIGN_OR_RETURN(reading->statements, watch::ReadStatements(observe, CausesSince(*state.fingerprint)));
  return reading;
}

std::string Keeper::CausesSince(const ledger::Fingerprint& row) {
  MutexLock lock(&mutex_);
  const std::optional<Files::Drifted> last = files_.LastDrifted(RootsOf(row));
  return last.has_value() ? last->causes_since : LastRead(row);
}

std::string Keeper::LastRead(const ledger::Fingerprint& row) {
  const std::optional<Files::Drifted> last = files_.LastDrifted(RootsOf(row));
  if (last.has_value()) return last->position;
  if (clean_row_ == row.id) return clean_position_;
  std::string position;
  files_.Expected(RootsOf(row), &position);
  return position;
}

void Keeper::Judge(const ledger::Fingerprint& row, const Reading& reading) {
  if (drift::RootsOf(reading.schema) == RootsOf(row)) {
    status_.Clear();
    status_.set_state(v1::DRIFT_STATE_NONE);
    clean_row_ = row.id;
    clean_position_ = reading.position;
    files_.ForgetDrifted();
    if (!files_.HasExpected(RootsOf(row))) {  // lost; here it is again
      absl::Status kept = files_.Prepare(reading.schema, reading.position);
      if (kept.ok()) kept = files_.Keep();
      if (!kept.ok()) spdlog::warn("{}: {}", target_id_, ErrorText(kept));
    }
  } else {
    SayDrifted(row, reading);
  }
  status_.set_watched(mark_.watched);
  *status_.mutable_checked_at() = rpc::ToProto(clock_->Now());
  judged_row_ = row.id;
  judged_digest_ = reading.digest;
}

void Keeper::SayDrifted(const ledger::Fingerprint& row, const Reading& reading) {
  const std::optional<Files::Drifted> last = files_.LastDrifted(RootsOf(row));
  const absl::Time since = last.has_value() ? last->since : clock_->Now();
  const std::string causes_since = last.has_value() ? last->causes_since : LastRead(row);
  status_.Clear();
  status_.set_state(v1::DRIFT_STATE_DRIFTED);
  *status_.mutable_since() = rpc::ToProto(since);
  const std::optional<schema::Snapshot> expected = files_.Expected(RootsOf(row));
  if (expected.has_value()) {
    const std::vector<DriftedObject> drifted = FindDrift(*expected, reading.schema, {});
    status_.set_objects(static_cast<int>(drifted.size()));
    for (const DriftedObject& object : drifted) {
      if (status_.keys_size() == kMostKeys) break;
      v1::DriftKey* const key = status_.add_keys();
      *key->mutable_id() = rpc::ToProto(object.id);
      key->set_actual(StateOf(object.actual));
    }
  }
  spdlog::warn("{}: the schema is not what the ledger says it should be: {}", target_id_,
               expected.has_value()
                   ? absl::StrCat(status_.objects(), status_.objects() == 1 ? " object" : " objects")
                   : std::string("which objects is not known, the agent's copy is lost"));
  const absl::Status kept =
      files_.KeepDrifted(RootsOf(row), {reading.schema, since, reading.position, causes_since});
  if (!kept.ok()) spdlog::warn("{}: {}", target_id_, ErrorText(kept));
}

absl::Status Keeper::Settle(pg::Session& migrate, pg::Session& observe, const NamedObjects& named,
                            bool locked) {
  // Looked at and not taken: another program's run must not find it taken by a look. Whoever takes it
  // meanwhile and changes something moves the ledger's head, and then the row is refused.
  if (!locked) RETURN_IF_ERROR(executor::TargetLock::CheckFree(observe));
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    ASSIGN_OR_RETURN(const ledger::LedgerState state, ledger::ReadLedger(observe));
    if (!Unsettled(state)) return absl::OkStatus();
    ASSIGN_OR_RETURN(const watch::Mark mark, watch::ReadMark(observe));
    ASSIGN_OR_RETURN(std::optional<Reading> reading, Read(observe, state));
    if (!reading.has_value()) continue;
    RETURN_IF_ERROR(AddWhatOthersDid(observe, named, *reading));
    FAULT_POINT("settle.read.after");
    MutexLock lock(&mutex_);
    mark_ = mark;
    return Conclude(migrate, *reading);
  }
  return Error(ErrorCode::kLedgerMismatch, "the ledger moved each time while the schema was being read")
      .Next("look which other program writes to the schema \"ferry\"");
}

absl::Status Keeper::TakeAsItIs(pg::Session& migrate, pg::Session& observe, const std::string& note) {
  RETURN_IF_ERROR(executor::TargetLock::CheckFree(observe));
  ASSIGN_OR_RETURN(const ledger::LedgerState state, ledger::ReadLedger(observe));
  if (!state.fingerprint.has_value() && !Unsettled(state)) {
    return Error(ErrorCode::kLedgerMissing, "nothing was applied here, so nothing says what should be there");
  }
  ASSIGN_OR_RETURN(std::optional<Reading> reading, Read(observe, state));
  if (!reading.has_value()) {
    return Error(ErrorCode::kLedgerMismatch, "the ledger moved while the schema was being read")
        .Next("give the same command again");
  }
  reading->by_hand = note;
  MutexLock lock(&mutex_);
  return Conclude(migrate, *reading);
}

absl::Status Keeper::AddWhatOthersDid(pg::Session& observe, const NamedObjects& named, Reading& reading) {
  if (!reading.state.fingerprint.has_value()) return absl::OkStatus();
  const ledger::Fingerprint& row = *reading.state.fingerprint;
  std::string since;
  {
    MutexLock lock(&mutex_);
    since = LastRead(row);
  }
  ASSIGN_OR_RETURN(reading.statements, watch::ReadStatements(observe, since));
  if (named == nullptr) return absl::OkStatus();
  std::vector<ledger::AppliedVersion> applied;
  for (const ledger::AppliedVersion& version : reading.state.applied) {
    if (version.event_id > row.event_id) applied.push_back(version);
  }
  ASSIGN_OR_RETURN(reading.named, named(applied));
  return absl::OkStatus();
}

// What should be there now, and what to record of it.
schema::Snapshot Keeper::NextExpected(const Reading& reading, ledger::Fingerprint& row) {
  const std::optional<ledger::Fingerprint>& last = reading.state.fingerprint;
  row.event_id = reading.state.head.id;
  row.format = Format();
  if (!reading.by_hand.empty()) {
    row.how = "by hand";
    row.note = reading.by_hand;
    return reading.schema;
  }
  if (!last.has_value()) {
    row.how = "first look";
    return reading.schema;
  }
  if (reading.state.restored.has_value() && reading.state.restored->event_id > last->event_id) {
    row.how = "restored";
    row.note = reading.state.restored->description;
    return reading.schema;
  }
  if (last->format != Format()) {
    row.how = "new format";
    row.note =
        "an agent of another version recorded the fingerprints before: what changed in between is not known";
    return reading.schema;
  }
  row.how = "after a change";
  const std::optional<schema::Snapshot> expected = files_.Expected(RootsOf(*last));
  if (!expected.has_value()) {
    row.note =
        "the agent's copy of what should have been there before was lost: drift of before is not known";
    return reading.schema;
  }
  const std::optional<Files::Drifted> drifted = files_.LastDrifted(RootsOf(*last));
  const schema::Snapshot& before = drifted.has_value() ? drifted->schema : *expected;
  return drift::Settle(Forgiven(*expected, before, reading.named), before, reading.schema,
                       reading.statements);
}

absl::Status Keeper::Conclude(pg::Session& migrate, const Reading& reading) {
  const std::optional<ledger::Fingerprint>& last = reading.state.fingerprint;
  ledger::Fingerprint row;
  // Of what has drifted now: known since before, or found by the watch.
  absl::Time since = clock_->Now();
  std::string causes_since = reading.position;
  if (last.has_value()) {
    const std::optional<Files::Drifted> before = files_.LastDrifted(RootsOf(*last));
    if (before.has_value()) since = before->since;
    causes_since = before.has_value() ? before->causes_since : LastRead(*last);
  }
  const schema::Snapshot expected = NextExpected(reading, row);
  row.root = expected.root;
  row.access_root = expected.access_root;
  RETURN_IF_ERROR(files_.Prepare(expected, reading.position));
  FAULT_POINT("settle.file.after");
  ASSIGN_OR_RETURN(const ledger::Fingerprint recorded,
                   ledger::RecordFingerprint(migrate, row, last.has_value() ? last->id : 0));
  FAULT_POINT("settle.row.after");
  RETURN_IF_ERROR(files_.Keep());
  if (!(drift::RootsOf(reading.schema) == RootsOf(row))) {
    RETURN_IF_ERROR(
        files_.KeepDrifted(RootsOf(row), {reading.schema, since, reading.position, causes_since}));
  }
  Judge(recorded, reading);
  status_.clear_error();
  return absl::OkStatus();
}

}  // namespace ferry::drift
