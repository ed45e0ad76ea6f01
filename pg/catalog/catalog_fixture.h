// What the tests of the readers share: a database to fill, and its snapshot. Main thread of a test.
#ifndef FERRY_PG_CATALOG_CATALOG_FIXTURE_H_
#define FERRY_PG_CATALOG_CATALOG_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "pg/catalog/snapshot.h"
#include "tests/support/pg_cluster.h"

namespace ferry::pg {

// A new database and a superuser's session in it.
class CatalogDatabase {
 public:
  CatalogDatabase();

  std::unique_ptr<Session> Connect() const;
  std::unique_ptr<Session> ConnectAsObserver() const;
  void Run(const std::vector<std::string>& statements) const;  // as superuser; each is one statement
  schema::Snapshot Read() const { return ReadWith(*session_); }
  static schema::Snapshot ReadWith(Session& session);
  Session& session() const { return *session_; }
  const std::string& name() const { return database_.name; }

 private:
  test::PgCluster::Database database_;
  std::unique_ptr<Session> session_;
};

// The object, which must be there.
const schema::Object& Get(const schema::Snapshot& snapshot, schema::ObjectKind kind,
                          const std::string& parent, const std::string& name,
                          const std::string& space = "public");
// "column t.id", "constraint t.t_pkey default" (only a default needs it), in the order of the snapshot.
std::vector<std::string> Needs(const schema::Object& object);

}  // namespace ferry::pg

#endif  // FERRY_PG_CATALOG_CATALOG_FIXTURE_H_
