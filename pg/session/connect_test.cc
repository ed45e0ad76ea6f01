#include "pg/session/connect.h"

#include <stdlib.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pg/session/session.h"
#include "tests/support/pg_cluster.h"
#include "tests/support/status_matchers.h"

namespace ferry::pg {
namespace {

using ::ferry::test::PgCluster;
using ::ferry::test::StatusIsCode;
using ::ferry::test::StatusText;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// For the scope: a variable that libpq would listen to.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

PgCluster& TcpCluster() {
  static const std::unique_ptr<PgCluster> cluster = [] {
    PgCluster::Options options;
    options.tcp = true;
    options.hba = {"host all needs_password 127.0.0.1/32 scram-sha-256",
                   "host all nobody_enters 127.0.0.1/32 reject"};
    auto started = PgCluster::Start(options);
    started->Execute("postgres", {"CREATE ROLE needs_password LOGIN PASSWORD 'right one\\'",
                                  "CREATE ROLE nobody_enters LOGIN"});
    return started;
  }();
  return *cluster;
}

ConnectSettings With(std::map<std::string, std::string> parameters, const std::string& keyword,
                     const std::string& value) {
  parameters[keyword] = value;
  return {parameters};
}

TEST(ConnectSettings, AnUnknownSettingIsNamed) {
  const auto login = PgCluster::Shared().LoginOf("postgres", "postgres");
  const auto session = Session::Open(With(login, "hots", "db1"), "test");
  EXPECT_THAT(session, StatusIsCode(ErrorCode::kConnectionSetting));
  EXPECT_THAT(session, StatusText(HasSubstr("unknown connection setting \"hots\"")));
}

TEST(ConnectSettings, WhatTheSessionSetsCannotBeGiven) {
  const auto login = PgCluster::Shared().LoginOf("postgres", "postgres");
  for (const char* keyword : {"options", "application_name", "client_encoding", "replication"}) {
    EXPECT_THAT(Session::Open(With(login, keyword, "x"), "test"),
                AllOf(StatusIsCode(ErrorCode::kConnectionSetting), StatusText(HasSubstr(keyword))));
  }
}

TEST(ConnectSettings, DatabaseAndUserAreNeverGuessed) {
  EXPECT_THAT(Session::Open({{{"dbname", "trading"}}}, "test"), StatusText(HasSubstr("\"user\" is missing")));
  EXPECT_THAT(Session::Open({{{"user", "ferry"}}}, "test"), StatusText(HasSubstr("\"dbname\" is missing")));
}

TEST(ConnectSettings, AValueThatLibpqRefusesIsASettingError) {
  const auto login = PgCluster::Shared().LoginOf("postgres", "postgres");
  EXPECT_THAT(Session::Open(With(login, "sslmode", "perhaps"), "test"),
              StatusIsCode(ErrorCode::kConnectionSetting));
  EXPECT_THAT(Session::Open(With(login, "port", "none"), "test"),
              StatusIsCode(ErrorCode::kConnectionSetting));
  EXPECT_THAT(Session::Open(With(login, "connect_timeout", "soon"), "test"),
              StatusIsCode(ErrorCode::kConnectionSetting));
}

TEST(ConnectSettings, AValueIsNeverReadAsMoreSettings) {
  auto login = PgCluster::Shared().LoginOf("postgres", "postgres");
  login["dbname"] = "postgres host=/nowhere 'quoted\\";
  const auto session = Session::Open({login}, "test");
  EXPECT_THAT(session, StatusIsCode(ErrorCode::kConnectionSetting));
  EXPECT_THAT(session, StatusText(HasSubstr("database \"postgres host=/nowhere 'quoted\\\" does not exist")));
}

TEST(ConnectSettings, TheEnvironmentDoesNotRedirect) {
  const Variable host("PGHOST", "/nowhere"), address("PGHOSTADDR", "192.0.2.1"),
      database("PGDATABASE", "other"), options("PGOPTIONS", "-c statement_timeout=1"),
      ssl("PGSSLMODE", "verify-full");
  ASSERT_OK_AND_ASSIGN(const auto session,
                       Session::Open({TcpCluster().LoginOf("postgres", "postgres", true)}, "test"));
  ASSERT_OK_AND_ASSIGN(const Rows rows, session->Query("SHOW statement_timeout"));
  EXPECT_EQ(rows.at(0, 0), "0");
}

TEST(ConnectSettings, DescribeTellsWhereButNotThePassword) {
  const ConnectSettings settings{
      {{"dbname", "trading"}, {"host", "db1"}, {"port", "5433"}, {"user", "ferry"}, {"password", "secret"}}};
  EXPECT_EQ(Describe(settings), "trading on db1:5433 as ferry");
}

TEST(Connect, ARightPasswordOpensAndAWrongOneIsRefusedWithoutBeingShown) {
  const auto login = TcpCluster().LoginOf("needs_password", "postgres", true);
  EXPECT_OK(Session::Open(With(login, "password", "right one\\"), "test"));

  const auto wrong = Session::Open(With(login, "password", "wrong-one"), "test");
  EXPECT_THAT(wrong, StatusIsCode(ErrorCode::kAuthentication));
  EXPECT_EQ(DetailOf(wrong.status()).sqlstate, "28P01");
  EXPECT_THAT(wrong, StatusText(AllOf(HasSubstr("needs_password"), Not(HasSubstr("wrong-one")))));

  const Variable password("PGPASSWORD", "right one\\");  // of another database, perhaps
  const auto none = Session::Open(With(login, "passfile", "/nowhere/passfile"), "test");
  EXPECT_THAT(none, StatusIsCode(ErrorCode::kAuthentication));
}

TEST(Connect, ARefusedRoleAndAMissingRoleAreAuthentication) {
  EXPECT_THAT(Session::Open({TcpCluster().LoginOf("nobody_enters", "postgres", true)}, "test"),
              StatusIsCode(ErrorCode::kAuthentication));
  EXPECT_THAT(Session::Open({TcpCluster().LoginOf("no_such_role", "postgres")}, "test"),
              StatusIsCode(ErrorCode::kAuthentication));
}

TEST(Connect, AMissingDatabaseIsASettingAndAForbiddenOneAPrivilege) {
  PgCluster& cluster = PgCluster::Shared();
  EXPECT_THAT(Session::Open({cluster.LoginOf("ferry_migrate", "no_such_db")}, "test"),
              StatusIsCode(ErrorCode::kConnectionSetting));
  const auto database = cluster.CreateDatabase();
  cluster.Execute("postgres", {"REVOKE CONNECT ON DATABASE " + database.name + " FROM PUBLIC"});
  const auto session = Session::Open({database.migrate}, "test");
  EXPECT_THAT(session, StatusIsCode(ErrorCode::kPrivilege));
  EXPECT_EQ(DetailOf(session.status()).sqlstate, "42501");
}

TEST(Connect, NobodyListeningIsUnreachable) {
  auto login = PgCluster::Shared().LoginOf("postgres", "postgres");
  login["port"] = "1";
  EXPECT_THAT(Session::Open({login}, "test"), StatusIsCode(ErrorCode::kDatabaseUnreachable));
  login["host"] = "127.0.0.1";
  EXPECT_THAT(Session::Open({login}, "test"), StatusIsCode(ErrorCode::kDatabaseUnreachable));
}

}  // namespace
}  // namespace ferry::pg
