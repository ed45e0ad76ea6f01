// What a backup must restore to: schema and row counts of the very snapshot that pg_dump reads, and the
// properties of the database that no dump of its contents holds. Values, and reading them. One thread.
#ifndef FERRY_PG_BACKUP_PROOF_H_
#define FERRY_PG_BACKUP_PROOF_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/schema/snapshot.h"
#include "pg/session/session.h"

namespace ferry::pg {

struct DatabaseGrant {
  std::string grantee;  // "" = everybody
  std::string privilege;
  bool grantable = false;
};
// ALTER DATABASE … SET, or ALTER ROLE … IN DATABASE … SET.
struct DatabaseSetting {
  std::string role;  // "" = every role
  std::string name, value;
};
struct DatabaseProperties {
  std::string name, owner, encoding, collate, ctype, icu_locale, comment;
  int64_t connection_limit = -1;
  bool default_acl = true;  // `grants` do not count then
  std::vector<DatabaseGrant> grants;
  std::vector<DatabaseSetting> settings;
  // Of a backup only: who owns relations, functions or types in the schema public, and to whom the right to
  // create there was granted by name.
  std::vector<std::string> public_owners, public_creators;
};
// Of any database of the server. Nothing when there is none of that name. Errors: those of Session::Query.
absl::StatusOr<std::optional<DatabaseProperties>> ReadProperties(Session& session,
                                                                 absl::string_view database);

// "column public.prices.close" -> the beginning of its fingerprint. Without invalid indexes, which pg_dump
// leaves out.
using Shape = std::map<std::string, std::string>;
Shape ShapeOf(const schema::Snapshot& snapshot);

struct Proof {
  std::string server_version;  // as the server says it
  std::string fingerprint;     // of the schema, as `ferry diff` compares it
  Shape objects;
  // "public.prices" -> rows: every table with rows of its own but those that belong to extensions. Not
  // materialised views: a restore fills them afresh, so that a stale one may come out with other rows.
  std::map<std::string, int64_t> rows;
  DatabaseProperties database;
};

// Rows of every table that Proof::rows speaks of, in the transaction that is open: a scan of each. `stop`
// (may be empty) is asked before each one; kCancelled. Other errors: those of Session::Query.
absl::StatusOr<std::map<std::string, int64_t>> CountRows(Session& session, const std::function<bool()>& stop);

// Holds one snapshot of a database open, for pg_dump to read the same.
class ProofReader {
 public:
  // `session` must outlive the reader.
  explicit ProofReader(Session* session) : session_(session) {}
  ~ProofReader() { session_->Rollback(); }
  ProofReader(const ProofReader&) = delete;
  ProofReader& operator=(const ProofReader&) = delete;

  // Opens the snapshot, locks what can be locked at once against TRUNCATE and the like (ACCESS SHARE, as
  // pg_dump will), reads schema and properties. Then `Id` names the snapshot for pg_dump. `connection`: the
  // session's, for a second look at the catalogs. kCatalogChanging.
  absl::Status Begin(const ConnectSettings& connection);
  const std::string& Id() const { return id_; }
  // Counts rows, once the dump is done, and ends the snapshot. `stop`: as CountRows.
  absl::StatusOr<Proof> Finish(const std::function<bool()>& stop);

 private:
  absl::Status TryBegin(Session& other);

  Session* const session_;
  std::string id_;
  Proof proof_;
};

}  // namespace ferry::pg

#endif  // FERRY_PG_BACKUP_PROOF_H_
