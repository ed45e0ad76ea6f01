// A database with a ledger, the migrations of migrations/trading, and scripts/trading-data. For the tests of
// this folder.
#ifndef FERRY_TESTS_TRADING_TRADING_FIXTURE_H_
#define FERRY_TESTS_TRADING_TRADING_FIXTURE_H_

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/migration/plan.h"
#include "pg/executor/executor_fixture.h"
#include "tests/support/process.h"

namespace ferry::test {

class TradingTest : public executor::ExecutorTest {
 protected:
  static std::string Root() { return std::getenv("FERRY_SOURCE_DIR"); }

  // The folder's files; `sum` gets the bytes of ferry.sum.
  static std::vector<migration::SourceFile> Files(std::string* sum = nullptr) {
    std::vector<migration::SourceFile> files;
    for (const auto& entry : std::filesystem::directory_iterator(Root() + "/migrations/trading")) {
      const std::string name = entry.path().filename();
      if (entry.path().extension() == ".sql") files.push_back({name, ReadFile(entry.path())});
      if (name == "ferry.sum" && sum != nullptr) *sum = ReadFile(entry.path());
    }
    return files;
  }

  static const migration::Plan& Trading() {
    static const migration::Plan* const plan = [] {
      absl::StatusOr<migration::Plan> built = migration::BuildPlan(Files());
      EXPECT_OK(built);
      return new migration::Plan(*std::move(built));
    }();
    return *plan;
  }

  // Runs scripts/trading-data against this test's database.
  Finished Generate(const std::vector<std::string>& arguments) {
    const PgCluster& cluster = PgCluster::Shared();
    std::vector<std::string> argv = {Root() + "/scripts/trading-data"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    for (const std::string& word :
         {std::string("-h"), cluster.socket_dir(), std::string("-p"), absl::StrCat(cluster.port()),
          std::string("-U"), std::string("ferry_migrate"), std::string("-d"), database_.name}) {
      argv.push_back(word);
    }
    Process::Options options;
    for (const char* name : {"PGHOST", "PGPORT", "PGUSER", "PGDATABASE", "PGOPTIONS", "PGSERVICE"})
      options.env[name] = std::nullopt;
    return RunProcess(argv, options, absl::Seconds(120));
  }
  void Fill(int rows, int seed = 1) {
    const Finished said = Generate({"--rows", absl::StrCat(rows), "--seed", absl::StrCat(seed)});
    EXPECT_EQ(said.exit_code, 0) << said.out << said.err;
  }

  // A checksum of every row of every table of `public`, whatever the order of its columns: "events 3 1f0c…",
  // one line a table.
  std::string Checksums() {
    std::string out;
    const auto tables = migrate_->Query(
        "SELECT relname FROM pg_catalog.pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = "
        "'r'"
        " ORDER BY relname");
    EXPECT_OK(tables);
    for (size_t i = 0; i < tables->size(); ++i) {
      const std::string table = tables->at(i, 0).value_or("");
      absl::StrAppend(
          &out, table, " ",
          Cell(*migrate_, absl::StrCat("SELECT count(*) || ' ' || coalesce(md5(string_agg(row, ','"
                                       " ORDER BY row)), '') FROM (SELECT to_jsonb(t)::text AS row"
                                       " FROM public.",
                                       table, " t) x")),
          "\n");
    }
    return out;
  }
};

}  // namespace ferry::test

#endif  // FERRY_TESTS_TRADING_TRADING_FIXTURE_H_
