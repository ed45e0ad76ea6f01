// Throw-away PostgreSQL clusters for tests.
#ifndef FERRY_TESTS_SUPPORT_PG_CLUSTER_H_
#define FERRY_TESTS_SUPPORT_PG_CLUSTER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace ferry::test {

// One server of the newest PostgreSQL under /usr/lib/postgresql, on its own socket, with trust
// authentication, fsync off and autovacuum off. Run by root it runs as user postgres. It stops (immediate)
// with the object, and by itself when the test process dies. Its data directory is copied from a template
// that initdb made once, kept in
// ${FERRY_TEST_CACHE:-TempRoot()}/ferry-pg-template-UID-VERSION.
// Start it from the test's main thread (see Process). Everything here aborts with a message when it does not
// work: a test without its cluster has nothing to say.
class PgCluster {
 public:
  struct Options {
    bool tcp = false;               // also listen on 127.0.0.1, on a free port
    std::vector<std::string> conf;  // more lines of postgresql.conf; the last one wins
    std::vector<std::string> hba;   // lines of pg_hba.conf before the ones that trust everybody
  };
  // libpq keywords for pg::ConnectSettings::parameters, one map a login.
  using Login = std::map<std::string, std::string>;
  struct Database {
    std::string name;
    Login setup, migrate, observe, superuser;
  };

  // One for the whole process, started by the first call, stopped at exit.
  static PgCluster& Shared();
  static std::unique_ptr<PgCluster> Start() { return Start(Options()); }
  static std::unique_ptr<PgCluster> Start(const Options& options);
  ~PgCluster();

  std::string socket_dir() const { return dir_.path(); }
  int port() const { return port_; }
  std::string data_dir() const { return dir_.File("data"); }
  std::string Log() const;  // what the server has logged

  // A new, empty database. ferry_setup may create schemas in it; ferry_migrate owns the schema public;
  // ferry_observe reads everything (pg_read_all_data, pg_monitor); ferry_restore may create databases and
  // acts for the owners (ferry_owner has the database). None of them is a superuser or may create roles, the
  // first three no databases.
  Database CreateDatabase();
  // Login of any role to any database, over the socket or over TCP.
  Login LoginOf(const std::string& role, const std::string& database, bool tcp = false) const;
  // As superuser; each string is one statement.
  void Execute(const std::string& database, const std::vector<std::string>& statements);

  void StopImmediate();  // as a crash: no checkpoint
  void Restart();        // StopImmediate unless stopped, then start on the same data, socket and port

 private:
  explicit PgCluster(const Options& options);
  void CopyTemplate() const;
  void Configure(const Options& options) const;
  void Launch();

  TempDir dir_;
  int port_ = 5432;
  int databases_ = 0;
  std::unique_ptr<Process> server_;
  int owner_;  // pid: a fork of the test leaves the server alone
};

// /usr/lib/postgresql/NN/bin of the newest NN; FERRY_TEST_PGBIN wins.
std::string PgBinDir();

}  // namespace ferry::test

#endif  // FERRY_TESTS_SUPPORT_PG_CLUSTER_H_
