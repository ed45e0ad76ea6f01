#include "pg/backup/proof.h"

#include <utility>
#include <variant>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/quote.h"
#include "pg/catalog/snapshot.h"

namespace ferry::pg {
namespace {

constexpr int kAttempts = 5;

// Tables with rows of their own: no partitioned parents, no foreign tables, nothing temporary, nothing of
// extensions, and not the ledger, which goes on while a backup is taken.
constexpr char kTables[] = R"sql(
SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'
  AND n.nspname NOT IN ('information_schema', 'ferry', 'ferry_watch')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.deptype = 'e' AND d.objid = c.oid
                  AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass)
ORDER BY 1, 2)sql";

constexpr char kProperties[] = R"sql(
SELECT d.datname, pg_catalog.pg_get_userbyid(d.datdba), pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate,
       d.datctype, coalesce(j.j ->> 'daticulocale', CASE WHEN j.j ->> 'datlocprovider' = 'i' THEN j.j ->> 'datlocale' END),
       pg_catalog.shobj_description(d.oid, 'pg_database'),
       d.datconnlimit, d.datacl IS NULL
FROM pg_catalog.pg_database d, pg_catalog.to_jsonb(d) j(j) WHERE d.datname = $1)sql";

constexpr char kGrants[] = R"sql(
SELECT CASE WHEN a.grantee = 0 THEN '' ELSE pg_catalog.pg_get_userbyid(a.grantee)::pg_catalog.text END,
       a.privilege_type, a.is_grantable
FROM pg_catalog.pg_database d, pg_catalog.aclexplode(d.datacl) a WHERE d.datname = $1 ORDER BY 1, 2)sql";

constexpr char kSettings[] = R"sql(
SELECT CASE WHEN s.setrole = 0 THEN '' ELSE pg_catalog.pg_get_userbyid(s.setrole)::pg_catalog.text END,
       pg_catalog.split_part(c, '=', 1), pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1)
FROM pg_catalog.pg_database d JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = d.oid,
     pg_catalog.unnest(s.setconfig) c
WHERE d.datname = $1 ORDER BY 1, 2)sql";

constexpr char kPublicOwners[] = R"sql(
SELECT DISTINCT pg_catalog.pg_get_userbyid(o.owner)::pg_catalog.text FROM
  (SELECT relowner AS owner, relnamespace AS home FROM pg_catalog.pg_class
   UNION ALL SELECT proowner, pronamespace FROM pg_catalog.pg_proc
   UNION ALL SELECT typowner, typnamespace FROM pg_catalog.pg_type) o
WHERE o.home = pg_catalog.to_regnamespace('public') ORDER BY 1)sql";

constexpr char kPublicCreators[] = R"sql(
SELECT DISTINCT pg_catalog.pg_get_userbyid(a.grantee)::pg_catalog.text FROM pg_catalog.pg_namespace n,
  pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) a
WHERE n.nspname = 'public' AND a.privilege_type = 'CREATE' AND a.grantee <> 0 ORDER BY 1)sql";

constexpr size_t kHashDigits = 16;

std::string TitleOf(const schema::ObjectId& id) {
  std::string title = absl::StrCat(schema::KindName(id.kind), " ", id.schema);
  if (!id.parent.empty()) absl::StrAppend(&title, ".", id.parent);
  if (id.kind != schema::ObjectKind::kSchema) absl::StrAppend(&title, ".", id.name);
  return title;
}

std::string Cell(const Rows& rows, size_t row, size_t column) { return rows.at(row, column).value_or(""); }

int64_t Number(const std::string& text) {
  int64_t number = 0;
  return absl::SimpleAtoi(text, &number) ? number : 0;
}

