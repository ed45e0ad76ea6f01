#include "workbench/text.h"

#include "absl/strings/str_cat.h"
#include "core/migration/placeholder.h"

namespace ferry::workbench {

std::string MigrationText(const MigrationParts& parts) {
  std::string text = absl::StrCat("-- migration: ", parts.version.ToString(), " ", parts.name,
                                  "\n-- description: ", parts.description, "\n");
  if (!parts.author.empty()) absl::StrAppend(&text, "-- author: ", parts.author, "\n");
  if (!parts.date.empty()) absl::StrAppend(&text, "-- date: ", parts.date, "\n");
  absl::StrAppend(&text, "-- breaking: no\n", parts.header, "\n-- ferry:up\n",
                  migration::EscapePlaceholders(parts.up),
                  "-- ferry:down irreversible reason=", parts.irreversible, "\n\n-- ferry:verify\n",
                  migration::EscapePlaceholders(parts.verify));
  return text;
}

}  // namespace ferry::workbench
