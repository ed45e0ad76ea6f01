#include <algorithm>
#include <array>
#include <cstdint>

#include "core/sql/classify.h"

namespace ferry::sql {
namespace {

constexpr absl::string_view kLedgerSchema = "ferry";

bool IsLedger(const char* name) { return name != nullptr && name == kLedgerSchema; }
bool IsLedger(const Node* name) { return StringOf(name) == kLedgerSchema; }
bool AnyLedger(Nodes names) {
  return std::any_of(names.begin(), names.end(), [](const Node* n) { return IsLedger(n); });
}

// `names` as [schema, object, …]; `parts` = names that an object of this kind has without its schema.
bool Qualified(Nodes names, size_t parts = 1) { return names.size() > parts && IsLedger(names.front()); }

// Objects named as table.object: [table, object] or [schema, table, object].
bool IsPartOfTable(PgQuery__ObjectType type) {
  return type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN ||
         type == PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT ||
         type == PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER || type == PG_QUERY__OBJECT_TYPE__OBJECT_RULE ||
         type == PG_QUERY__OBJECT_TYPE__OBJECT_POLICY;
}

// An object of DROP, COMMENT, ALTER … OWNER and the like: a String, a List of them, or something Walk looks
// into.
bool ObjectIsLedgers(const Node* object, PgQuery__ObjectType type) {
  if (object == nullptr) return false;
  if (type == PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA && IsLedger(object)) return true;
  if (object->node_case != PG_QUERY__NODE__NODE_LIST) return false;
  const Nodes items(object->list->items, object->list->n_items);
  return Qualified(items, IsPartOfTable(type) ? 2 : 1);
}

bool ObjectsAreLedgers(Nodes objects, PgQuery__ObjectType type) {
  return std::any_of(objects.begin(), objects.end(),
                     [type](const Node* o) { return ObjectIsLedgers(o, type); });
}

bool GrantNamesLedger(const PgQuery__GrantStmt& grant) {
  const Nodes objects(grant.objects, grant.n_objects);
  return (grant.targtype == PG_QUERY__GRANT_TARGET_TYPE__ACL_TARGET_ALL_IN_SCHEMA ||
          grant.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA) &&
         AnyLedger(objects);
}

bool RenameNamesLedger(const PgQuery__RenameStmt& rename) {
  if (rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA) {
    return IsLedger(rename.subname) || IsLedger(rename.newname);
  }
  return ObjectIsLedgers(rename.object, rename.rename_type);
}

// CREATE EXTENSION … SCHEMA ferry; ALTER DEFAULT PRIVILEGES IN SCHEMA ferry.
bool OptionNamesLedger(Nodes options) {
  const PgQuery__DefElem* schema = FindOption(options, "schema");
  if (schema != nullptr && IsLedger(schema->arg)) return true;
  const PgQuery__DefElem* schemas = FindOption(options, "schemas");
  return schemas != nullptr && schemas->arg != nullptr &&
         schemas->arg->node_case == PG_QUERY__NODE__NODE_LIST &&
         AnyLedger(Nodes(schemas->arg->list->items, schemas->arg->list->n_items));
}

bool StatementNamesLedger(const Node& s) {
  switch (s.node_case) {
    case PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT:
      return IsLedger(s.create_schema_stmt->schemaname);
    case PG_QUERY__NODE__NODE_DROP_STMT:
      return ObjectsAreLedgers(Nodes(s.drop_stmt->objects, s.drop_stmt->n_objects), s.drop_stmt->remove_type);
    case PG_QUERY__NODE__NODE_RENAME_STMT:
      return RenameNamesLedger(*s.rename_stmt);
    case PG_QUERY__NODE__NODE_ALTER_OWNER_STMT:
      return ObjectIsLedgers(s.alter_owner_stmt->object, s.alter_owner_stmt->object_type);
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT:
      return IsLedger(s.alter_object_schema_stmt->newschema) ||
             ObjectIsLedgers(s.alter_object_schema_stmt->object, s.alter_object_schema_stmt->object_type);
    case PG_QUERY__NODE__NODE_COMMENT_STMT:
      return ObjectIsLedgers(s.comment_stmt->object, s.comment_stmt->objtype);
    case PG_QUERY__NODE__NODE_SEC_LABEL_STMT:
      return ObjectIsLedgers(s.sec_label_stmt->object, s.sec_label_stmt->objtype);
    case PG_QUERY__NODE__NODE_GRANT_STMT:
      return GrantNamesLedger(*s.grant_stmt);
    case PG_QUERY__NODE__NODE_ALTER_DEFAULT_PRIVILEGES_STMT:
      return OptionNamesLedger(
          Nodes(s.alter_default_privileges_stmt->options, s.alter_default_privileges_stmt->n_options));
    case PG_QUERY__NODE__NODE_CREATE_EXTENSION_STMT:
      return OptionNamesLedger(Nodes(s.create_extension_stmt->options, s.create_extension_stmt->n_options));
    case PG_QUERY__NODE__NODE_IMPORT_FOREIGN_SCHEMA_STMT:
      return IsLedger(s.import_foreign_schema_stmt->local_schema);
    case PG_QUERY__NODE__NODE_REINDEX_STMT:
      return s.reindex_stmt->kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_SCHEMA &&
             IsLedger(s.reindex_stmt->name);
    default:
      return false;
  }
}

// Lists of Strings that are one qualified name, by their field's name, in every kind of node but ColumnRef.
constexpr std::array<const char*, 13> kNameFields = {
    "names",    "funcname",    "objname",      "defnames", "typeName", "type_name",      "domainname",
    "collname", "opclassname", "opfamilyname", "dictname", "cfgname",  "conversion_name"};

bool HasQualifiedName(const ProtobufCMessage& message) {
  const auto* base = reinterpret_cast<const char*>(&message);
  for (unsigned i = 0; i < message.descriptor->n_fields; ++i) {
    const ProtobufCFieldDescriptor& field = message.descriptor->fields[i];
    if (field.label != PROTOBUF_C_LABEL_REPEATED || field.type != PROTOBUF_C_TYPE_MESSAGE) continue;
    const bool named = std::any_of(kNameFields.begin(), kNameFields.end(),
                                   [&field](const char* n) { return absl::string_view(n) == field.name; });
    if (!named) continue;
    const size_t count = *reinterpret_cast<const size_t*>(base + field.quantifier_offset);
    if (Qualified(Nodes(*reinterpret_cast<Node* const* const*>(base + field.offset), count))) return true;
  }
  return false;
}

bool MessageNamesLedger(const ProtobufCMessage& m) {
  if (const auto* table = As<PgQuery__RangeVar>(m, pg_query__range_var__descriptor)) {
    return IsLedger(table->schemaname);
  }
  if (const auto* object = As<PgQuery__PublicationObjSpec>(m, pg_query__publication_obj_spec__descriptor)) {
    return object->pubobjtype == PG_QUERY__PUBLICATION_OBJ_SPEC_TYPE__PUBLICATIONOBJ_TABLES_IN_SCHEMA &&
           IsLedger(object->name);
  }
  return HasQualifiedName(m);
}

}  // namespace

bool TouchesLedgerSchema(const Node& statement) {
  if (StatementNamesLedger(statement)) return true;
  bool touches = false;
  Walk(&statement.base, [&touches](const ProtobufCMessage& m) {
    touches = touches || MessageNamesLedger(m);
    return !touches;
  });
  return touches;
}

}  // namespace ferry::sql
