#include "agent/drift/keeper.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "pg/catalog/digest.h"
#include "pg/catalog/snapshot.h"
#include "pg/executor/lock.h"
#include "pg/ledger/install.h"
#include "rpc/convert.h"

namespace ferry::drift {
namespace {

constexpr int kAttempts = 5;
constexpr int kMostKeys = 200;
constexpr int kShareOfTime = 20;  // a look takes at most one part in so many

// Stands for how fingerprints are computed: of two programs that compute them differently, this differs.
const std::string& Format() {
  static const std::string* const format = new std::string(
      schema::MakeSnapshot({schema::MakeObject({schema::ObjectKind::kTable, "", "", ""}, schema::Table())},
                           "", absl::UnixEpoch())
          .root.substr(0, 16));
  return *format;
}

Roots RootsOf(const ledger::Fingerprint& row) { return {row.root, row.access_root}; }

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
  ASSIGN_OR_RETURN(const std::string digest, pg::catalog::ReadDigest(observe));
  {
    MutexLock lock(&mutex_);
    if (judged_row_ == state.fingerprint->id && judged_digest_ == digest) {
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
  ASSIGN_OR_RETURN(reading.digest, pg::catalog::ReadDigest(observe));
  ASSIGN_OR_RETURN(reading.schema, pg::ReadSnapshot(observe, *clock_));
  ASSIGN_OR_RETURN(reading.state, ledger::ReadLedger(observe));
  if (!(reading.state.head == state.head) || reading.state.fingerprint != state.fingerprint) {
    return std::nullopt;
  }
  return reading;
}

void Keeper::Judge(const ledger::Fingerprint& row, const Reading& reading) {
  if (drift::RootsOf(reading.schema) == RootsOf(row)) {
    status_.Clear();
    status_.set_state(v1::DRIFT_STATE_NONE);
    files_.ForgetDrifted();
    if (!files_.Expected(RootsOf(row)).has_value()) {  // lost; here it is again
      absl::Status kept = files_.Prepare(reading.schema);
      if (kept.ok()) kept = files_.Keep();
      if (!kept.ok()) spdlog::warn("{}: {}", target_id_, ErrorText(kept));
    }
  } else {
    SayDrifted(row, reading);
  }
  *status_.mutable_checked_at() = rpc::ToProto(clock_->Now());
  judged_row_ = row.id;
  judged_digest_ = reading.digest;
}

void Keeper::SayDrifted(const ledger::Fingerprint& row, const Reading& reading) {
  const std::optional<Files::Drifted> last = files_.LastDrifted(RootsOf(row));
  const absl::Time since = last.has_value() ? last->since : clock_->Now();
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
  const absl::Status kept = files_.KeepDrifted(RootsOf(row), {reading.schema, since});
  if (!kept.ok()) spdlog::warn("{}: {}", target_id_, ErrorText(kept));
}

absl::Status Keeper::Settle(pg::Session& migrate, pg::Session& observe, bool locked) {
  // Looked at and not taken: another program's run must not find it taken by a look. Whoever takes it
  // meanwhile and changes something moves the ledger's head, and then the row is refused.
  if (!locked) RETURN_IF_ERROR(executor::TargetLock::CheckFree(observe));
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    ASSIGN_OR_RETURN(const ledger::LedgerState state, ledger::ReadLedger(observe));
    if (!Unsettled(state)) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::optional<Reading> reading, Read(observe, state));
    if (!reading.has_value()) continue;
    FAULT_POINT("settle.read.after");
    MutexLock lock(&mutex_);
    return Conclude(migrate, *reading);
  }
  return Error(ErrorCode::kLedgerMismatch, "the ledger moved each time while the schema was being read")
      .Next("look which other program writes to the schema \"ferry\"");
}

// What should be there now, and what to record of it.
schema::Snapshot Keeper::NextExpected(const Reading& reading, ledger::Fingerprint& row) {
  const std::optional<ledger::Fingerprint>& last = reading.state.fingerprint;
  row.event_id = reading.state.head.id;
  row.format = Format();
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
  const std::optional<Files::Drifted> before = files_.LastDrifted(RootsOf(*last));
  return drift::Settle(*expected, before.has_value() ? before->schema : *expected, reading.schema, {});
}

absl::Status Keeper::Conclude(pg::Session& migrate, const Reading& reading) {
  ledger::Fingerprint row;
  std::optional<Files::Drifted> before;
  if (reading.state.fingerprint.has_value()) before = files_.LastDrifted(RootsOf(*reading.state.fingerprint));
  const schema::Snapshot expected = NextExpected(reading, row);
  row.root = expected.root;
  row.access_root = expected.access_root;
  RETURN_IF_ERROR(files_.Prepare(expected));
  FAULT_POINT("settle.file.after");
  const int64_t after = reading.state.fingerprint.has_value() ? reading.state.fingerprint->id : 0;
  ASSIGN_OR_RETURN(const ledger::Fingerprint recorded, ledger::RecordFingerprint(migrate, row, after));
  FAULT_POINT("settle.row.after");
  RETURN_IF_ERROR(files_.Keep());
  // What had drifted before is known to have drifted since then.
  if (before.has_value() && !(drift::RootsOf(reading.schema) == RootsOf(row))) {
    RETURN_IF_ERROR(files_.KeepDrifted(RootsOf(row), {reading.schema, before->since}));
  }
  Judge(recorded, reading);
  status_.clear_error();
  return absl::OkStatus();
}

}  // namespace ferry::drift
