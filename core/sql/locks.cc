// After the heads of the commands in src/backend/commands of PostgreSQL 15. Where versions differ, the
// stronger mode.
#include "core/sql/locks.h"

#include <algorithm>
#include <utility>

#include "core/sql/big_stack.h"
#include "core/sql/lock_list.h"
#include "core/sql/tree.h"

namespace ferry::sql {
namespace {

using Mode = LockMode;

// Bytes of a text whose tree is too shallow to need a stack of its own: a thread costs more than the parsing.
constexpr size_t kShallow = 1000;

TableName NameOfList(Nodes parts) {
  TableName name;
  if (parts.size() > 1) name.schema = std::string(StringOf(parts[parts.size() - 2]));
  if (!parts.empty()) name.name = std::string(StringOf(parts.back()));
  return name;
}

// {schema, relation} of a node that holds a list, without its last `drop` names.
TableName RelationOf(const Node* object, size_t drop = 0) {
  if (object == nullptr || object->node_case != PG_QUERY__NODE__NODE_LIST) return {};
  const Nodes parts(object->list->items, object->list->n_items);
  return parts.size() <= drop ? TableName() : NameOfList(parts.first(parts.size() - drop));
}

void AddRename(const PgQuery__RenameStmt& rename, LockList& to) {
  if (rename.relation == nullptr) return;
  const bool index = rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX;
  to.Add(rename.relation, index ? Mode::kShareUpdateExclusive : Mode::kAccessExclusive);
}

void AddDrop(const PgQuery__DropStmt& drop, LockList& to) {
  for (const Node* object : Nodes(drop.objects, drop.n_objects)) {
    switch (drop.remove_type) {
      case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
      case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE: {
        RelationLock& lock = to.Add(RelationOf(object), Mode::kAccessExclusive);
        lock.children = lock.parent = true;
        lock.foreign_key = "*";
        break;
      }
      case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
      case PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
      case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
        to.Add(RelationOf(object), Mode::kAccessExclusive);
        break;
      case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX: {
        const Mode mode = drop.concurrent != 0 ? Mode::kShareUpdateExclusive : Mode::kAccessExclusive;
        to.Add(RelationOf(object), mode).of_table = mode;
        break;
      }
      case PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER:
      case PG_QUERY__OBJECT_TYPE__OBJECT_POLICY:
      case PG_QUERY__OBJECT_TYPE__OBJECT_RULE:
        to.Add(RelationOf(object, 1), Mode::kAccessExclusive);
        break;
      default:
        break;
    }
  }
}

void AddComment(const PgQuery__CommentStmt& comment, LockList& to) {
  switch (comment.objtype) {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
    case PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
    case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
      to.Add(RelationOf(comment.object), Mode::kShareUpdateExclusive);
      return;
    case PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
      to.Add(RelationOf(comment.object, 1), Mode::kShareUpdateExclusive);
      return;
    default:
      return;
  }
}

void AddReindex(const PgQuery__ReindexStmt& reindex, LockList& to) {
  if (reindex.relation == nullptr) return;
  const Nodes options(reindex.params, reindex.n_params);
  const bool concurrent = OptionIsOn(options, "concurrently", false);
  const Mode of_table = concurrent ? Mode::kShareUpdateExclusive : Mode::kShare;
  const Mode of_index = concurrent ? Mode::kShareUpdateExclusive : Mode::kAccessExclusive;
  if (reindex.kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_INDEX) {
    to.Add(*reindex.relation, of_index).of_table = of_table;
  } else {
    to.Add(*reindex.relation, of_table).of_indexes = of_index;
  }
}

void AddCreateTable(const Node& s, const PgQuery__CreateStmt& create, LockList& to) {
  const bool partition = create.partbound != nullptr;
  for (const Node* parent : Nodes(create.inh_relations, create.n_inh_relations)) {
    RelationLock& lock =
        to.Add(*parent->range_var, partition ? Mode::kAccessExclusive : Mode::kShareUpdateExclusive);
    lock.children = false;
    lock.default_partition = partition;
  }
  AddReferenced(s.base, to);
  to.New(create.relation);
}

void AddVacuum(const PgQuery__VacuumStmt& vacuum, LockList& to) {
  const bool full = OptionIsOn(Nodes(vacuum.options, vacuum.n_options), "full", false);
  for (const Node* node : Nodes(vacuum.rels, vacuum.n_rels)) {
    to.Add(node->vacuum_relation->relation, full ? Mode::kAccessExclusive : Mode::kShareUpdateExclusive);
  }
}

// What only touches a table in passing: definitions that hang on it.
void AddDefinitions(const Node& s, LockList& to) {
  switch (s.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
      to.Add(s.create_trig_stmt->relation, Mode::kShareRowExclusive);
      return to.Add(s.create_trig_stmt->constrrel, Mode::kAccessShare);
    case PG_QUERY__NODE__NODE_RULE_STMT:
      return to.Add(s.rule_stmt->relation, Mode::kAccessExclusive);
    case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT:
      return to.Add(s.create_policy_stmt->table, Mode::kAccessExclusive);
    case PG_QUERY__NODE__NODE_ALTER_POLICY_STMT:
      return to.Add(s.alter_policy_stmt->table, Mode::kAccessExclusive);
    case PG_QUERY__NODE__NODE_CREATE_STATS_STMT:
      for (const Node* table : Nodes(s.create_stats_stmt->relations, s.create_stats_stmt->n_relations)) {
        to.Add(table->range_var, Mode::kShareUpdateExclusive);
      }
      return;
    case PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT:
    case PG_QUERY__NODE__NODE_ALTER_PUBLICATION_STMT:
      Walk(&s.base, [&to](const ProtobufCMessage& m) {
        if (const auto* table = As<PgQuery__PublicationTable>(m, pg_query__publication_table__descriptor)) {
          to.Add(table->relation, Mode::kShareUpdateExclusive);
        }
        return true;
      });
      return;
    case PG_QUERY__NODE__NODE_COMMENT_STMT:
      return AddComment(*s.comment_stmt, to);
    default:
      return;
  }
}

void AddMaintenance(const Node& s, LockList& to) {
  switch (s.node_case) {
    case PG_QUERY__NODE__NODE_TRUNCATE_STMT:
      for (const Node* table : Nodes(s.truncate_stmt->relations, s.truncate_stmt->n_relations)) {
        to.Add(table->range_var, Mode::kAccessExclusive);
      }
      return;
    case PG_QUERY__NODE__NODE_LOCK_STMT:
      for (const Node* table : Nodes(s.lock_stmt->relations, s.lock_stmt->n_relations)) {
        to.Add(table->range_var, static_cast<Mode>(std::clamp(s.lock_stmt->mode, 1, 8)));
      }
      return;
    case PG_QUERY__NODE__NODE_VACUUM_STMT:
      return AddVacuum(*s.vacuum_stmt, to);
    case PG_QUERY__NODE__NODE_CLUSTER_STMT:
      return to.Add(s.cluster_stmt->relation, Mode::kAccessExclusive);
    case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT:
      return to.Add(s.refresh_mat_view_stmt->relation,
                    s.refresh_mat_view_stmt->concurrent != 0 ? Mode::kExclusive : Mode::kAccessExclusive);
    case PG_QUERY__NODE__NODE_REINDEX_STMT:
      return AddReindex(*s.reindex_stmt, to);
    default:
      return;
  }
}

void AddObjects(const Node& s, LockList& to) {
  switch (s.node_case) {
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
      return AddAlterTable(*s.alter_table_stmt, to);
    case PG_QUERY__NODE__NODE_RENAME_STMT:
      return AddRename(*s.rename_stmt, to);
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT:
      return to.Add(s.alter_object_schema_stmt->relation, Mode::kAccessExclusive);
    case PG_QUERY__NODE__NODE_ALTER_OWNER_STMT:
      return to.Add(s.alter_owner_stmt->relation, Mode::kAccessExclusive);
    case PG_QUERY__NODE__NODE_ALTER_SEQ_STMT:
      return to.Add(s.alter_seq_stmt->sequence, Mode::kShareRowExclusive);
    case PG_QUERY__NODE__NODE_DROP_STMT:
      return AddDrop(*s.drop_stmt, to);
    case PG_QUERY__NODE__NODE_CREATE_STMT:
      return AddCreateTable(s, *s.create_stmt, to);
    case PG_QUERY__NODE__NODE_INDEX_STMT:
      return to.Add(s.index_stmt->relation,
                    s.index_stmt->concurrent != 0 ? Mode::kShareUpdateExclusive : Mode::kShare);
    case PG_QUERY__NODE__NODE_VIEW_STMT:
      if (s.view_stmt->replace != 0) to.Add(s.view_stmt->view, Mode::kAccessExclusive);
      return;
    default:
      return;
  }
}

// Rows that are written, anywhere below, and tables that are read.
void AddRows(const Node& s, LockList& to) {
  Walk(&s.base, [&to](const ProtobufCMessage& m) {
    if (const auto* insert = As<PgQuery__InsertStmt>(m, pg_query__insert_stmt__descriptor)) {
      to.Add(insert->relation, Mode::kRowExclusive);
    } else if (const auto* update = As<PgQuery__UpdateStmt>(m, pg_query__update_stmt__descriptor)) {
      to.Add(update->relation, Mode::kRowExclusive);
    } else if (const auto* remove = As<PgQuery__DeleteStmt>(m, pg_query__delete_stmt__descriptor)) {
      to.Add(remove->relation, Mode::kRowExclusive);
    } else if (const auto* merge = As<PgQuery__MergeStmt>(m, pg_query__merge_stmt__descriptor)) {
      to.Add(merge->relation, Mode::kRowExclusive);
    } else if (const auto* into = As<PgQuery__IntoClause>(m, pg_query__into_clause__descriptor)) {
      to.New(into->rel);
    } else if (const auto* table = As<PgQuery__RangeVar>(m, pg_query__range_var__descriptor)) {
      to.Add(*table, Mode::kAccessShare);
    }
    return true;
  });
}

void AddAll(const Node& s, LockList& to) {
  AddObjects(s, to);
  AddDefinitions(s, to);
  AddMaintenance(s, to);
  switch (s.node_case) {
    case PG_QUERY__NODE__NODE_SELECT_STMT:
    case PG_QUERY__NODE__NODE_INSERT_STMT:
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
    case PG_QUERY__NODE__NODE_DELETE_STMT:
    case PG_QUERY__NODE__NODE_MERGE_STMT:
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
      return AddRows(s, to);
    case PG_QUERY__NODE__NODE_VIEW_STMT:
      AddRows(*s.view_stmt->query, to);
      if (s.view_stmt->replace == 0) to.New(s.view_stmt->view);
      return;
    case PG_QUERY__NODE__NODE_COPY_STMT:
      return to.Add(s.copy_stmt->relation, Mode::kRowExclusive);
    default:
      return;
  }
}

}  // namespace

std::vector<RelationLock> LocksOf(absl::string_view statement) {
  LockList locks;
  const auto read = [&] {
    const ParsedTree parsed = ParseTree(std::string(statement));
    if (parsed.tree == nullptr || parsed.tree->n_stmts != 1) return;
    AddAll(*parsed.tree->stmts[0]->stmt, locks);
  };
  if (statement.size() <= kShallow) {
    read();
    return locks.Take();
  }
  return RunOnBigStack(read).ok() ? locks.Take() : std::vector<RelationLock>();
}

}  // namespace ferry::sql