// The dump may take longer than any of these, and a table's policies must not hide rows.
absl::Status Prepare(Session& session) {
  for (const char* const setting :
       {"SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0",
        "SET LOCAL row_security = off"}) {
    RETURN_IF_ERROR(session.Query(setting).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> FirstColumn(Session& session, const char* query) {
  ASSIGN_OR_RETURN(const Rows rows, session.Query(query));
  std::vector<std::string> values;
  for (size_t row = 0; row < rows.size(); ++row) values.push_back(Cell(rows, row, 0));
  return values;
}

absl::StatusOr<std::vector<std::string>> TableNames(Session& session) {
  ASSIGN_OR_RETURN(const Rows rows, session.Query(kTables));
  std::vector<std::string> names;
  for (size_t row = 0; row < rows.size(); ++row) {
    names.push_back(sql::QuoteQualified({Cell(rows, row, 0), Cell(rows, row, 1)}));
  }
  return names;
}

// A lock that is not to be had at once is left to pg_dump, which waits for it and gives up with a reason.
absl::Status LockTables(Session& session) {
  ASSIGN_OR_RETURN(const std::vector<std::string> tables, TableNames(session));
  for (const std::string& table : tables) {
    RETURN_IF_ERROR(session.Query("SAVEPOINT one_table").status());
    const absl::Status locked =
        session.Query(absl::StrCat("LOCK TABLE ONLY ", table, " IN ACCESS SHARE MODE NOWAIT")).status();
    if (session.broken()) return locked;
    RETURN_IF_ERROR(
        session.Query(locked.ok() ? "RELEASE SAVEPOINT one_table" : "ROLLBACK TO SAVEPOINT one_table")
            .status());
  }
  return absl::OkStatus();
}

}  // namespace

Shape ShapeOf(const schema::Snapshot& snapshot) {
  Shape shape;
  for (const schema::Object& object : snapshot.objects) {
    const auto* index = std::get_if<schema::Index>(&object.body);
    if (index != nullptr && !index->valid) continue;
    // A restore makes no subscription, and of a user mapping not every login sees the options.
    if (object.id.kind == schema::ObjectKind::kSubscription ||
        object.id.kind == schema::ObjectKind::kUserMapping) {
      continue;
    }
    shape[TitleOf(object.id)] = object.fingerprint.substr(0, kHashDigits);
  }
  return shape;
}

absl::StatusOr<std::optional<DatabaseProperties>> ReadProperties(Session& session,
                                                                 absl::string_view database) {
  const std::string name(database);
  ASSIGN_OR_RETURN(const Rows rows, session.Query(kProperties, {name}));
  if (rows.empty()) return std::nullopt;
  DatabaseProperties out;
  out.name = Cell(rows, 0, 0);
  out.owner = Cell(rows, 0, 1);
  out.encoding = Cell(rows, 0, 2);
  out.collate = Cell(rows, 0, 3);
  out.ctype = Cell(rows, 0, 4);
  out.icu_locale = Cell(rows, 0, 5);
  out.comment = Cell(rows, 0, 6);
  out.connection_limit = Number(Cell(rows, 0, 7));
  out.default_acl = IsTrue(rows.at(0, 8));
  ASSIGN_OR_RETURN(const Rows grants, session.Query(kGrants, {name}));
  for (size_t row = 0; row < grants.size(); ++row) {
    out.grants.push_back({Cell(grants, row, 0), Cell(grants, row, 1), IsTrue(grants.at(row, 2))});
  }
  ASSIGN_OR_RETURN(const Rows settings, session.Query(kSettings, {name}));
  for (size_t row = 0; row < settings.size(); ++row) {
    out.settings.push_back({Cell(settings, row, 0), Cell(settings, row, 1), Cell(settings, row, 2)});
  }
  return out;
}

absl::StatusOr<std::map<std::string, int64_t>> CountRows(Session& session,
                                                         const std::function<bool()>& stop) {
  RETURN_IF_ERROR(Prepare(session));
  ASSIGN_OR_RETURN(const std::vector<std::string> tables, TableNames(session));
  std::map<std::string, int64_t> counts;
  for (const std::string& table : tables) {
    if (stop && stop()) return Error(ErrorCode::kCancelled, "cancelled while rows were counted");
    ASSIGN_OR_RETURN(const Rows rows,
                     session.Query(absl::StrCat("SELECT pg_catalog.count(*) FROM ONLY ", table)));
    counts[table] = Number(Cell(rows, 0, 0));
  }
  return counts;
}

absl::Status ProofReader::TryBegin(Session& other) {
  session_->Rollback();
  RETURN_IF_ERROR(session_->Begin());
  RETURN_IF_ERROR(session_->Query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").status());
  RETURN_IF_ERROR(Prepare(*session_));
  ASSIGN_OR_RETURN(const Rows id, session_->Query("SELECT pg_catalog.pg_export_snapshot()"));
  id_ = Cell(id, 0, 0);
  RETURN_IF_ERROR(LockTables(*session_));
  ASSIGN_OR_RETURN(const schema::Snapshot snapshot, ReadSnapshotInTransaction(*session_, other));
  proof_.fingerprint = snapshot.root;
  proof_.objects = ShapeOf(snapshot);
  return absl::OkStatus();
}

absl::Status ProofReader::Begin(const ConnectSettings& connection) {
  ASSIGN_OR_RETURN(const auto other, Session::Open(connection, "ferry/backup"));
  absl::Status status = TryBegin(*other);
  for (int attempt = 1; attempt < kAttempts && HasCode(status, ErrorCode::kCatalogChanging); ++attempt) {
    status = TryBegin(*other);
  }
  RETURN_IF_ERROR(status);
  ASSIGN_OR_RETURN(const Rows about, session_->Query("SELECT pg_catalog.current_database(),"
                                                     " pg_catalog.current_setting('server_version')"));
  proof_.server_version = Cell(about, 0, 1);
  ASSIGN_OR_RETURN(const std::optional<DatabaseProperties> found,
                   ReadProperties(*session_, Cell(about, 0, 0)));
  if (!found.has_value())
    return Error(ErrorCode::kBackupFailed, "the database was renamed while it was backed up");
  proof_.database = *found;
  ASSIGN_OR_RETURN(proof_.database.public_owners, FirstColumn(*session_, kPublicOwners));
  ASSIGN_OR_RETURN(proof_.database.public_creators, FirstColumn(*session_, kPublicCreators));
  return absl::OkStatus();
}

absl::StatusOr<Proof> ProofReader::Finish(const std::function<bool()>& stop) {
  ASSIGN_OR_RETURN(proof_.rows, CountRows(*session_, stop));
  session_->Rollback();
  return std::move(proof_);
}

}  // namespace ferry::pg
