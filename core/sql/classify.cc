#include "core/sql/classify.h"

namespace ferry::sql {
namespace {

bool DetachesConcurrently(const PgQuery__AlterTableStmt& alter) {
  for (const Node* command : Nodes(alter.cmds, alter.n_cmds)) {
    const Node* def = command->alter_table_cmd->def;
    if (def != nullptr && def->node_case == PG_QUERY__NODE__NODE_PARTITION_CMD &&
        def->partition_cmd->concurrent) {
      return true;
    }
  }
  return false;
}

bool IsWholeReindex(const PgQuery__ReindexStmt& reindex) {
  return reindex.kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_SCHEMA ||
         reindex.kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_SYSTEM ||
         reindex.kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_DATABASE;
}

// CreateSubscription: only when it makes a replication slot on the publisher.
bool MakesSlot(const PgQuery__CreateSubscriptionStmt& create) {
  const Nodes options(create.options, create.n_options);
  return OptionIsOn(options, "create_slot", true) && OptionIsOn(options, "connect", true);
}

// AlterSubscription: whatever refreshes the list of tables.
bool RefreshesTables(const PgQuery__AlterSubscriptionStmt& alter) {
  switch (alter.kind) {
    case PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_REFRESH:
      return true;
    case PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_SET_PUBLICATION:
    case PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_ADD_PUBLICATION:
    case PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_DROP_PUBLICATION:
      return OptionIsOn(Nodes(alter.options, alter.n_options), "refresh", true);
    default:
      return false;
  }
}

}  // namespace

bool IsConcurrent(const Node& statement) {
  switch (statement.node_case) {
    case PG_QUERY__NODE__NODE_INDEX_STMT:
      return statement.index_stmt->concurrent != 0;
    case PG_QUERY__NODE__NODE_DROP_STMT:
      return statement.drop_stmt->concurrent != 0;
    case PG_QUERY__NODE__NODE_REINDEX_STMT:
      return OptionIsOn(Nodes(statement.reindex_stmt->params, statement.reindex_stmt->n_params),
                        "concurrently", false);
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
      return DetachesConcurrently(*statement.alter_table_stmt);
    default:
      return false;  // REFRESH MATERIALIZED VIEW CONCURRENTLY may run in a transaction block
  }
}

bool IsTransactional(const Node& statement) {
  if (IsConcurrent(statement)) return false;
  switch (statement.node_case) {
    case PG_QUERY__NODE__NODE_CREATEDB_STMT:
    case PG_QUERY__NODE__NODE_DROPDB_STMT:
    case PG_QUERY__NODE__NODE_CREATE_TABLE_SPACE_STMT:
    case PG_QUERY__NODE__NODE_DROP_TABLE_SPACE_STMT:
    case PG_QUERY__NODE__NODE_ALTER_SYSTEM_STMT:
    case PG_QUERY__NODE__NODE_DROP_SUBSCRIPTION_STMT:
      return false;
    case PG_QUERY__NODE__NODE_VACUUM_STMT:
      return !statement.vacuum_stmt->is_vacuumcmd;
    case PG_QUERY__NODE__NODE_CLUSTER_STMT:
      return statement.cluster_stmt->relation != nullptr;
    case PG_QUERY__NODE__NODE_REINDEX_STMT:
      return !IsWholeReindex(*statement.reindex_stmt);
    case PG_QUERY__NODE__NODE_ALTER_DATABASE_STMT:
      return FindOption(
                 Nodes(statement.alter_database_stmt->options, statement.alter_database_stmt->n_options),
                 "tablespace") == nullptr;
    case PG_QUERY__NODE__NODE_CREATE_SUBSCRIPTION_STMT:
      return !MakesSlot(*statement.create_subscription_stmt);
    case PG_QUERY__NODE__NODE_ALTER_SUBSCRIPTION_STMT:
      return !RefreshesTables(*statement.alter_subscription_stmt);
    default:
      return true;
  }
}

}  // namespace ferry::sql
