// REINDEX CONCURRENTLY, and REINDEX of a schema or database, in the catalogs. Doing it twice is harmless;
// what an interrupted concurrent one leaves are INVALID indexes named after the old ones with _ccnew or
// _ccold (PostgreSQL manual, REINDEX, "Rebuilding Indexes Concurrently"). Only those of the tables that the
// statement names are looked at, and only under our intent.
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/quote.h"
#include "pg/executor/blockers.h"
#include "pg/executor/standalone.h"
#include "pg/ledger/cells.h"

namespace ferry::executor {
namespace {

using State = Found::State;

// $1: the index or null; $2: the table or null; $3: the schema or null. 57: what NAMEDATALEN leaves beside
// "_ccnew".
constexpr char kLeftovers[] =
    "WITH wanted AS (SELECT i.indexrelid, i.indrelid, c.relname FROM pg_catalog.pg_index i JOIN "
    "pg_catalog.pg_class "
    "c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid "
    "OPERATOR(pg_catalog.=) "
    "c.relnamespace WHERE i.indexrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)::pg_catalog.oid OR "
    "i.indrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($2)::pg_catalog.oid OR n.nspname "
    "OPERATOR(pg_catalog.=) $3) SELECT DISTINCT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM "
    "pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid JOIN "
    "pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace JOIN wanted w ON w.indrelid "
    "OPERATOR(pg_catalog.=) i.indrelid AND w.indexrelid OPERATOR(pg_catalog.<>) i.indexrelid CROSS JOIN "
    "(VALUES "
    "('_ccnew'), ('_ccold')) suffix (text) WHERE NOT i.indisvalid AND pg_catalog.starts_with(c.relname, "
    "pg_catalog.concat(pg_catalog.left(w.relname, 57), suffix.text)) AND pg_catalog.rtrim(pg_catalog.substr("
    "c.relname, pg_catalog.length(pg_catalog.left(w.relname, 57)) OPERATOR(pg_catalog.+) 7), '0123456789') "
    "OPERATOR(pg_catalog.=) '' ORDER BY 1";

std::optional<std::string> NameOrNull(const sql::TableName& name) {
  if (name.name.empty()) return std::nullopt;
  return sql::QuoteQualified(name);
}

class Reindex final : public StandaloneKind {
 public:
  Reindex(Step& step, sql::Standalone parsed) : step_(step), parsed_(std::move(parsed)) {}

  absl::StatusOr<Found> Probe(bool intended) override {
    leftovers_.clear();
    Found found;
    if (!intended || !parsed_.concurrent) return found;
    const std::optional<std::string> schema =
        parsed_.name.empty() ? std::nullopt : std::optional(parsed_.name);
    ASSIGN_OR_RETURN(const pg::Rows rows,
                     Look(step_.session, step_.migration.search_path, kLeftovers,
                          {NameOrNull(parsed_.index), NameOrNull(parsed_.table), schema}));
    for (size_t row = 0; row < rows.size(); ++row) leftovers_.push_back(ledger::Text(rows, row, 0));
    if (leftovers_.empty()) return found;
    found.state = State::kLeftover;
    found.what = absl::StrCat("an INVALID index ", leftovers_.front());
    return found;
  }

  std::vector<std::string> CleanUp() const override {
    std::vector<std::string> out;
    for (const std::string& index : leftovers_) {
      out.push_back(absl::StrCat("DROP INDEX CONCURRENTLY IF EXISTS ", index));
    }
    return out;
  }

  bool RepeatsHarmlessly() const override { return true; }

 private:
  Step& step_;
  const sql::Standalone parsed_;
  std::vector<std::string> leftovers_;  // quoted; of the last probe
};

}  // namespace

std::unique_ptr<StandaloneKind> MakeReindexKind(Step& step, const sql::Standalone& parsed) {
  return std::make_unique<Reindex>(step, parsed);
}

}  // namespace ferry::executor
