#include "tests/property/emit.h"

namespace ferry::property {
namespace {

void Emit(const Schema& schema, const Item& item, Statements& out) {
  switch (item.kind) {
    case Kind::kEnum:
    case Kind::kComposite:
    case Kind::kRange:
    case Kind::kDomain:
    case Kind::kOperator:
    case Kind::kOperatorClass:
    case Kind::kCast:
    case Kind::kCollation:
    case Kind::kConversion:
      return EmitType(schema, item, out);
    case Kind::kFunction:
    case Kind::kPredicate:
    case Kind::kCastFunction:
    case Kind::kAggregate:
    case Kind::kTableFunction:
    case Kind::kProcedure:
    case Kind::kTriggerFunction:
    case Kind::kEventFunction:
      return EmitFunction(schema, item, out);
    case Kind::kTable:
    case Kind::kPartition:
      return EmitTable(schema, item, out);
    case Kind::kColumn:
      return EmitColumn(schema, item, out);
    case Kind::kPrimaryKey:
    case Kind::kUnique:
    case Kind::kCheck:
    case Kind::kExclusion:
    case Kind::kForeignKey:
      return EmitConstraint(schema, item, out);
    case Kind::kIndex:
    case Kind::kIdentityMark:
    case Kind::kClusterMark:
      return EmitIndex(schema, item, out);
    case Kind::kView:
    case Kind::kMaterializedView:
      return EmitView(schema, item, out);
    case Kind::kTrigger:
    case Kind::kRule:
    case Kind::kPolicy:
    case Kind::kStatistics:
      return EmitOnTable(schema, item, out);
    case Kind::kTemplate:
    case Kind::kDictionary:
    case Kind::kConfiguration:
    case Kind::kParser:
      return EmitSearch(schema, item, out);
    case Kind::kWrapper:
    case Kind::kServer:
    case Kind::kUserMapping:
    case Kind::kForeignTable:
      return EmitForeign(schema, item, out);
    default:
      return EmitOther(schema, item, out);
  }
}

}  // namespace

std::vector<std::string> Sql(const Schema& schema) {
  Statements out;
  for (const Item& item : schema.items) Emit(schema, item, out);
  for (const Item& item : schema.items) EmitComment(schema, item, out);
  for (const Item& item : schema.items) EmitAccess(schema, item, out);
  return out;
}

}  // namespace ferry::property
