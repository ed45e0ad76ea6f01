#include "core/sql/named.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/sql/big_stack.h"
#include "core/sql/tree.h"

namespace ferry::sql {
namespace {

class Collector {
 public:
  void Add(NamedObject object) {
    if (object.name.empty()) return;
    if (std::find(objects_.begin(), objects_.end(), object) == objects_.end()) {
      objects_.push_back(std::move(object));
    }
  }
  void Relation(const PgQuery__RangeVar* relation, bool whole = false) {
    if (relation != nullptr) Add({relation->schemaname, relation->relname, "", whole});
  }
  // Part of a relation; all of the relation when the part has no name yet.
  void Part(const PgQuery__RangeVar* relation, absl::string_view part) {
    if (relation == nullptr) return;
    Add({relation->schemaname, relation->relname, std::string(part), part.empty()});
  }
  // {object}, {schema, object}; of a part {table, part} or {schema, table, part}.
  void Names(Nodes names, bool part, bool whole) {
    std::vector<std::string> path;
    for (const Node* name : names) path.emplace_back(StringOf(name));
    std::string last;
    if (part && path.size() > 1) {
      last = std::move(path.back());
      path.pop_back();
    }
    if (path.empty()) return;
    Add({path.size() > 1 ? path[path.size() - 2] : "", path.back(), std::move(last), whole});
  }
  std::vector<NamedObject> Take() { return std::move(objects_); }

