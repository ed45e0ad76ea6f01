#include "tests/property/trial.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/error.h"
#include "pg/catalog/snapshot.h"
#include "tests/support/pg_cluster.h"
#include "tests/support/process.h"

namespace ferry::property {
namespace {

test::PgCluster& Cluster() {
  static test::PgCluster* const cluster = [] {
    test::PgCluster::Shared().Execute("postgres", RoleStatements());
    return &test::PgCluster::Shared();
  }();
  return *cluster;
}

}  // namespace

Database::Database() {
  static int made = 0;
  name_ = absl::StrCat("property_", ++made);
  Cluster().Execute("postgres", {absl::StrCat("CREATE DATABASE ", name_, " TEMPLATE template0")});
  auto session = pg::Session::Open({Cluster().LoginOf("postgres", name_)}, "property");
  if (!session.ok()) return;  // every use of it fails
  session_ = *std::move(session);
}

Database::~Database() {
  if (session_ != nullptr) {
    const auto names = session_->Query("SELECT quote_ident(subname) FROM pg_catalog.pg_subscription");
    for (size_t i = 0; names.ok() && i < names->size(); ++i) {
      (void)session_->Query(absl::StrCat("DROP SUBSCRIPTION ", *names->at(i, 0)));
    }
  }
  session_.reset();
  Cluster().Execute("postgres", {absl::StrCat("DROP DATABASE IF EXISTS ", name_, " WITH (FORCE)")});
}

absl::Status Database::Run(const std::vector<std::string>& statements) const {
  if (session_ == nullptr) return absl::UnavailableError("no session");
  for (const std::string& sql : statements) {
    const auto rows = session_->Query(sql);
    if (!rows.ok()) return absl::UnknownError(absl::StrCat(ErrorText(rows.status()), "\n  ", sql));
  }
  return absl::OkStatus();
}

absl::StatusOr<schema::Snapshot> Database::Read() const {
  if (session_ == nullptr) return absl::UnavailableError("no session");
  return pg::ReadSnapshot(*session_);
}

std::string Database::Dump() const {
  const auto login = Cluster().LoginOf("postgres", name_);
  const test::Finished dump = test::RunProcess(
      {absl::StrCat(test::PgBinDir(), "/pg_dump"), "--schema-only", absl::StrCat("--host=", login.at("host")),
       absl::StrCat("--port=", login.at("port")), "--username=postgres", absl::StrCat("--dbname=", name_)});
  if (dump.exit_code != 0) return dump.err;
  // Newer minor versions print a random key for psql's \\restrict.
  std::vector<std::string> lines = absl::StrSplit(dump.out, '\n');
  lines.erase(std::remove_if(lines.begin(), lines.end(),
                             [](const std::string& line) { return absl::StrContains(line, "restrict "); }),
              lines.end());
  return absl::StrJoin(lines, "\n");
}

std::string Describe(const diff::DiffResult& result) {
  std::string out;
  for (const diff::Difference& difference : result.differences) {
    absl::StrAppend(&out, "  ", schema::KindName(difference.id.kind), " ", difference.id.schema, ".",
                    difference.id.parent, ".", difference.id.name, "\n");
    for (size_t i = 0; i < difference.fingerprints.size(); ++i) {
      if (!difference.fingerprints[i].has_value())
        absl::StrAppend(&out, "    ", result.names[i], ": absent\n");
    }
    for (const diff::FieldChange& field : difference.fields) {
      absl::StrAppend(&out, "    ", field.field, ": ", absl::StrJoin(field.values, "  |  "), "\n");
    }
  }
  return out;
}

Verdict TryReading(const Schema& a, const Schema& b) {
  Verdict verdict;
  Database one, other;
  const absl::Status made_one = one.Run(Sql(a)), made_other = other.Run(Sql(b));
  if (!made_one.ok() || !made_other.ok()) {
    verdict.failure = absl::StrCat("the generator's schema: ", made_one.message(), made_other.message());
    return verdict;
  }
  const auto first = one.Read(), second = other.Read();
  if (!first.ok() || !second.ok()) {
    verdict.failure = absl::StrCat("reading: ", ErrorText(first.ok() ? second.status() : first.status()));
    return verdict;
  }
  if (!diff::Compare({{"a", &*first}, {"b", &*second}}).equal()) return verdict;
  const std::string dump = one.Dump(), other_dump = other.Dump();
  if (dump == other_dump) return verdict;
  const std::vector<std::string> lines = absl::StrSplit(dump, '\n'),
                                 other_lines = absl::StrSplit(other_dump, '\n');
  size_t at = 0;
  while (at < lines.size() && at < other_lines.size() && lines[at] == other_lines[at]) ++at;
  verdict.failure =
      absl::StrCat("they read the same, but pg_dump shows:\n  ", at < lines.size() ? lines[at] : "", "\n  ",
                   at < other_lines.size() ? other_lines[at] : "");
  return verdict;
}

}  // namespace ferry::property
