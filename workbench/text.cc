#include "workbench/text.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/migration/placeholder.h"

namespace ferry::workbench {
namespace {

constexpr char kUp[] = "-- ferry:up";

}  // namespace

std::string MigrationText(const MigrationParts& parts) {
  std::string text = absl::StrCat("-- migration: ", parts.version.ToString(), " ", parts.name,
                                  "\n-- description: ", parts.description, "\n");
  if (!parts.author.empty()) absl::StrAppend(&text, "-- author: ", parts.author, "\n");
  if (!parts.date.empty()) absl::StrAppend(&text, "-- date: ", parts.date, "\n");
  absl::StrAppend(&text, "-- breaking: ", parts.breaking ? "yes" : "no", "\n", parts.header, "\n",
                  absl::StartsWith(parts.up, kUp) ? "" : absl::StrCat(kUp, "\n"),
                  migration::EscapePlaceholders(parts.up));
  if (parts.irreversible.empty()) {
    absl::StrAppend(&text, migration::EscapePlaceholders(parts.down));
  } else {
    absl::StrAppend(&text, "-- ferry:down irreversible reason=", parts.irreversible, "\n\n");
  }
  absl::StrAppend(&text, "-- ferry:verify\n", migration::EscapePlaceholders(parts.verify));
  return text;
}

}  // namespace ferry::workbench
