// The registry of object kinds. A new kind is: its own header (table.h shows the form), one line here, and
// its #include in object.h. Add at the end: snapshots are ordered by this list. Nothing else in core/schema
// changes.
#ifndef FERRY_CORE_SCHEMA_KIND_LIST_H_
#define FERRY_CORE_SCHEMA_KIND_LIST_H_

// X(enumerator, name on the wire and on screens, value type)
#define FERRY_SCHEMA_KINDS(X)                                                       \
  X(kSchema, "schema", SchemaNamespace)                                             \
  X(kTable, "table", Table)                                                         \
  X(kColumn, "column", Column)                                                      \
  X(kConstraint, "constraint", Constraint)                                          \
  X(kIndex, "index", Index)                                                         \
  X(kSequence, "sequence", Sequence)                                                \
  X(kView, "view", View)                                                            \
  X(kFunction, "function", Function)                                                \
  X(kTrigger, "trigger", Trigger)                                                   \
  X(kEnum, "enum", Enum)                                                            \
  X(kDomain, "domain", Domain)                                                      \
  X(kCompositeType, "composite type", CompositeType)                                \
  X(kRangeType, "range type", RangeType)                                            \
  X(kBaseType, "base type", BaseType)                                               \
  X(kPolicy, "policy", Policy)                                                      \
  X(kRule, "rule", Rule)                                                            \
  X(kStatistics, "statistics", Statistics)                                          \
  X(kOperator, "operator", Operator)                                                \
  X(kOperatorClass, "operator class", OperatorClass)                                \
  X(kOperatorFamily, "operator family", OperatorFamily)                             \
  X(kCast, "cast", Cast)                                                            \
  X(kConversion, "conversion", Conversion)                                          \
  X(kCollation, "collation", Collation)                                             \
  X(kTextSearchParser, "text search parser", TextSearchParser)                      \
  X(kTextSearchTemplate, "text search template", TextSearchTemplate)                \
  X(kTextSearchDictionary, "text search dictionary", TextSearchDictionary)          \
  X(kTextSearchConfiguration, "text search configuration", TextSearchConfiguration) \
  X(kExtension, "extension", Extension)                                             \
  X(kLanguage, "language", Language)                                                \
  X(kAccessMethod, "access method", AccessMethod)                                   \
  X(kTransform, "transform", Transform)                                             \
  X(kForeignDataWrapper, "foreign data wrapper", ForeignDataWrapper)                \
  X(kForeignServer, "server", ForeignServer)                                        \
  X(kUserMapping, "user mapping", UserMapping)                                      \
  X(kPublication, "publication", Publication)                                       \
  X(kSubscription, "subscription", Subscription)                                    \
  X(kEventTrigger, "event trigger", EventTrigger)                                   \
  X(kDefaultPrivileges, "default privileges", DefaultPrivileges)                    \
  X(kRole, "role", Role)                                                            \
  X(kSetting, "setting", Setting)                                                   \
  X(kTablespace, "tablespace", Tablespace)

#endif  // FERRY_CORE_SCHEMA_KIND_LIST_H_
