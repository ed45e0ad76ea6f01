// What the generator writes is SQL that PostgreSQL takes: the property tests stand on it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "absl/strings/numbers.h"
#include "core/base/error.h"
#include "pg/session/session.h"
#include "tests/property/model.h"
#include "tests/support/pg_cluster.h"

namespace ferry::property {
namespace {

std::unique_ptr<pg::Session> NewDatabase() {
  auto session = pg::Session::Open({test::PgCluster::Shared().CreateDatabase().superuser}, "generator_test");
  EXPECT_TRUE(session.ok()) << session.status();
  return std::move(session).value();
}

void MakeRoles() {
  static const bool made = [] {
    test::PgCluster::Shared().Execute("postgres", RoleStatements());
    return true;
  }();
  EXPECT_TRUE(made);
}

// Creates it in a transaction that is rolled back; subscriptions and the like are fine in one.
bool Takes(pg::Session& session, const Schema& schema, const std::string& what) {
  EXPECT_TRUE(session.Begin().ok());
  bool taken = true;
  for (const std::string& sql : Sql(schema)) {
    const auto rows = session.Query(sql);
    if (rows.ok()) continue;
    ADD_FAILURE() << what << ": " << ErrorText(rows.status()) << "\n" << sql;
    taken = false;
    break;
  }
  session.Rollback();
  return taken;
}

int Seeds() {
  int seeds = 0;
  const char* const text = std::getenv("FERRY_PROPERTY_SEEDS");
  return text != nullptr && absl::SimpleAtoi(text, &seeds) ? seeds : 30;
}

TEST(GeneratorTest, PostgresTakesEverySchemaAndItsNeighbours) {
  MakeRoles();
  const auto session = NewDatabase();
  for (uint64_t seed = 1; seed <= static_cast<uint64_t>(Seeds()); ++seed) {
    const Schema a = Generate(seed, 20 + static_cast<int>(seed % 60));
    const std::string what = "seed " + std::to_string(seed);
    Takes(*session, a, what);
    Takes(*session, Mutate(a, seed), what + ", its neighbour");
    if (session->broken()) FAIL();
  }
}

TEST(GeneratorTest, TheSameSeedMakesTheSameSchema) {
  EXPECT_EQ(Sql(Generate(7, 60)), Sql(Generate(7, 60)));
  EXPECT_NE(Sql(Generate(7, 60)), Sql(Generate(8, 60)));
  EXPECT_NE(Sql(Mutate(Generate(7, 60), 1)), Sql(Generate(7, 60)));
}

TEST(GeneratorTest, EveryKindIsMade) {
  std::set<Kind> kinds;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    for (const Item& item : Generate(seed, 80).items) kinds.insert(item.kind);
  }
  for (int kind = 0; kind <= static_cast<int>(Kind::kAccessMethod); ++kind) {
    EXPECT_TRUE(kinds.contains(static_cast<Kind>(kind))) << kind;
  }
}

}  // namespace
}  // namespace ferry::property
