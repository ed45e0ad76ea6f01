#include <utility>

#include "absl/strings/substitute.h"
#include "pg/catalog/pieces.h"
#include "pg/catalog/query.h"
#include "pg/catalog/readers.h"
#include "pg/session/url.h"

namespace ferry::pg::catalog {
namespace {

// Options that are not the default, in byte order. How it streams is always told: PostgreSQL 18 has another
// default.
std::string Options(int version) {
  std::string out = "pg_catalog.array_remove(ARRAY[";
  if (version >= 140000) out += "CASE WHEN s.subbinary THEN 'binary=true' END, ";
  if (version >= 150000) out += "CASE WHEN s.subdisableonerr THEN 'disable_on_error=true' END, ";
  if (version >= 170000) out += "CASE WHEN s.subfailover THEN 'failover=true' END, ";
  if (version >= 160000) {
    out +=
        "'origin=' || NULLIF(s.suborigin, 'any'), "
        "CASE WHEN NOT s.subpasswordrequired THEN 'password_required=false' END, "
        "CASE WHEN s.subrunasowner THEN 'run_as_owner=true' END, "
        "'streaming=' || CASE s.substream WHEN 'f' THEN 'off' WHEN 'p' THEN 'parallel' ELSE 'on' END, ";
  } else if (version >= 140000) {
    out += "'streaming=' || CASE WHEN s.substream THEN 'on' ELSE 'off' END, ";
  }
  out += "'synchronous_commit=' || NULLIF(s.subsynccommit, 'off')";
  if (version >= 150000) out += ", CASE WHEN s.subtwophasestate <> 'd' THEN 'two_phase=on' END";
  return out + "], NULL)";
}

}  // namespace

// Who may not read the connection may not read the oid either on PostgreSQL 13.
absl::Status ReadSubscriptions(Batch& batch, Collector& out) {
  const int version = batch.server_version();
  const bool all = batch.sees_connections();
  const bool scarce = !all && version < 140000;
  const std::string sql = absl::Substitute(
      R"sql(
SELECT $0, '', s.subname, $1, $2,
       ARRAY(SELECT pg_catalog.quote_ident(x.p) FROM pg_catalog.unnest(s.subpublications) x(p)
             ORDER BY pg_catalog.quote_ident(x.p) COLLATE pg_catalog."C"),
       s.subenabled, s.subslotname, $3
FROM pg_catalog.pg_subscription s
JOIN pg_catalog.pg_database b ON b.oid = s.subdbid AND b.datname = pg_catalog.current_database())sql",
      scarce ? "-pg_catalog.row_number() OVER ()" : "s.oid", AccessColumns("s.subowner"),
      all ? "s.subconninfo" : "NULL", scarce ? "NULL" : Options(version));
  return ForEachRow(batch, sql, [&](Row& row) {
    Head head = TakeHead(row, Catalog::kSubscription);
    schema::Subscription subscription;
    subscription.connection = WithoutPasswords(row.Text());
    subscription.publications = row.List();
    subscription.enabled = row.Bool();
    subscription.slot = row.Text();
    subscription.options = row.List();
    head.Add(out, std::move(subscription));
  });
}

}  // namespace ferry::pg::catalog
