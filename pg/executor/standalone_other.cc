// DETACH PARTITION CONCURRENTLY, subscriptions with a slot, and VACUUM in the catalogs.
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/quote.h"
#include "pg/executor/blockers.h"
#include "pg/executor/standalone.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

using State = Found::State;

// $1: the parent, $2: the partition. to_jsonb: PostgreSQL 13 has no such column.
constexpr char kAttached[] =
    "SELECT pg_catalog.to_jsonb(h) OPERATOR(pg_catalog.->>) 'inhdetachpending' FROM pg_catalog.pg_inherits h "
    "WHERE "
    "h.inhparent OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)::pg_catalog.oid AND h.inhrelid "
    "OPERATOR(pg_catalog.=) pg_catalog.to_regclass($2)::pg_catalog.oid";
constexpr char kExists[] = "SELECT pg_catalog.to_regclass($1) IS NOT NULL";
constexpr char kSubscribed[] =
    "SELECT 1 FROM pg_catalog.pg_subscription s WHERE s.subname OPERATOR(pg_catalog.=) $1 AND s.subdbid "
    "OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname "
    "OPERATOR(pg_catalog.=) "
    "pg_catalog.current_database())";

// An interrupted one leaves the partition "pending detach": no query sees it through its parent any more, and
// only FINALIZE ends that (PostgreSQL manual, ALTER TABLE).
class DetachPartition final : public StandaloneKind {
 public:
  DetachPartition(Step& step, sql::Standalone parsed) : step_(step), parsed_(std::move(parsed)) {}

  absl::StatusOr<Found> Probe(bool intended) override {
    const std::string parent = sql::QuoteQualified(parsed_.table);
    const std::string partition = sql::QuoteQualified(parsed_.partition);
    const std::string& path = step_.migration.search_path;
    ASSIGN_OR_RETURN(const pg::Rows attached, Look(step_.session, path, kAttached, {parent, partition}));
    Found found;
    found.what = absl::StrCat("partition ", partition);
    if (attached.empty()) {
      // A partition that is gone altogether was not detached by us.
      ASSIGN_OR_RETURN(const pg::Rows exists, Look(step_.session, path, kExists, {partition}));
      if (intended && ledger::Text(exists, 0, 0) == "t") found.state = State::kDone;
    } else if (ledger::Text(attached, 0, 0) == "true") {
      found.state = State::kLeftover;
      absl::StrAppend(&found.what, ", whose detach was interrupted,");
    }
    return found;
  }

  std::vector<std::string> CleanUp() const override {
    return {absl::StrCat("ALTER TABLE ", sql::QuoteQualified(parsed_.table), " DETACH PARTITION ",
                         sql::QuoteQualified(parsed_.partition), " FINALIZE")};
  }
  bool CleanUpFinishes() const override { return true; }

 private:
  Step& step_;
  const sql::Standalone parsed_;
};

class Subscription final : public StandaloneKind {
 public:
  Subscription(Step& step, sql::Standalone parsed) : step_(step), parsed_(std::move(parsed)) {}

  absl::StatusOr<Found> Probe(bool intended) override {
    ASSIGN_OR_RETURN(const pg::Rows rows,
                     Look(step_.session, step_.migration.search_path, kSubscribed, {parsed_.name}));
    Found found;
    found.what = absl::StrCat("subscription ", sql::QuoteIdentifier(parsed_.name));
    const bool create = parsed_.kind == sql::Standalone::Kind::kCreateSubscription;
    if (create != rows.empty()) {
      found.state = create || intended || parsed_.tolerant ? State::kDone : State::kAbsent;
    }
    return found;
  }

 private:
  Step& step_;
  const sql::Standalone parsed_;
};

class Vacuum final : public StandaloneKind {
 public:
  absl::StatusOr<Found> Probe(bool) override { return Found(); }
  bool RepeatsHarmlessly() const override { return true; }
};

}  // namespace

std::unique_ptr<StandaloneKind> MakePartitionKind(Step& step, const sql::Standalone& parsed) {
  return std::make_unique<DetachPartition>(step, parsed);
}

std::unique_ptr<StandaloneKind> MakeSubscriptionKind(Step& step, const sql::Standalone& parsed) {
  return std::make_unique<Subscription>(step, parsed);
}

std::unique_ptr<StandaloneKind> MakeVacuumKind() { return std::make_unique<Vacuum>(); }

}  // namespace ferry::executor
