#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"

namespace ferry::pg::catalog {
namespace {

// PostgreSQL 18 has constraints that are not enforced: nothing is left to be validated.
std::string Sql(int version) {
  return absl::StrCat(R"sql(
SELECT k.oid, c.nspname, c.relname, k.conname,
       CASE k.contype WHEN 'c' THEN 'check' WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique'
                      WHEN 'x' THEN 'exclude' ELSE 'foreign key' END,
       pg_catalog.pg_get_constraintdef(k.oid),
       (k.convalidated)sql",
                      version >= 180000 ? " OR NOT k.conenforced" : "",
                      R"sql() AND COALESCE(i.indisvalid, true),
       ic.reloptions,
       CASE WHEN ic.reltablespace <> 0::pg_catalog.oid THEN
       (SELECT s.spcname FROM pg_catalog.pg_tablespace s WHERE s.oid = ic.reltablespace) END,
       CASE WHEN ic.relispartition THEN
       (SELECT pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(pc.relname)
        FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class pc ON pc.oid = h.inhparent
        JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
        WHERE h.inhrelid = ic.oid) END,
       COALESCE(i.indisclustered, false), COALESCE(i.indisreplident, false)
FROM rel c
JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = CASE WHEN k.contype IN ('p', 'u', 'x') THEN k.conindid END
LEFT JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
WHERE (k.contype = 'c' AND k.conislocal) OR k.contype IN ('p', 'u', 'x')
   OR (k.contype = 'f' AND k.conparentid = 0::pg_catalog.oid))sql");
}

// pg_get_indexdef would say it too, at the price of one more deparsing: an index that a primary key or unique
// constraint can own is a btree with the usual operator classes and order.
std::string IndexDefinition(const schema::Constraint& constraint) {
  absl::string_view text = constraint.definition;
  const bool unique = absl::ConsumePrefix(&text, "UNIQUE ");
  if (!unique && !absl::ConsumePrefix(&text, "PRIMARY KEY ")) return "";
  const bool nulls = absl::ConsumePrefix(&text, "NULLS NOT DISTINCT ");
  if (absl::StrContains(text, " WITHOUT OVERLAPS")) return "";
  absl::ConsumeSuffix(&text, " INITIALLY DEFERRED");
  absl::ConsumeSuffix(&text, " DEFERRABLE");
  std::string out = absl::StrCat("USING btree ", text, nulls ? " NULLS NOT DISTINCT" : "");
  std::string with;
  for (const std::string& option : constraint.index_options) {
    const size_t equals = option.find('=');
    absl::StrAppend(&with, with.empty() ? "" : ", ", option.substr(0, equals), "='",
                    option.substr(equals + 1), "'");
  }
  if (!with.empty()) absl::StrAppend(&out, " WITH (", with, ")");
  return out;
}

}  // namespace

absl::Status ReadConstraints(Batch& batch, Collector& out) {
  return ForEachRow(batch, Sql(batch.server_version()), [&](Row& row) {
    const Address address{Catalog::kConstraint, row.Int()};
    const std::string schema = row.Text();
    const std::string table = row.Text();
    const std::string name = row.Text();
    schema::Constraint constraint;
    constraint.type = row.Text();
    constraint.definition = row.Definition();
    constraint.definition = std::string(absl::StripSuffix(constraint.definition, " NOT VALID"));
    constraint.validated = row.Bool();
    constraint.index_options = row.List();
    constraint.tablespace = row.Text();
    constraint.attached_to = row.Text();
    constraint.clustered = row.Bool();
    constraint.replica_identity = row.Bool();
    constraint.index_definition = IndexDefinition(constraint);
    out.Add(address, {schema::ObjectKind::kConstraint, schema, table, name}, std::move(constraint));
  });
}

}  // namespace ferry::pg::catalog
