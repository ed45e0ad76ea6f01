#include "workbench/reading.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/quote.h"
#include "core/sql/reread.h"
#include "pg/backup/dump.h"
#include "pg/catalog/snapshot.h"
#include "workbench/dump_script.h"

namespace ferry::workbench {
namespace {

using schema::ObjectKind;

// The objects that a dump holds and that have an owner: class and oid, owner, grants.
constexpr char kOwned[] = R"sql(
WITH ns AS (
  SELECT n.oid FROM pg_catalog.pg_namespace n
  WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'ferry', 'ferry_watch')
), owned AS (
  SELECT 'pg_catalog.pg_class'::pg_catalog.regclass AS classid, c.oid, c.relowner AS owner, c.relacl AS acl
  FROM pg_catalog.pg_class c JOIN ns ON ns.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
  UNION ALL
  SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.proowner, p.proacl
  FROM pg_catalog.pg_proc p JOIN ns ON ns.oid = p.pronamespace
), mine AS (
  SELECT o.* FROM owned o WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = o.classid
    AND d.objid = o.oid AND d.deptype IN ('e', 'i'))
)
)sql";

absl::StatusOr<std::vector<std::string>> Column(pg::Session& session, const std::string& query) {
  ASSIGN_OR_RETURN(const pg::Rows rows, session.Query(absl::StrCat(kOwned, query)));
  std::vector<std::string> out;
  for (size_t row = 0; row < rows.size(); ++row) out.push_back(rows.at(row, 0).value_or(""));
  return out;
}

// Under the session's empty search_path every name comes out qualified and quoted.
absl::Status ReadOwners(pg::Session& session, Reading& out) {
  ASSIGN_OR_RETURN(out.functions,
                   Column(session,
                          "SELECT m.oid::pg_catalog.regprocedure::pg_catalog.text FROM mine m WHERE"
                          " m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass ORDER BY 1"));
  ASSIGN_OR_RETURN(out.owners, Column(session,
                                      "SELECT DISTINCT pg_catalog.pg_get_userbyid(m.owner)::pg_catalog.text"
                                      " FROM mine m ORDER BY 1"));
  ASSIGN_OR_RETURN(const std::vector<std::string> granted,
                   Column(session,
                          "SELECT m.oid::pg_catalog.text FROM mine m WHERE EXISTS (SELECT FROM"
                          " pg_catalog.aclexplode(m.acl) a WHERE a.grantee <> m.owner)"));
  out.granted = static_cast<int>(granted.size());
  return absl::OkStatus();
}

// pg_dump can leave the schema of the DDL watch out, and not its event triggers.
bool IsOfTheWatch(const sql::Statement& statement) {
  return absl::StartsWith(statement.text, "CREATE EVENT TRIGGER ferry_watch_") ||
         absl::StartsWith(statement.text, "ALTER EVENT TRIGGER ferry_watch_");
}

std::vector<std::string> SortedTexts(const Reading& reading) {
  std::vector<std::string> texts;
  for (const sql::Statement& statement : reading.statements) texts.push_back(sql::Reread(statement.text));
  std::sort(texts.begin(), texts.end());
  return texts;
}

// A query that is true when `function` finds every one of `names`.
void AddQuery(absl::string_view function, const std::vector<std::string>& names, std::string& text) {
  if (names.empty()) return;
  absl::StrAppend(&text, "SELECT count(*) = 0 FROM (VALUES");
  for (size_t i = 0; i < names.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "\n  (" : ",\n  (", sql::QuoteLiteral(names[i]), ")");
  }
  absl::StrAppend(&text, ") AS expected(name) WHERE ", function, "(name) IS NULL;\n\n");
}

}  // namespace

absl::StatusOr<Reading> ReadDatabase(const pg::ConnectSettings& settings, Cover cover) {
  ASSIGN_OR_RETURN(const auto session, pg::Session::Open(settings, "ferry/workbench"));
  Reading out;
  ASSIGN_OR_RETURN(const pg::Rows name,
                   session->Query("SELECT pg_catalog.current_database()::pg_catalog.text"));
  out.database = name.at(0, 0).value_or("");
  ASSIGN_OR_RETURN(out.snapshot, pg::ReadSnapshot(*session));
  out.server_version = out.snapshot.server_version;
  RETURN_IF_ERROR(ReadOwners(*session, out));
  pg::TextDump dump;
  dump.connection = settings;
  dump.rows = dump.grants = cover == Cover::kEverything;
  ASSIGN_OR_RETURN(const std::string text, pg::DumpText(dump));
  ASSIGN_OR_RETURN(out.statements, ReadDump(text, absl::StrCat("pg_dump of ", out.database)));
  out.statements.erase(std::remove_if(out.statements.begin(), out.statements.end(), IsOfTheWatch),
                       out.statements.end());
  ASSIGN_OR_RETURN(const schema::Snapshot after, pg::ReadSnapshot(*session));
  if (after.root == out.snapshot.root) return out;
  return Error(ErrorCode::kCatalogChanging,
               absl::StrCat("the schema of ", out.database, " changed while it was read"))
      .Next("try again when nobody changes it");
}

Proof Compare(const std::string& first_name, const Reading& first, const std::string& second_name,
              const Reading& second) {
  Proof proof;
  proof.schemas = diff::Compare({{first_name, &first.snapshot}, {second_name, &second.snapshot}},
                                diff::CompareOptions::StructureOnly());
  if (!proof.schemas.equal()) return proof;
  const std::vector<std::string> a = SortedTexts(first), b = SortedTexts(second);
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(proof.only_first));
  std::set_difference(b.begin(), b.end(), a.begin(), a.end(), std::back_inserter(proof.only_second));
  return proof;
}

std::string VerifyText(const Reading& reading) {
  std::vector<std::string> relations, types;
  for (const schema::Object& object : reading.snapshot.objects) {
    const std::string name = sql::QuoteQualified({object.id.schema, object.id.name});
    switch (object.id.kind) {
      case ObjectKind::kTable:
      case ObjectKind::kView:
      case ObjectKind::kSequence:
        relations.push_back(name);
        break;
      case ObjectKind::kEnum:
        types.push_back(name);
        break;
      default:
        break;
    }
  }
  std::string text;
  AddQuery("pg_catalog.to_regclass", relations, text);
  AddQuery("pg_catalog.to_regtype", types, text);
  AddQuery("pg_catalog.to_regprocedure", reading.functions, text);
  absl::StrAppend(&text,
                  "SELECT count(*) = 0 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = "
                  "i.indexrelid\n WHERE NOT i.indisvalid AND c.relkind = 'i';\n");
  return text;
}

}  // namespace ferry::workbench
