#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"
#include "core/sql/classify.h"

namespace ferry::sql {
namespace {

class Collector {
 public:
  void Add(const PgQuery__RangeVar* table) {
    if (table == nullptr || absl::string_view(table->relpersistence) == "t") return;
    AddName({table->schemaname, table->relname});
  }
  void AddName(TableName name) {
    if (std::find(tables_.begin(), tables_.end(), name) == tables_.end()) tables_.push_back(std::move(name));
  }
  std::vector<TableName> Take() { return std::move(tables_); }

 private:
  std::vector<TableName> tables_;
};

bool IsTable(PgQuery__ObjectType type) {
  return type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE || type == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW ||
         type == PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE;
}

void AddRenamed(const PgQuery__RenameStmt& rename, Collector& to) {
  if (rename.relation == nullptr) return;
  if (IsTable(rename.rename_type)) {
    to.AddName({rename.relation->schemaname, rename.newname});
  } else if (IsTable(rename.relation_type) ||
             rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT) {
    to.Add(rename.relation);
  }
}

// Targets anywhere below, so that writing CTEs count.
void AddWrites(const ProtobufCMessage& root, Collector& to) {
  Walk(&root, [&to](const ProtobufCMessage& m) {
    if (const auto* insert = As<PgQuery__InsertStmt>(m, pg_query__insert_stmt__descriptor)) {
      to.Add(insert->relation);
    } else if (const auto* update = As<PgQuery__UpdateStmt>(m, pg_query__update_stmt__descriptor)) {
      to.Add(update->relation);
    } else if (const auto* remove = As<PgQuery__DeleteStmt>(m, pg_query__delete_stmt__descriptor)) {
      to.Add(remove->relation);
    } else if (const auto* merge = As<PgQuery__MergeStmt>(m, pg_query__merge_stmt__descriptor)) {
      to.Add(merge->relation);
    } else if (const auto* into = As<PgQuery__IntoClause>(m, pg_query__into_clause__descriptor)) {
      to.Add(into->rel);
    }
    return true;
  });
}

void AddAltered(const Node& s, Collector& to) {
  switch (s.node_case) {
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
      if (IsTable(s.alter_table_stmt->objtype)) to.Add(s.alter_table_stmt->relation);
      return;
    case PG_QUERY__NODE__NODE_RENAME_STMT:
      return AddRenamed(*s.rename_stmt, to);
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT: {
      const PgQuery__AlterObjectSchemaStmt& move = *s.alter_object_schema_stmt;
      if (IsTable(move.object_type)) to.AddName({move.newschema, move.relation->relname});
      return;
    }
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
      return to.Add(s.create_trig_stmt->relation);
    case PG_QUERY__NODE__NODE_RULE_STMT:
      return to.Add(s.rule_stmt->relation);
    case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT:
      return to.Add(s.create_policy_stmt->table);
    case PG_QUERY__NODE__NODE_ALTER_POLICY_STMT:
      return to.Add(s.alter_policy_stmt->table);
    default:
      return;
  }
}

void AddMaintained(const Node& s, Collector& to) {
  switch (s.node_case) {
    case PG_QUERY__NODE__NODE_TRUNCATE_STMT:
      for (const Node* table : Nodes(s.truncate_stmt->relations, s.truncate_stmt->n_relations)) {
        to.Add(table->range_var);
      }
      return;
    case PG_QUERY__NODE__NODE_VACUUM_STMT:
      for (const Node* table : Nodes(s.vacuum_stmt->rels, s.vacuum_stmt->n_rels)) {
        to.Add(table->vacuum_relation->relation);
      }
      return;
    case PG_QUERY__NODE__NODE_COPY_STMT:
      if (s.copy_stmt->is_from) to.Add(s.copy_stmt->relation);
      return;
    case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT:
      return to.Add(s.refresh_mat_view_stmt->relation);
    case PG_QUERY__NODE__NODE_CLUSTER_STMT:
      return to.Add(s.cluster_stmt->relation);
    case PG_QUERY__NODE__NODE_REINDEX_STMT:
      if (s.reindex_stmt->kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_TABLE) {
        to.Add(s.reindex_stmt->relation);
      }
      return;
    default:
      return;
  }
}

void AddAll(const Node& s, Collector& to);

// What CREATE SCHEMA makes without naming a schema is made in the new one.
void AddSchemaElements(const PgQuery__CreateSchemaStmt& create, Collector& to) {
  for (const Node* element : Nodes(create.schema_elts, create.n_schema_elts)) {
    Collector inner;
    AddAll(*element, inner);
    for (TableName& table : inner.Take()) {
      if (table.schema.empty()) table.schema = create.schemaname;
      to.AddName(std::move(table));
    }
  }
}

void AddAll(const Node& s, Collector& to) {
  switch (s.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
      return to.Add(s.create_stmt->relation);
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT:
      return to.Add(s.create_foreign_table_stmt->base_stmt->relation);
    case PG_QUERY__NODE__NODE_INDEX_STMT:
      return to.Add(s.index_stmt->relation);
    case PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT:
      return AddSchemaElements(*s.create_schema_stmt, to);
    case PG_QUERY__NODE__NODE_SELECT_STMT:
    case PG_QUERY__NODE__NODE_INSERT_STMT:
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
    case PG_QUERY__NODE__NODE_DELETE_STMT:
    case PG_QUERY__NODE__NODE_MERGE_STMT:
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
      return AddWrites(s.base, to);
    default:
      AddAltered(s, to);
      AddMaintained(s, to);
  }
}

}  // namespace

std::vector<TableName> TargetTables(const Node& statement) {
  Collector tables;
  AddAll(statement, tables);
  return tables.Take();
}

}  // namespace ferry::sql
