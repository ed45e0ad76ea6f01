#include "absl/strings/str_cat.h"
#include "core/sql/classify.h"

namespace ferry::sql {
namespace {

struct Words {
  PgQuery__ObjectType type;
  const char* words;
};

// The words of an object's kind in a command tag.
constexpr Words kWords[] = {
    {PG_QUERY__OBJECT_TYPE__OBJECT_ACCESS_METHOD, "ACCESS METHOD"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_AGGREGATE, "AGGREGATE"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_CAST, "CAST"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_COLLATION, "COLLATION"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_CONVERSION, "CONVERSION"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_DATABASE, "DATABASE"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_DOMAIN, "DOMAIN"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_DOMCONSTRAINT, "DOMAIN"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_EVENT_TRIGGER, "EVENT TRIGGER"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_EXTENSION, "EXTENSION"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_FDW, "FOREIGN DATA WRAPPER"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_SERVER, "SERVER"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE, "FOREIGN TABLE"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_FUNCTION, "FUNCTION"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_INDEX, "INDEX"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_LANGUAGE, "LANGUAGE"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_LARGEOBJECT, "LARGE OBJECT"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW, "MATERIALIZED VIEW"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_OPCLASS, "OPERATOR CLASS"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_OPERATOR, "OPERATOR"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_OPFAMILY, "OPERATOR FAMILY"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_POLICY, "POLICY"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_PROCEDURE, "PROCEDURE"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_PUBLICATION, "PUBLICATION"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_ROLE, "ROLE"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_ROUTINE, "ROUTINE"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_RULE, "RULE"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA, "SCHEMA"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE, "SEQUENCE"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_STATISTIC_EXT, "STATISTICS"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_SUBSCRIPTION, "SUBSCRIPTION"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_TABLESPACE, "TABLESPACE"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_TRANSFORM, "TRANSFORM"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER, "TRIGGER"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_TSCONFIGURATION, "TEXT SEARCH CONFIGURATION"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_TSDICTIONARY, "TEXT SEARCH DICTIONARY"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_TSPARSER, "TEXT SEARCH PARSER"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_TSTEMPLATE, "TEXT SEARCH TEMPLATE"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE, "TYPE"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_TYPE, "TYPE"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_USER_MAPPING, "USER MAPPING"},
    {PG_QUERY__OBJECT_TYPE__OBJECT_VIEW, "VIEW"},
};

const char* WordsOf(PgQuery__ObjectType type) {
  for (const Words& row : kWords) {
    if (row.type == type) return row.words;
  }
  return "TABLE";  // OBJECT_TABLE, OBJECT_COLUMN, OBJECT_TABCONSTRAINT, …
}

struct Row {
  PgQuery__Node__NodeCase node;
  Kind kind;
  const char* tag;
};

// Statements whose tag follows from the node alone.
constexpr Row kRows[] = {
    {PG_QUERY__NODE__NODE_INSERT_STMT, Kind::kDml, "INSERT"},
    {PG_QUERY__NODE__NODE_DELETE_STMT, Kind::kDml, "DELETE"},
    {PG_QUERY__NODE__NODE_UPDATE_STMT, Kind::kDml, "UPDATE"},
    {PG_QUERY__NODE__NODE_MERGE_STMT, Kind::kDml, "MERGE"},
    {PG_QUERY__NODE__NODE_TRUNCATE_STMT, Kind::kDml, "TRUNCATE TABLE"},
    {PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT, Kind::kDdl, "ALTER DOMAIN"},
    {PG_QUERY__NODE__NODE_ALTER_DEFAULT_PRIVILEGES_STMT, Kind::kDdl, "ALTER DEFAULT PRIVILEGES"},
    {PG_QUERY__NODE__NODE_CREATE_STMT, Kind::kDdl, "CREATE TABLE"},
    {PG_QUERY__NODE__NODE_COMMENT_STMT, Kind::kDdl, "COMMENT"},
    {PG_QUERY__NODE__NODE_INDEX_STMT, Kind::kDdl, "CREATE INDEX"},
    {PG_QUERY__NODE__NODE_RULE_STMT, Kind::kDdl, "CREATE RULE"},
    {PG_QUERY__NODE__NODE_VIEW_STMT, Kind::kDdl, "CREATE VIEW"},
    {PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT, Kind::kDdl, "CREATE DOMAIN"},
    {PG_QUERY__NODE__NODE_CREATEDB_STMT, Kind::kDdl, "CREATE DATABASE"},
    {PG_QUERY__NODE__NODE_DROPDB_STMT, Kind::kDdl, "DROP DATABASE"},
    {PG_QUERY__NODE__NODE_CREATE_SEQ_STMT, Kind::kDdl, "CREATE SEQUENCE"},
    {PG_QUERY__NODE__NODE_ALTER_SEQ_STMT, Kind::kDdl, "ALTER SEQUENCE"},
    {PG_QUERY__NODE__NODE_CREATE_TRIG_STMT, Kind::kDdl, "CREATE TRIGGER"},
    {PG_QUERY__NODE__NODE_CREATE_PLANG_STMT, Kind::kDdl, "CREATE LANGUAGE"},
    {PG_QUERY__NODE__NODE_CREATE_ROLE_STMT, Kind::kDdl, "CREATE ROLE"},
    {PG_QUERY__NODE__NODE_ALTER_ROLE_STMT, Kind::kDdl, "ALTER ROLE"},
    {PG_QUERY__NODE__NODE_ALTER_ROLE_SET_STMT, Kind::kDdl, "ALTER ROLE"},
    {PG_QUERY__NODE__NODE_DROP_ROLE_STMT, Kind::kDdl, "DROP ROLE"},
    {PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT, Kind::kDdl, "CREATE SCHEMA"},
    {PG_QUERY__NODE__NODE_ALTER_DATABASE_STMT, Kind::kDdl, "ALTER DATABASE"},
    {PG_QUERY__NODE__NODE_ALTER_DATABASE_REFRESH_COLL_STMT, Kind::kDdl, "ALTER DATABASE"},
    {PG_QUERY__NODE__NODE_ALTER_DATABASE_SET_STMT, Kind::kDdl, "ALTER DATABASE"},
    {PG_QUERY__NODE__NODE_CREATE_CONVERSION_STMT, Kind::kDdl, "CREATE CONVERSION"},
    {PG_QUERY__NODE__NODE_CREATE_CAST_STMT, Kind::kDdl, "CREATE CAST"},
    {PG_QUERY__NODE__NODE_CREATE_OP_CLASS_STMT, Kind::kDdl, "CREATE OPERATOR CLASS"},
    {PG_QUERY__NODE__NODE_CREATE_OP_FAMILY_STMT, Kind::kDdl, "CREATE OPERATOR FAMILY"},
    {PG_QUERY__NODE__NODE_ALTER_OP_FAMILY_STMT, Kind::kDdl, "ALTER OPERATOR FAMILY"},
    {PG_QUERY__NODE__NODE_CREATE_TABLE_SPACE_STMT, Kind::kDdl, "CREATE TABLESPACE"},
    {PG_QUERY__NODE__NODE_DROP_TABLE_SPACE_STMT, Kind::kDdl, "DROP TABLESPACE"},
    {PG_QUERY__NODE__NODE_ALTER_OPERATOR_STMT, Kind::kDdl, "ALTER OPERATOR"},
    {PG_QUERY__NODE__NODE_ALTER_TYPE_STMT, Kind::kDdl, "ALTER TYPE"},
    {PG_QUERY__NODE__NODE_DROP_OWNED_STMT, Kind::kDdl, "DROP OWNED"},
    {PG_QUERY__NODE__NODE_REASSIGN_OWNED_STMT, Kind::kDdl, "REASSIGN OWNED"},
    {PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT, Kind::kDdl, "CREATE TYPE"},
    {PG_QUERY__NODE__NODE_CREATE_ENUM_STMT, Kind::kDdl, "CREATE TYPE"},
    {PG_QUERY__NODE__NODE_CREATE_RANGE_STMT, Kind::kDdl, "CREATE TYPE"},
    {PG_QUERY__NODE__NODE_ALTER_ENUM_STMT, Kind::kDdl, "ALTER TYPE"},
    {PG_QUERY__NODE__NODE_ALTER_TSDICTIONARY_STMT, Kind::kDdl, "ALTER TEXT SEARCH DICTIONARY"},
    {PG_QUERY__NODE__NODE_ALTER_TSCONFIGURATION_STMT, Kind::kDdl, "ALTER TEXT SEARCH CONFIGURATION"},
    {PG_QUERY__NODE__NODE_CREATE_FDW_STMT, Kind::kDdl, "CREATE FOREIGN DATA WRAPPER"},
    {PG_QUERY__NODE__NODE_ALTER_FDW_STMT, Kind::kDdl, "ALTER FOREIGN DATA WRAPPER"},
    {PG_QUERY__NODE__NODE_CREATE_FOREIGN_SERVER_STMT, Kind::kDdl, "CREATE SERVER"},
    {PG_QUERY__NODE__NODE_ALTER_FOREIGN_SERVER_STMT, Kind::kDdl, "ALTER SERVER"},
    {PG_QUERY__NODE__NODE_CREATE_USER_MAPPING_STMT, Kind::kDdl, "CREATE USER MAPPING"},
    {PG_QUERY__NODE__NODE_ALTER_USER_MAPPING_STMT, Kind::kDdl, "ALTER USER MAPPING"},
    {PG_QUERY__NODE__NODE_DROP_USER_MAPPING_STMT, Kind::kDdl, "DROP USER MAPPING"},
    {PG_QUERY__NODE__NODE_ALTER_TABLE_SPACE_OPTIONS_STMT, Kind::kDdl, "ALTER TABLESPACE"},
    {PG_QUERY__NODE__NODE_SEC_LABEL_STMT, Kind::kDdl, "SECURITY LABEL"},
    {PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT, Kind::kDdl, "CREATE FOREIGN TABLE"},
    {PG_QUERY__NODE__NODE_IMPORT_FOREIGN_SCHEMA_STMT, Kind::kDdl, "IMPORT FOREIGN SCHEMA"},
    {PG_QUERY__NODE__NODE_CREATE_EXTENSION_STMT, Kind::kDdl, "CREATE EXTENSION"},
    {PG_QUERY__NODE__NODE_ALTER_EXTENSION_STMT, Kind::kDdl, "ALTER EXTENSION"},
    {PG_QUERY__NODE__NODE_ALTER_EXTENSION_CONTENTS_STMT, Kind::kDdl, "ALTER EXTENSION"},
    {PG_QUERY__NODE__NODE_CREATE_EVENT_TRIG_STMT, Kind::kDdl, "CREATE EVENT TRIGGER"},
    {PG_QUERY__NODE__NODE_ALTER_EVENT_TRIG_STMT, Kind::kDdl, "ALTER EVENT TRIGGER"},
    {PG_QUERY__NODE__NODE_CREATE_POLICY_STMT, Kind::kDdl, "CREATE POLICY"},
    {PG_QUERY__NODE__NODE_ALTER_POLICY_STMT, Kind::kDdl, "ALTER POLICY"},
    {PG_QUERY__NODE__NODE_CREATE_TRANSFORM_STMT, Kind::kDdl, "CREATE TRANSFORM"},
    {PG_QUERY__NODE__NODE_CREATE_AM_STMT, Kind::kDdl, "CREATE ACCESS METHOD"},
    {PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT, Kind::kDdl, "CREATE PUBLICATION"},
    {PG_QUERY__NODE__NODE_ALTER_PUBLICATION_STMT, Kind::kDdl, "ALTER PUBLICATION"},
    {PG_QUERY__NODE__NODE_CREATE_SUBSCRIPTION_STMT, Kind::kDdl, "CREATE SUBSCRIPTION"},
    {PG_QUERY__NODE__NODE_ALTER_SUBSCRIPTION_STMT, Kind::kDdl, "ALTER SUBSCRIPTION"},
    {PG_QUERY__NODE__NODE_DROP_SUBSCRIPTION_STMT, Kind::kDdl, "DROP SUBSCRIPTION"},
    {PG_QUERY__NODE__NODE_CREATE_STATS_STMT, Kind::kDdl, "CREATE STATISTICS"},
    {PG_QUERY__NODE__NODE_ALTER_COLLATION_STMT, Kind::kDdl, "ALTER COLLATION"},
    {PG_QUERY__NODE__NODE_ALTER_STATS_STMT, Kind::kDdl, "ALTER STATISTICS"},
    {PG_QUERY__NODE__NODE_VARIABLE_SHOW_STMT, Kind::kSet, "SHOW"},
    {PG_QUERY__NODE__NODE_CONSTRAINTS_SET_STMT, Kind::kSet, "SET CONSTRAINTS"},
    {PG_QUERY__NODE__NODE_ALTER_SYSTEM_STMT, Kind::kSet, "ALTER SYSTEM"},
    {PG_QUERY__NODE__NODE_DISCARD_STMT, Kind::kSet, "DISCARD"},
    {PG_QUERY__NODE__NODE_CLUSTER_STMT, Kind::kUtility, "CLUSTER"},
    {PG_QUERY__NODE__NODE_REINDEX_STMT, Kind::kUtility, "REINDEX"},
    {PG_QUERY__NODE__NODE_CHECK_POINT_STMT, Kind::kUtility, "CHECKPOINT"},
    {PG_QUERY__NODE__NODE_LOCK_STMT, Kind::kUtility, "LOCK TABLE"},
    {PG_QUERY__NODE__NODE_DO_STMT, Kind::kUtility, "DO"},
    {PG_QUERY__NODE__NODE_CALL_STMT, Kind::kUtility, "CALL"},
    {PG_QUERY__NODE__NODE_NOTIFY_STMT, Kind::kUtility, "NOTIFY"},
    {PG_QUERY__NODE__NODE_LISTEN_STMT, Kind::kUtility, "LISTEN"},
    {PG_QUERY__NODE__NODE_UNLISTEN_STMT, Kind::kUtility, "UNLISTEN"},
    {PG_QUERY__NODE__NODE_LOAD_STMT, Kind::kUtility, "LOAD"},
    {PG_QUERY__NODE__NODE_EXPLAIN_STMT, Kind::kUtility, "EXPLAIN"},
    {PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT, Kind::kUtility, "REFRESH MATERIALIZED VIEW"},
    {PG_QUERY__NODE__NODE_PREPARE_STMT, Kind::kUtility, "PREPARE"},
    {PG_QUERY__NODE__NODE_EXECUTE_STMT, Kind::kUtility, "EXECUTE"},
    {PG_QUERY__NODE__NODE_DEALLOCATE_STMT, Kind::kUtility, "DEALLOCATE"},
    {PG_QUERY__NODE__NODE_DECLARE_CURSOR_STMT, Kind::kUtility, "DECLARE CURSOR"},
    {PG_QUERY__NODE__NODE_CLOSE_PORTAL_STMT, Kind::kUtility, "CLOSE CURSOR"},
};

const char* TransactionTag(PgQuery__TransactionStmtKind kind) {
  switch (kind) {
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_BEGIN:
      return "BEGIN";
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_START:
      return "START TRANSACTION";
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT:
      return "COMMIT";
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_SAVEPOINT:
      return "SAVEPOINT";
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_RELEASE:
      return "RELEASE";
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_PREPARE:
      return "PREPARE TRANSACTION";
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT_PREPARED:
      return "COMMIT PREPARED";
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK_PREPARED:
      return "ROLLBACK PREPARED";
    default:
      return "ROLLBACK";
  }
}

Classification ClassifySelect(const PgQuery__SelectStmt& select) {
  if (select.into_clause != nullptr) return {Kind::kDdl, "SELECT INTO"};
  bool writes = false;
  Walk(&select.base, [&writes](const ProtobufCMessage& m) {
    writes = writes || m.descriptor == &pg_query__insert_stmt__descriptor ||
             m.descriptor == &pg_query__update_stmt__descriptor ||
             m.descriptor == &pg_query__delete_stmt__descriptor;
    return !writes;
  });
  return {writes ? Kind::kDml : Kind::kQuery, "SELECT"};
}

Classification ClassifySet(const PgQuery__VariableSetStmt& set) {
  const bool reset = set.kind == PG_QUERY__VARIABLE_SET_KIND__VAR_RESET ||
                     set.kind == PG_QUERY__VARIABLE_SET_KIND__VAR_RESET_ALL;
  return {Kind::kSet, reset ? "RESET" : "SET"};
}

Classification Alter(PgQuery__ObjectType type) { return {Kind::kDdl, absl::StrCat("ALTER ", WordsOf(type))}; }

Classification ClassifyCreateTableAs(const PgQuery__CreateTableAsStmt& create) {
  const bool view = create.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW;
  return {Kind::kDdl, view ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS"};
}

// ALTER … RENAME of a column, attribute or constraint alters the relation or type that holds it.
PgQuery__ObjectType Renamed(const PgQuery__RenameStmt& rename) {
  const bool part = rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN ||
                    rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE;
  return part ? rename.relation_type : rename.rename_type;
}

Classification ClassifyByFields(const Node& s) {
  switch (s.node_case) {
    case PG_QUERY__NODE__NODE_SELECT_STMT:
      return ClassifySelect(*s.select_stmt);
    case PG_QUERY__NODE__NODE_TRANSACTION_STMT:
      return {Kind::kTransaction, TransactionTag(s.transaction_stmt->kind)};
    case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT:
      return ClassifySet(*s.variable_set_stmt);
    case PG_QUERY__NODE__NODE_COPY_STMT:
      return {s.copy_stmt->is_from ? Kind::kDml : Kind::kUtility, "COPY"};
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
      return ClassifyCreateTableAs(*s.create_table_as_stmt);
    case PG_QUERY__NODE__NODE_DROP_STMT:
      return {Kind::kDdl, absl::StrCat("DROP ", WordsOf(s.drop_stmt->remove_type))};
    case PG_QUERY__NODE__NODE_DEFINE_STMT:
      return {Kind::kDdl, absl::StrCat("CREATE ", WordsOf(s.define_stmt->kind))};
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
      return Alter(s.alter_table_stmt->objtype);
    case PG_QUERY__NODE__NODE_ALTER_TABLE_MOVE_ALL_STMT:
      return Alter(s.alter_table_move_all_stmt->objtype);
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_DEPENDS_STMT:
      return Alter(s.alter_object_depends_stmt->object_type);
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT:
      return Alter(s.alter_object_schema_stmt->object_type);
    case PG_QUERY__NODE__NODE_ALTER_OWNER_STMT:
      return Alter(s.alter_owner_stmt->object_type);
    case PG_QUERY__NODE__NODE_ALTER_FUNCTION_STMT:
      return Alter(s.alter_function_stmt->objtype);
    case PG_QUERY__NODE__NODE_RENAME_STMT:
      return Alter(Renamed(*s.rename_stmt));
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
      return {Kind::kDdl, s.create_function_stmt->is_procedure ? "CREATE PROCEDURE" : "CREATE FUNCTION"};
    case PG_QUERY__NODE__NODE_GRANT_STMT:
      return {Kind::kDdl, s.grant_stmt->is_grant ? "GRANT" : "REVOKE"};
    case PG_QUERY__NODE__NODE_GRANT_ROLE_STMT:
      return {Kind::kDdl, s.grant_role_stmt->is_grant ? "GRANT ROLE" : "REVOKE ROLE"};
    case PG_QUERY__NODE__NODE_VACUUM_STMT:
      return {Kind::kUtility, s.vacuum_stmt->is_vacuumcmd ? "VACUUM" : "ANALYZE"};
    case PG_QUERY__NODE__NODE_FETCH_STMT:
      return {Kind::kUtility, s.fetch_stmt->ismove ? "MOVE" : "FETCH"};
    default:
      return {};
  }
}

}  // namespace

Classification Classify(const Node& statement) {
  Classification what = ClassifyByFields(statement);
  for (const Row& row : kRows) {
    if (row.node == statement.node_case) what = {row.kind, row.tag};
  }
  if (IsConcurrent(statement)) absl::StrAppend(&what.tag, " CONCURRENTLY");
  return what;
}

}  // namespace ferry::sql
