// The registry of object kinds. A new kind is: its own header (table.h shows the form), one line here, and
// its #include in object.h. Add at the end: snapshots are ordered by this list. Nothing else in core/schema
// changes.
#ifndef FERRY_CORE_SCHEMA_KIND_LIST_H_
#define FERRY_CORE_SCHEMA_KIND_LIST_H_

// X(enumerator, name on the wire and on screens, value type)
#define FERRY_SCHEMA_KINDS(X)              \
  X(kSchema, "schema", SchemaNamespace)    \
  X(kTable, "table", Table)                \
  X(kColumn, "column", Column)             \
  X(kConstraint, "constraint", Constraint) \
  X(kIndex, "index", Index)                \
  X(kSequence, "sequence", Sequence)       \
  X(kView, "view", View)                   \
  X(kFunction, "function", Function)       \
  X(kTrigger, "trigger", Trigger)          \
  X(kEnum, "enum", Enum)

#endif  // FERRY_CORE_SCHEMA_KIND_LIST_H_
