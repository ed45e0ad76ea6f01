#include "core/sql/renamed.h"

#include "core/sql/tree.h"

namespace ferry::sql {

std::optional<Renamed> ReadRename(absl::string_view statement) {
  std::optional<Renamed> out;
  WithOnlyStatement(statement, [&out](Node& node, PgQuery__ParseResult&) {
    if (node.node_case != PG_QUERY__NODE__NODE_RENAME_STMT) return;
    const PgQuery__RenameStmt& rename = *node.rename_stmt;
    const bool column = rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN;
    const bool table =
        (column ? rename.relation_type : rename.rename_type) == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE;
    if (!table || rename.relation == nullptr) return;
    out = Renamed{{rename.relation->schemaname, rename.relation->relname},
                  column ? rename.subname : "",
                  rename.newname};
  });
  return out;
}

}  // namespace ferry::sql
