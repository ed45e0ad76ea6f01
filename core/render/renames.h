// Renames of tables and columns: declared ones, and what may be one and is asked about. Pure; any thread.
#ifndef FERRY_CORE_RENDER_RENAMES_H_
#define FERRY_CORE_RENDER_RENAMES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/render/statement.h"
#include "core/schema/snapshot.h"

namespace ferry::render {

struct Rename {
  schema::ObjectId from;  // a table, or a column with its table as it is called before any rename
  std::string to;         // the new name alone, unquoted

  friend bool operator==(const Rename&, const Rename&) = default;
};

// "public.prices=bars" (a table) or "public.prices.close=close_price" (a column); names as in SQL: lower case
// unless they stand in double quotes. kUsage: it cannot be read.
absl::StatusOr<Rename> ParseRename(absl::string_view text);

// The declarations in an SQL text, each a line of its own:
//   -- ferry:renamed table public.prices -> bars
//   -- ferry:renamed column public.prices.close -> close_price
// kUnknownDirective with line: one that cannot be read. `file` names the text.
absl::StatusOr<std::vector<Rename>> DeclaredRenames(absl::string_view text, absl::string_view file);

// kUsage, naming the rename: `from` lacks the object, `to` lacks it under its new name or still has it under
// the old one, or the new name is taken in `from`.
absl::Status CheckRenames(const std::vector<Rename>& renames, const schema::Snapshot& from,
                          const schema::Snapshot& to);

struct PossibleRename {
  Rename rename;
  std::string evidence;  // "both are numeric(10,2), not null, and stand at the same place"
};
// What is gone in `to`, where something that is new looks the same: columns of one table with the same type,
// generation and identity; tables with the same columns. Without those that `declared` has. A pair only,
// where no other candidate is as good; ascending.
std::vector<PossibleRename> PossibleRenames(const schema::Snapshot& from, const schema::Snapshot& to,
                                            const std::vector<Rename>& declared);

// "ALTER TABLE public.prices RENAME COLUMN close TO close_price": columns before their tables, whatever the
// order of `renames`.
std::vector<Statement> RenameStatements(const std::vector<Rename>& renames);

// As ParseRename reads it: "public.prices.close=close_price".
std::string RenameText(const Rename& rename);

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_RENAMES_H_
