#include "pg/executor/lock_wait.h"

#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/wait.h"
#include "core/sql/quote.h"
#include "pg/executor/end_holder.h"
#include "pg/executor/watchdog.h"

namespace ferry::executor {
namespace {

using sql::LockMode;

// Of a transaction that has lasted that long nobody can say that it is about to end.
constexpr absl::Duration kLong = absl::Milliseconds(500);
constexpr absl::Duration kLookEvery = absl::Milliseconds(50);
constexpr absl::Duration kSayEvery = absl::Milliseconds(500);
constexpr absl::Duration kAskGateEvery = absl::Seconds(1);

// A schema that only the migration's role may use hides its tables from the login: the try has its
// lock_timeout.
bool MayBeMissing(const absl::Status& look) { return DetailOf(look).sqlstate == "42501"; }

// " on public.t", " on public.t and 2 more".
std::string Relations(const std::vector<Holder>& holders) {
  std::set<std::string> names;
  for (const Holder& holder : holders) {
    if (!holder.relation.empty()) names.insert(holder.relation);
  }
  if (names.empty()) return "";
  return absl::StrCat(" on ", *names.begin(),
                      names.size() > 1 ? absl::StrCat(" and ", names.size() - 1, " more") : "");
}

}  // namespace

// A concurrent build waits in nobody's way, and so do batches: what they lock only conflicts with migrations.
LockWait::LockWait(Step& step) : step_(step) {
  if (step.segment->kind != migration::Segment::Kind::kTransaction) return;
  for (const sql::Statement& statement : step.segment->statements) {
    for (sql::RelationLock& lock : sql::LocksOf(statement.text)) {
      if (std::max({lock.mode, lock.of_table, lock.of_indexes}) <= LockMode::kRowExclusive) continue;
      if (first_strong_ == nullptr) first_strong_ = &statement;
      strong_.push_back(std::move(lock));
    }
  }
}

bool LockWait::spent() const { return waited_ >= step_.limits.lock_wait; }

bool LockWait::IsLong(const Holder& holder) const {
  if (holder.pid == 0 || holder.wraparound || holder.application == "pg_dump") return true;
  const absl::Duration patience = std::max(kLong, step_.limits.lock_timeout);
  if (holder.age.has_value()) return *holder.age > patience;
  // Another role's transaction, whose age is hidden: it may be old when the first look has met it.
  if (from_the_start_.count(holder.transaction) > 0) return true;
  const auto seen = seen_.find(holder.transaction);
  return seen != seen_.end() && Now() - seen->second > patience;
}

absl::Status LockWait::Describe(std::vector<Holder>& holders) {
  std::vector<Holder> described;
  RETURN_IF_ERROR(AskWhoSeesMost(step_, [&](pg::Session& session) {
    described = holders;
    return DescribeHolders(session, described);
  }));
  holders = std::move(described);
  return absl::OkStatus();
}

// Those who stand in the way, described.
absl::StatusOr<std::vector<Holder>> LockWait::Look() {
  if (!looked_) {
    ASSIGN_OR_RETURN(const bool anybody, AnybodyHolds(step_.session));
    if (!anybody) return std::vector<Holder>();
  }
  ASSIGN_OR_RETURN(std::vector<Holder> holders,
                   FindHolders(step_.session, strong_, step_.migration.search_path, false));
  if (!holders.empty()) RETURN_IF_ERROR(Describe(holders));
  for (const Holder& holder : holders) {
    if (!looked_) from_the_start_.insert(holder.transaction);
    seen_.emplace(holder.transaction, Now());
  }
  looked_ = true;
  return holders;
}

// Whoever may have been in the way of a try: of rows, that is everybody who holds anything on the tables.
absl::StatusOr<std::vector<Holder>> LockWait::LookAfterwards() {
  std::vector<sql::RelationLock> all;
  for (const sql::Statement& statement : step_.segment->statements) {
    for (sql::RelationLock& lock : sql::LocksOf(statement.text)) all.push_back(std::move(lock));
  }
  return FindHolders(step_.session, all, step_.migration.search_path, strong_.empty());
}

absl::Status LockWait::BeforeTry() {
  if (strong_.empty()) return absl::OkStatus();
  absl::Duration asked = Now();
  while (true) {
    absl::StatusOr<std::vector<Holder>> holders = Look();
    if (!holders.ok())
      return MayBeMissing(holders.status()) ? absl::OkStatus() : Located(step_, holders.status());
    holders->erase(std::remove_if(holders->begin(), holders->end(),
                                  [this](const Holder& h) { return !h.background && !IsLong(h); }),
                   holders->end());
    if (holders->empty()) break;
    if (spent()) return GiveUp(absl::OkStatus(), step_.tries);
    RETURN_IF_ERROR(Stand(*holders));
    if (step_.gate.Stopping() || Now() - asked >= kAskGateEvery ||
        UntilDeadline(step_) <= absl::ZeroDuration()) {
      RETURN_IF_ERROR(AskGate(step_));
      asked = Now();
    }
  }
  if (!since_.has_value()) return absl::OkStatus();
  since_.reset();
  return AskGate(step_);
}

// One round of waiting.
absl::Status LockWait::Stand(const std::vector<Holder>& holders) {
  if (!since_.has_value()) since_ = step_.limits.clock->Now();
  Say(holders);
  const absl::Duration begun = Now();
  EndWhoMayBe(holders);
  const auto vacuum = std::find_if(holders.begin(), holders.end(), [this](const Holder& h) {
    return h.background && !h.wraparound && asked_.count(h.transaction) == 0;
  });
  absl::Status status;
  if (vacuum != holders.end()) {
    status = MakeVacuumGiveWay(*vacuum);
  } else {
    WaitFor(kLookEvery);
  }
  waited_ += Now() - begun;
  return status;
}

// The server ends an autovacuum once somebody has waited for it for deadlock_timeout, longer than our
// lock_timeout. So its own lock, which no application needs, is asked for that long: nobody queues behind us
// meanwhile.
absl::Status LockWait::MakeVacuumGiveWay(const Holder& vacuum) {
  asked_.insert(vacuum.transaction);
  pg::Session& session = step_.session;
  absl::Status status = session.Begin();
  const auto finish = absl::MakeCleanup([&session] { session.Rollback(); });
  if (status.ok()) {
    status = session
                 .Query(
                     "SELECT pg_catalog.set_config('lock_timeout', (s.setting::pg_catalog.int4 + "
                     "500)::pg_catalog.text,"
                     " true) FROM pg_catalog.pg_settings s WHERE s.name = 'deadlock_timeout'")
                 .status();
  }
  if (status.ok() && !step_.migration.role.empty()) {
    status =
        session.Query(absl::StrCat("SET LOCAL ROLE ", sql::QuoteIdentifier(step_.migration.role))).status();
  }
  if (status.ok()) {
    status = session.Query(absl::StrCat("LOCK TABLE ", vacuum.relation, " IN SHARE UPDATE EXCLUSIVE MODE"))
                 .status();
  }
  return session.broken() ? Located(step_, status) : absl::OkStatus();
}

void LockWait::EndWhoMayBe(const std::vector<Holder>& holders) {
  for (const Holder& holder : holders) {
    if (!MayEnd(holder, step_.limits)) continue;
    bool ended = false;
    const auto end = [&](pg::Session& session) -> absl::Status {
      ASSIGN_OR_RETURN(ended, EndHolder(session, holder, step_.limits));
      return absl::OkStatus();
    };
    const absl::Status status = step_.run.watch != nullptr ? step_.run.watch->Ask(end) : end(step_.session);
    if (DetailOf(status).code == ErrorCode::kPrivilege) {
      not_ended_ =
          absl::StrCat("the agent's file lets it be ended, but the login may not: ", status.message(),
                       " (GRANT pg_signal_backend)");
    }
    if (!ended) continue;
    step_.result.ended.push_back(EndedText(holder));
    if (step_.run.ended) step_.run.ended(step_.result.ended.back());
  }
}

void LockWait::Say(const std::vector<Holder>& holders) {
  if (Now() - said_at_ < kSayEvery) return;
  said_at_ = Now();
  Progress progress;
  progress.phase = "waiting for lock";
  progress.blocked_by = HoldersText(holders);
  progress.waiting_since = since_;
  const sql::Statement* const statement = step_.statement;
  if (first_strong_ != nullptr) step_.statement = first_strong_;
  Report(step_, std::move(progress));
  step_.statement = statement;
}

absl::Status LockWait::AfterFailure(std::vector<Holder> blockers, absl::Duration pause) {
  const absl::Duration begun = Now();
  absl::StatusOr<std::vector<Holder>> holders = std::move(blockers);
  if (holders->empty()) holders = LookAfterwards();
  if (!holders.ok() && !MayBeMissing(holders.status())) return Located(step_, holders.status());
  if (!holders.ok()) holders = std::vector<Holder>();
  const bool known = !holders->empty();
  since_ = step_.limits.clock->Now();
  said_at_ = -absl::InfiniteDuration();
  while (Now() - begun < pause && !step_.gate.Stopping()) {
    if (known) {
      absl::StatusOr<std::vector<Holder>> left = StillThere(step_.session, *holders);
      if (!left.ok() && step_.session.broken()) return Located(step_, left.status());
      if (left.ok() && left->empty()) break;
      if (left.ok()) *holders = *std::move(left);
      if (Describe(*holders).ok()) {
        Say(*holders);
        EndWhoMayBe(*holders);
      }
    }
    WaitFor(std::min(kLookEvery, pause - (Now() - begun)));
  }
  since_.reset();
  waited_ += Now() - begun;
  return absl::OkStatus();
}

absl::Status LockWait::GiveUp(const absl::Status& failure, int tries) {
  absl::StatusOr<std::vector<Holder>> holders = LookAfterwards();
  if (holders.ok() && !Describe(*holders).ok()) holders->clear();
  const bool named = holders.ok() && !holders->empty();
  const std::string where = named ? Relations(*holders) : "";
  const std::string how = spent() ? absl::StrCat("within ", absl::FormatDuration(step_.limits.lock_wait))
                                  : absl::StrCat("after ", tries, tries == 1 ? " try of " : " tries of ",
                                                 absl::FormatDuration(step_.limits.lock_timeout));
  Error error(ErrorCode::kLockTimeout,
              absl::StrCat("no lock", where, " ", how, ": ",
                           named ? absl::StrCat("held by ", HoldersText(*holders)) : "nobody holds it now",
                           not_ended_.empty() ? "" : "; ", not_ended_));
  std::string state = StateSentence(step_);
  if (step_.committed_batches == 0) {
    absl::StrAppend(&state, "; nothing of segment ", step_.segment->index, " remains");
  }
  const std::string sqlstate = DetailOf(failure).sqlstate;
  error.Sqlstate(sqlstate.empty() ? "55P03" : sqlstate)
      .TargetState(state)
      .Next("end what holds the lock, or promote again at a quieter time");
  if (step_.statement == nullptr) step_.statement = first_strong_;
  return Located(step_, error);
}

}  // namespace ferry::executor
