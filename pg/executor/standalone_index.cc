// CREATE and DROP INDEX CONCURRENTLY in the catalogs.
#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/quote.h"
#include "pg/executor/blockers.h"
#include "pg/executor/standalone.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

using State = Found::State;

// $1: the index's table, or null; $2: the index, as written when there is no table, else its bare name.
constexpr char kProbe[] =
    "SELECT i.indisvalid, i.indrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)::pg_catalog.oid,"
    " pg_catalog.format('%I.%I', n.nspname, c.relname), p.pid, c.oid FROM pg_catalog.pg_class c JOIN "
    "pg_catalog.pg_index i ON i.indexrelid OPERATOR(pg_catalog.=) c.oid JOIN pg_catalog.pg_namespace n ON "
    "n.oid "
    "OPERATOR(pg_catalog.=) c.relnamespace LEFT JOIN pg_catalog.pg_stat_progress_create_index p ON "
    "p.index_relid "
    "OPERATOR(pg_catalog.=) c.oid AND p.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid() WHERE CASE "
    "WHEN "
    "$1 IS NULL THEN c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($2)::pg_catalog.oid ELSE c.relname "
    "OPERATOR(pg_catalog.=) $2 AND c.relnamespace OPERATOR(pg_catalog.=) (SELECT t.relnamespace FROM "
    "pg_catalog.pg_class t WHERE t.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)::pg_catalog.oid) "
    "END";

// Everything that makes an index what it is, but for its name, table and tablespace.
constexpr char kShape[] =
    "SELECT pg_catalog.concat_ws('|', a.amname, i.indisunique, pg_catalog.to_jsonb(i) "
    "OPERATOR(pg_catalog.->>) "
    "'indnullsnotdistinct', i.indnkeyatts, i.indoption::pg_catalog.text, i.indclass::pg_catalog.text, "
    "i.indcollation::pg_catalog.text, (SELECT pg_catalog.string_agg(o, ',' ORDER BY o) FROM "
    "pg_catalog.unnest(c.reloptions) o), (SELECT pg_catalog.string_agg(pg_catalog.pg_get_indexdef(c.oid, k, "
    "true), "
    "',' ORDER BY k) FROM pg_catalog.generate_series(1, i.indnatts) k), pg_catalog.pg_get_expr(i.indpred, "
    "i.indrelid)) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_index i ON i.indexrelid "
    "OPERATOR(pg_catalog.=) "
    "c.oid JOIN pg_catalog.pg_am a ON a.oid OPERATOR(pg_catalog.=) c.relam WHERE c.oid "
    "OPERATOR(pg_catalog.=) "
    "pg_catalog.to_regclass($1)::pg_catalog.oid";

class CreateIndex final : public StandaloneKind {
 public:
  CreateIndex(Step& step, sql::Standalone parsed) : step_(step), parsed_(std::move(parsed)) {}

  absl::StatusOr<Found> Probe(bool) override {
    ASSIGN_OR_RETURN(const pg::Rows rows,
                     Look(step_.session, step_.migration.search_path, kProbe,
                          {sql::QuoteQualified(parsed_.table),
                           parsed_.index.name.substr(0, 63)}));  // NAMEDATALEN - 1, as the server cuts it
    Found found;
    if (rows.empty()) return found;
    qualified_ = ledger::Text(rows, 0, 2);
    found.what = absl::StrCat("index ", qualified_);
    found.backend = ledger::Text(rows, 0, 3);
    if (ledger::Text(rows, 0, 0) != "t") {
      found.state = found.backend.empty() ? State::kLeftover : State::kBuilding;
      if (found.state == State::kLeftover) found.what = absl::StrCat("an INVALID index ", qualified_);
      return found;
    }
    ASSIGN_OR_RETURN(const bool same,
                     ledger::Text(rows, 0, 1) == "t" ? IsAsWritten() : absl::StatusOr<bool>(false));
    found.state = same ? State::kDone : State::kConflicting;
    return found;
  }

  std::vector<std::string> CleanUp() const override {
    return {absl::StrCat("DROP INDEX CONCURRENTLY ", qualified_)};
  }

 private:
  // The server is asked what the statement would make, on an empty temporary copy of the table. Where it may
  // not make one, an index of that name on that table is taken for ours.
  absl::StatusOr<bool> IsAsWritten() {
    const std::optional<std::string> twin =
        sql::IndexOnTemporaryTable(step_.segment->statements.front().text, "ferry_twin", "ferry_twin_index");
    if (!twin.has_value()) return true;
    RETURN_IF_ERROR(step_.session.Begin());
    const auto finish = absl::MakeCleanup([this] { step_.session.Rollback(); });
    RETURN_IF_ERROR(
        step_.session
            .Query("SELECT pg_catalog.set_config('search_path', $1, true)", {step_.migration.search_path})
            .status());
    const absl::Status made = Make(*twin);
    if (HasCode(made, ErrorCode::kPrivilege)) return true;
    RETURN_IF_ERROR(made);
    ASSIGN_OR_RETURN(const pg::Rows wanted, step_.session.Query(kShape, {"pg_temp.ferry_twin_index"}));
    ASSIGN_OR_RETURN(const pg::Rows there, step_.session.Query(kShape, {qualified_}));
    return ledger::Text(wanted, 0, 0) == ledger::Text(there, 0, 0);
  }

  absl::Status Make(const std::string& twin) {
    RETURN_IF_ERROR(step_.session
                        .Query(absl::StrCat("CREATE TEMPORARY TABLE ferry_twin (LIKE ",
                                            sql::QuoteQualified(parsed_.table), ")"))
                        .status());
    return step_.session.Query(twin).status();
  }

  Step& step_;
  const sql::Standalone parsed_;
  std::string qualified_;  // of the last probe
};

class DropIndex final : public StandaloneKind {
 public:
  DropIndex(Step& step, sql::Standalone parsed) : step_(step), parsed_(std::move(parsed)) {}

  // An interrupted drop leaves an INVALID index, and is sent again.
  absl::StatusOr<Found> Probe(bool intended) override {
    ASSIGN_OR_RETURN(const pg::Rows rows, Look(step_.session, step_.migration.search_path, kProbe,
                                               {std::nullopt, sql::QuoteQualified(parsed_.index)}));
    Found found;
    if (rows.empty()) {
      found.state = intended || parsed_.tolerant ? State::kDone : State::kAbsent;
    } else {
      found.what = absl::StrCat("index ", ledger::Text(rows, 0, 2));
    }
    return found;
  }

 private:
  Step& step_;
  const sql::Standalone parsed_;
};

}  // namespace

std::unique_ptr<StandaloneKind> MakeIndexKind(Step& step, const sql::Standalone& parsed) {
  if (parsed.kind == sql::Standalone::Kind::kDropIndex) return std::make_unique<DropIndex>(step, parsed);
  return std::make_unique<CreateIndex>(step, parsed);
}

}  // namespace ferry::executor
