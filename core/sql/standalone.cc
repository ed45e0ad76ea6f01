#include "core/sql/standalone.h"

#include <cstdlib>

#include "core/sql/build.h"
#include "core/sql/tree.h"

namespace ferry::sql {
namespace {

using Kind = Standalone::Kind;

TableName NameOfRelation(const PgQuery__RangeVar* relation) {
  return relation == nullptr ? TableName{} : TableName{relation->schemaname, relation->relname};
}

Standalone OfIndex(const PgQuery__IndexStmt& create) {
  Standalone out;
  if (!create.concurrent) return out;
  out.kind = Kind::kCreateIndex;
  out.tolerant = create.if_not_exists != 0;
  out.index.name = create.idxname;
  out.table = NameOfRelation(create.relation);
  return out;
}

Standalone OfDrop(const PgQuery__DropStmt& drop) {
  Standalone out;
  if (!drop.concurrent || drop.n_objects != 1) return out;
  const Node* object = drop.objects[0];
  if (object->node_case != PG_QUERY__NODE__NODE_LIST) return out;
  const Nodes names(object->list->items, object->list->n_items);
  out.kind = Kind::kDropIndex;
  out.tolerant = drop.missing_ok != 0;
  out.index.name = std::string(LastName(names));
  if (names.size() > 1) out.index.schema = std::string(StringOf(names[names.size() - 2]));
  return out;
}

Standalone OfReindex(const PgQuery__ReindexStmt& reindex) {
  Standalone out;
  out.kind = Kind::kReindex;
  out.concurrent = OptionIsOn(Nodes(reindex.params, reindex.n_params), "concurrently", false);
  switch (reindex.kind) {
    case PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_INDEX:
      out.index = NameOfRelation(reindex.relation);
      break;
    case PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_TABLE:
      out.table = NameOfRelation(reindex.relation);
      break;
    case PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_SCHEMA:
      out.name = reindex.name;
      break;
    default:
      break;
  }
  return out;
}

Standalone OfAlterTable(const PgQuery__AlterTableStmt& alter) {
  Standalone out;
  for (const Node* command : Nodes(alter.cmds, alter.n_cmds)) {
    const Node* def = command->alter_table_cmd->def;
    if (def == nullptr || def->node_case != PG_QUERY__NODE__NODE_PARTITION_CMD) continue;
    if (!def->partition_cmd->concurrent) continue;
    out.kind = Kind::kDetachPartition;
    out.table = NameOfRelation(alter.relation);
    out.partition = NameOfRelation(def->partition_cmd->name);
  }
  return out;
}

Standalone OfStatement(const Node& node) {
  Standalone out;
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_INDEX_STMT:
      return OfIndex(*node.index_stmt);
    case PG_QUERY__NODE__NODE_DROP_STMT:
      return OfDrop(*node.drop_stmt);
    case PG_QUERY__NODE__NODE_REINDEX_STMT:
      return OfReindex(*node.reindex_stmt);
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
      return OfAlterTable(*node.alter_table_stmt);
    case PG_QUERY__NODE__NODE_VACUUM_STMT:
      if (node.vacuum_stmt->is_vacuumcmd) out.kind = Kind::kVacuum;
      return out;
    case PG_QUERY__NODE__NODE_CREATE_SUBSCRIPTION_STMT:
      out.kind = Kind::kCreateSubscription;
      out.name = node.create_subscription_stmt->subname;
      return out;
    case PG_QUERY__NODE__NODE_DROP_SUBSCRIPTION_STMT:
      out.kind = Kind::kDropSubscription;
      out.name = node.drop_subscription_stmt->subname;
      out.tolerant = node.drop_subscription_stmt->missing_ok != 0;
      return out;
    default:
      return out;
  }
}

void Replace(char*& place, absl::string_view text) {
  if (place != protobuf_c_empty_string) std::free(place);  // as protobuf-c allocates
  place = NewText(text);
}

}  // namespace

Standalone ReadStandalone(absl::string_view statement) {
  Standalone out;
  WithOnlyStatement(statement, [&](Node& node, PgQuery__ParseResult&) { out = OfStatement(node); });
  return out;
}

std::optional<std::string> IndexOnTemporaryTable(absl::string_view statement, absl::string_view table,
                                                 absl::string_view index) {
  std::string out;
  WithOnlyStatement(statement, [&](Node& node, PgQuery__ParseResult& tree) {
    if (node.node_case != PG_QUERY__NODE__NODE_INDEX_STMT) return;
    PgQuery__IndexStmt& create = *node.index_stmt;
    create.concurrent = 0;
    create.if_not_exists = 0;
    Replace(create.idxname, index);
    Replace(create.table_space, "");
    Replace(create.relation->schemaname, "pg_temp");
    Replace(create.relation->relname, table);
    create.relation->inh = 1;
    out = Deparse(tree);
  });
  if (out.empty()) return std::nullopt;
  return out;
}

std::optional<std::string> AddedEnumLabel(absl::string_view statement) {
  std::optional<std::string> label;
  WithOnlyStatement(statement, [&](Node& node, PgQuery__ParseResult&) {
    if (node.node_case != PG_QUERY__NODE__NODE_ALTER_ENUM_STMT) return;
    const PgQuery__AlterEnumStmt& alter = *node.alter_enum_stmt;
    const bool renames = alter.old_val != nullptr && *alter.old_val != '\0';
    if (!renames) label = alter.new_val;
  });
  return label;
}

}  // namespace ferry::sql