 private:
  std::vector<NamedObject> objects_;
};

bool IsPart(PgQuery__ObjectType type) {
  return type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN ||
         type == PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT ||
         type == PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER || type == PG_QUERY__OBJECT_TYPE__OBJECT_RULE ||
         type == PG_QUERY__OBJECT_TYPE__OBJECT_POLICY;
}

// An object as DROP, COMMENT, ALTER … OWNER and GRANT name it.
void AddObject(const Node* object, PgQuery__ObjectType type, bool whole, Collector& to) {
  if (object == nullptr) return;
  switch (object->node_case) {
    case PG_QUERY__NODE__NODE_STRING:
      return to.Add({"", std::string(StringOf(object)), "", whole});
    case PG_QUERY__NODE__NODE_LIST:
      return to.Names(Nodes(object->list->items, object->list->n_items), IsPart(type), whole);
    case PG_QUERY__NODE__NODE_TYPE_NAME:
      return to.Names(Nodes(object->type_name->names, object->type_name->n_names), false, whole);
    case PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS:
      return to.Names(Nodes(object->object_with_args->objname, object->object_with_args->n_objname), false,
                      whole);
    case PG_QUERY__NODE__NODE_RANGE_VAR:
      return to.Relation(object->range_var, whole);
    default:
      return;
  }
}

// The sequence that a serial column gets. Longer names are shortened by the server; those are not found.
void AddSerial(const PgQuery__RangeVar& relation, const PgQuery__ColumnDef& column, Collector& to) {
  if (column.type_name == nullptr) return;
  const absl::string_view type = LastName(Nodes(column.type_name->names, column.type_name->n_names));
  if (type != "serial" && type != "bigserial" && type != "smallserial") return;
  to.Add({relation.schemaname, absl::StrCat(relation.relname, "_", column.colname, "_seq"), "", false});
}

void AddCreatedTable(const PgQuery__CreateStmt& create, Collector& to) {
  if (create.relation == nullptr) return;
  to.Relation(create.relation, true);
  for (const Node* element : Nodes(create.table_elts, create.n_table_elts)) {
    if (element->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF)
      AddSerial(*create.relation, *element->column_def, to);
  }
}

void AddCommand(const PgQuery__AlterTableStmt& alter, const PgQuery__AlterTableCmd& command, Collector& to) {
  const Node* definition = command.def;
  if (definition != nullptr && definition->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF &&
      command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn) {
    // Constraints in a column's definition get names from the server.
    if (definition->column_def->n_constraints > 0) to.Relation(alter.relation, true);
    if (alter.relation != nullptr) AddSerial(*alter.relation, *definition->column_def, to);
    return to.Part(alter.relation, definition->column_def->colname);
  }
  if (definition != nullptr && definition->node_case == PG_QUERY__NODE__NODE_CONSTRAINT) {
    return to.Part(alter.relation, definition->constraint->conname);
  }
  if (definition != nullptr && definition->node_case == PG_QUERY__NODE__NODE_PARTITION_CMD) {
    to.Relation(definition->partition_cmd->name, true);
  }
  if (command.name != nullptr && command.name[0] != '\0') return to.Part(alter.relation, command.name);
  to.Relation(alter.relation);
}

void AddRename(const PgQuery__RenameStmt& rename, Collector& to) {
  if (rename.relation != nullptr && rename.subname != nullptr && rename.subname[0] != '\0') {
    to.Part(rename.relation, rename.subname);
    return to.Part(rename.relation, rename.newname);
  }
  if (rename.relation != nullptr) {
    to.Relation(rename.relation, true);
    return to.Add({rename.relation->schemaname, rename.newname, "", true});
  }
  AddObject(rename.object, rename.rename_type, true, to);
  to.Add({"", rename.newname, "", true});
}

void AddSchema(const PgQuery__CreateSchemaStmt& create, Collector& to);

// Statements whose objects take more than one field to tell.
bool AddParticular(const Node& s, Collector& to) {
  switch (s.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
      AddCreatedTable(*s.create_stmt, to);
      return true;
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT:
      AddCreatedTable(*s.create_foreign_table_stmt->base_stmt, to);
      return true;
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
      to.Relation(s.create_table_as_stmt->into->rel, true);
      return true;
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
      for (const Node* command : Nodes(s.alter_table_stmt->cmds, s.alter_table_stmt->n_cmds)) {
        AddCommand(*s.alter_table_stmt, *command->alter_table_cmd, to);
      }
      return true;
    case PG_QUERY__NODE__NODE_RENAME_STMT:
      AddRename(*s.rename_stmt, to);
      return true;
    case PG_QUERY__NODE__NODE_DROP_STMT:
      for (const Node* object : Nodes(s.drop_stmt->objects, s.drop_stmt->n_objects)) {
        AddObject(object, s.drop_stmt->remove_type, true, to);
      }
      return true;
    case PG_QUERY__NODE__NODE_GRANT_STMT:
      for (const Node* object : Nodes(s.grant_stmt->objects, s.grant_stmt->n_objects)) {
        AddObject(object, s.grant_stmt->objtype, false, to);
      }
      return true;
    case PG_QUERY__NODE__NODE_COMMENT_STMT:
      AddObject(s.comment_stmt->object, s.comment_stmt->objtype, false, to);
      return true;
    case PG_QUERY__NODE__NODE_ALTER_OWNER_STMT:
      AddObject(s.alter_owner_stmt->object, s.alter_owner_stmt->object_type, false, to);
      return true;
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT: {
      const PgQuery__AlterObjectSchemaStmt& move = *s.alter_object_schema_stmt;
      to.Relation(move.relation, true);
      if (move.relation != nullptr) to.Add({move.newschema, move.relation->relname, "", true});
      AddObject(move.object, move.object_type, true, to);
      return true;
    }
    case PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT:
      AddSchema(*s.create_schema_stmt, to);
      return true;
    case PG_QUERY__NODE__NODE_ALTER_FUNCTION_STMT:
      to.Names(Nodes(s.alter_function_stmt->func->objname, s.alter_function_stmt->func->n_objname), false,
               false);
      return true;
    default:
      return false;
  }
}

// Where the name of the object stands in statements that have it in one field, or in a relation and a field.
struct Place {
  const ProtobufCMessageDescriptor* statement;
  const char* relation;  // field with a RangeVar; null: none
  const char* name;      // field with a string or a list of strings; null: the relation is the object
};
const Place kPlaces[] = {
    {&pg_query__index_stmt__descriptor, "relation", "idxname"},
    {&pg_query__view_stmt__descriptor, "view", nullptr},
    {&pg_query__create_seq_stmt__descriptor, "sequence", nullptr},
    {&pg_query__alter_seq_stmt__descriptor, "sequence", nullptr},
    {&pg_query__composite_type_stmt__descriptor, "typevar", nullptr},
    {&pg_query__create_trig_stmt__descriptor, "relation", "trigname"},
    {&pg_query__create_policy_stmt__descriptor, "table", "policy_name"},
    {&pg_query__alter_policy_stmt__descriptor, "table", "policy_name"},
    {&pg_query__rule_stmt__descriptor, "relation", "rulename"},
    {&pg_query__create_function_stmt__descriptor, nullptr, "funcname"},
    {&pg_query__create_enum_stmt__descriptor, nullptr, "type_name"},
    {&pg_query__alter_enum_stmt__descriptor, nullptr, "type_name"},
    {&pg_query__create_domain_stmt__descriptor, nullptr, "domainname"},
    {&pg_query__alter_domain_stmt__descriptor, nullptr, "type_name"},
    {&pg_query__alter_type_stmt__descriptor, nullptr, "type_name"},
    {&pg_query__create_range_stmt__descriptor, nullptr, "type_name"},
    {&pg_query__define_stmt__descriptor, nullptr, "defnames"},
    {&pg_query__create_stats_stmt__descriptor, nullptr, "defnames"},
    {&pg_query__create_op_class_stmt__descriptor, nullptr, "opclassname"},
    {&pg_query__create_op_family_stmt__descriptor, nullptr, "opfamilyname"},
    {&pg_query__create_extension_stmt__descriptor, nullptr, "extname"},
    {&pg_query__alter_extension_stmt__descriptor, nullptr, "extname"},
    {&pg_query__create_publication_stmt__descriptor, nullptr, "pubname"},
    {&pg_query__alter_publication_stmt__descriptor, nullptr, "pubname"},
    {&pg_query__create_subscription_stmt__descriptor, nullptr, "subname"},
    {&pg_query__alter_subscription_stmt__descriptor, nullptr, "subname"},
    {&pg_query__create_fdw_stmt__descriptor, nullptr, "fdwname"},
    {&pg_query__alter_fdw_stmt__descriptor, nullptr, "fdwname"},
    {&pg_query__create_foreign_server_stmt__descriptor, nullptr, "servername"},
    {&pg_query__alter_foreign_server_stmt__descriptor, nullptr, "servername"},
    {&pg_query__create_event_trig_stmt__descriptor, nullptr, "trigname"},
    {&pg_query__alter_event_trig_stmt__descriptor, nullptr, "trigname"},
};

// The member of `message` at `offset`, as protobuf-c's descriptors tell it.
template <typename T>
const T& Member(const ProtobufCMessage& message, unsigned offset) {
  return *reinterpret_cast<const T*>(reinterpret_cast<const char*>(&message) + offset);
}

void AddAt(const Place& place, const ProtobufCMessage& statement, Collector& to) {
  const PgQuery__RangeVar* relation = nullptr;
  if (place.relation != nullptr) {
    const auto* field = protobuf_c_message_descriptor_get_field_by_name(place.statement, place.relation);
    relation = Member<const PgQuery__RangeVar*>(statement, field->offset);
    if (place.name == nullptr) return to.Relation(relation, true);
  }
  const auto* field = protobuf_c_message_descriptor_get_field_by_name(place.statement, place.name);
  if (field->label == PROTOBUF_C_LABEL_REPEATED) {
    const Nodes names(Member<Node* const*>(statement, field->offset),
                      Member<size_t>(statement, field->quantifier_offset));
    return to.Names(names, false, true);
  }
  const char* name = Member<const char*>(statement, field->offset);
  if (relation != nullptr) return to.Part(relation, name);
  to.Add({"", name, "", true});
}

void AddAll(const Node& statement, Collector& to) {
  if (AddParticular(statement, to)) return;
  const ProtobufCMessage* inner = Inner(statement);
  for (const Place& place : kPlaces) {
    if (inner != nullptr && inner->descriptor == place.statement) return AddAt(place, *inner, to);
  }
}

// What is made without naming a schema is made in the new one.
void AddSchema(const PgQuery__CreateSchemaStmt& create, Collector& to) {
  to.Add({"", create.schemaname, "", false});
  for (const Node* element : Nodes(create.schema_elts, create.n_schema_elts)) {
    Collector inner;
    AddAll(*element, inner);
    for (NamedObject& object : inner.Take()) {
      if (object.schema.empty()) object.schema = create.schemaname;
      to.Add(std::move(object));
    }
  }
}

}  // namespace

std::vector<NamedObject> NamedObjects(absl::string_view statement) {
  Collector objects;
  const absl::Status ran = RunOnBigStack([&] {
    const ParsedTree parsed = ParseTree(std::string(statement));
    if (parsed.tree == nullptr) return;
    for (size_t i = 0; i < parsed.tree->n_stmts; ++i) {
      if (parsed.tree->stmts[i]->stmt != nullptr) AddAll(*parsed.tree->stmts[i]->stmt, objects);
    }
  });
  return ran.ok() ? objects.Take() : std::vector<NamedObject>();
}

}  // namespace ferry::sql
