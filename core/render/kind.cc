#include "core/render/kind.h"

namespace ferry::render {

using schema::ObjectId;
using schema::ObjectKind;

bool Context::IsOfNewParent(const ObjectId& child) const {
  for (const ObjectKind kind :
       {ObjectKind::kTable, ObjectKind::kView, ObjectKind::kDomain, ObjectKind::kCompositeType}) {
    if (IsNew({kind, child.schema, "", child.parent})) return true;
  }
  return false;
}

Statement Make(const ObjectId& object, std::string sql, Lock lock, std::vector<Hazard> hazards) {
  Statement statement;
  statement.object = object;
  statement.sql = std::move(sql);
  statement.lock = lock;
  statement.hazards = std::move(hazards);
  const bool slow = statement.Has(Hazard::kTableRewrite) || statement.Has(Hazard::kFullScan) ||
                    statement.Has(Hazard::kIndexBuild);
  if (slow) statement.statement_timeout = absl::Hours(12);
  return statement;
}

const KindWriter& WriterFor(ObjectKind kind) {
  switch (kind) {
#define FERRY_KIND_WRITER(enumerator, name, type) \
  case ObjectKind::enumerator:                    \
    return internal::k##type##Writer;
    FERRY_SCHEMA_KINDS(FERRY_KIND_WRITER)
#undef FERRY_KIND_WRITER
  }
  return internal::kSchemaNamespaceWriter;
}

}  // namespace ferry::render
