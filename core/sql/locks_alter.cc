// The locks of ALTER TABLE, after AlterTableGetLockLevel of PostgreSQL 15. Where versions differ, the
// stronger mode.
#include "core/sql/lock_list.h"

namespace ferry::sql {
namespace {

using Mode = LockMode;

Mode ModeOfConstraint(const PgQuery__AlterTableCmd& command) {
  const Node* const def = command.def;
  const bool foreign = def != nullptr && def->node_case == PG_QUERY__NODE__NODE_CONSTRAINT &&
                       def->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN;
  return foreign ? Mode::kShareRowExclusive : Mode::kAccessExclusive;
}

Mode ModeOfRelOptions(const PgQuery__AlterTableCmd& command) {
  if (command.def == nullptr || command.def->node_case != PG_QUERY__NODE__NODE_LIST)
    return Mode::kAccessExclusive;
  for (const Node* option : Nodes(command.def->list->items, command.def->list->n_items)) {
    const absl::string_view name = option->def_elem->defname;
    const bool weak = name == "fillfactor" || name == "parallel_workers" || name == "toast_tuple_target" ||
                      name == "vacuum_index_cleanup" || name == "vacuum_truncate" ||
                      name == "log_autovacuum_min_duration" || name.substr(0, 11) == "autovacuum_";
    if (!weak) return Mode::kAccessExclusive;
  }
  return Mode::kShareUpdateExclusive;
}

Mode ModeOf(const PgQuery__AlterTableCmd& command) {
  switch (command.subtype) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetStatistics:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetOptions:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ResetOptions:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ClusterOn:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropCluster:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartitionFinalize:
      return Mode::kShareUpdateExclusive;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableAlwaysTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableReplicaTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigAll:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigUser:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigAll:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigUser:
      return Mode::kShareRowExclusive;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
      return ModeOfConstraint(command);
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetRelOptions:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ResetRelOptions:
      return ModeOfRelOptions(command);
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition:
      return command.def->partition_cmd->concurrent != 0 ? Mode::kShareUpdateExclusive
                                                         : Mode::kAccessExclusive;
    default:
      return Mode::kAccessExclusive;
  }
}

void AddPartition(const PgQuery__AlterTableCmd& command, RelationLock& parent, LockList& to) {
  const PgQuery__PartitionCmd& partition = *command.def->partition_cmd;
  const bool attach = command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition;
  parent.children = false;
  parent.default_partition = true;
  // Last: it may move `parent`.
  to.Add(partition.name,
         attach || partition.concurrent == 0 ? Mode::kAccessExclusive : Mode::kShareUpdateExclusive);
}

}  // namespace

void AddReferenced(const ProtobufCMessage& root, LockList& to) {
  Walk(&root, [&to](const ProtobufCMessage& m) {
    if (const auto* constraint = As<PgQuery__Constraint>(m, pg_query__constraint__descriptor)) {
      to.Add(constraint->pktable, Mode::kShareRowExclusive);
    }
    return true;
  });
}

void AddAlterTable(const PgQuery__AlterTableStmt& alter, LockList& to) {
  if (alter.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TYPE) return;
  for (const Node* node : Nodes(alter.cmds, alter.n_cmds)) {
    const PgQuery__AlterTableCmd& command = *node->alter_table_cmd;
    RelationLock& lock = to.Add(*alter.relation, ModeOf(command));
    switch (command.subtype) {
      case PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint:
        lock.foreign_key = lock.foreign_key.empty() ? command.name : "*";
        break;
      case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition:
      case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition:
        AddPartition(command, lock, to);
        break;
      case PG_QUERY__ALTER_TABLE_TYPE__AT_AddInherit:
        to.Add(command.def->range_var, Mode::kShareUpdateExclusive);
        break;
      default:
        AddReferenced(node->base, to);
    }
  }
}

}  // namespace ferry::sql
