#include "core/sql/shape.h"

#include <algorithm>

namespace ferry::sql {

bool Contains(const ProtobufCMessage* root, std::initializer_list<const ProtobufCMessageDescriptor*> kinds) {
  bool found = false;
  Walk(root, [&](const ProtobufCMessage& m) {
    found = found || std::find(kinds.begin(), kinds.end(), m.descriptor) != kinds.end();
    return !found;
  });
  return found;
}

absl::string_view NameOf(const PgQuery__RangeVar& relation) {
  return relation.alias != nullptr ? relation.alias->aliasname : relation.relname;
}

bool LooksAt(const Node& where, const std::set<std::string>& columns, absl::string_view relation) {
  bool found = false;
  Walk(&where.base, [&](const ProtobufCMessage& m) {
    const auto* column = As<PgQuery__ColumnRef>(m, pg_query__column_ref__descriptor);
    if (column != nullptr) {
      const Node* last = column->fields[column->n_fields - 1];
      const absl::string_view name = StringOf(last);
      found = found || last->node_case == PG_QUERY__NODE__NODE_A_STAR ||
              columns.count(std::string(name)) > 0 || (column->n_fields == 1 && name == relation);
    }
    return !found;
  });
  return found;
}

}  // namespace ferry::sql
