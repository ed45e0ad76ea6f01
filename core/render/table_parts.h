// What the writers of tables, columns, constraints, indexes and views share. Internal to core/render. Pure;
// any thread.
#ifndef FERRY_CORE_RENDER_TABLE_PARTS_H_
#define FERRY_CORE_RENDER_TABLE_PARTS_H_

#include <string>
#include <vector>

#include "core/render/kind.h"

namespace ferry::render {

std::string QuoteName(absl::string_view name);  // empty for an empty name
// pg_default for an empty name.
std::string TablespaceName(const std::string& name);
// "fillfactor=70" entries as `fillfactor='70', …`.
std::string StorageOptions(const std::vector<std::string>& options);
// `alter` SET (…) and RESET (…), as far as the lists differ.
void WriteStorageChanges(const schema::ObjectId& id, const std::string& alter,
                         const std::vector<std::string>& from, const std::vector<std::string>& to,
                         Statements& out);

// A column as CREATE TABLE and ADD COLUMN take it, with its default when `with_default`.
std::string ColumnDefinition(const schema::Object& column, bool with_default);
// Storage, compression, statistics and options, as far as they differ; `from` null: from the defaults.
void WriteColumnSettings(const schema::Column* from, const schema::Object& to, Statements& out);
// The same for a column that came with its table (`with_table`) or with a parent table's new column: both
// bring some of the parent's settings along.
void WriteNewColumnSettings(const schema::Object& column, bool with_table, const Context& context,
                            Statements& out);
// What a column has beyond the parent's column that it comes from alone.
void WriteInheritedColumn(const schema::Object& column, const Context& context, Statements& out);

// SET or DROP DEFAULT of a column; SET when `expression` is not empty.
Statement DefaultStatement(const schema::ObjectId& column, const std::string& expression);
// DETACH PARTITION or NO INHERIT, ATTACH PARTITION or INHERIT; `all`: of all parents, not only of those that
// differ.
void WriteDetach(const diff::Change& change, Statements& out);
void WriteAttach(const diff::Change& change, Statements& out);
// ALTER INDEX … ATTACH PARTITION, where attaching the table does not do it.
void WriteIndexAttach(const schema::Object& index, const Context& context, Statements& out);
// CLUSTER ON and REPLICA IDENTITY, as far as they differ from what was (false for a new index).
void WriteIndexMarks(const schema::Object& index, const Context& context, bool was_clustered, bool clustered,
                     bool was_identity, bool identity, Statements& out);
// Whether the index can be built beside the old one and take its name: nothing that the old one needs
// changes.
bool CanReplaceOnline(const diff::Change& change, const Context& context);

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_TABLE_PARTS_H_
