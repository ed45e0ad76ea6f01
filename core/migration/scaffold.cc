#include "core/migration/scaffold.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/error.h"
#include "core/migration/file_name.h"

namespace ferry::migration {

namespace {

std::string Header(absl::string_view first, absl::string_view name, absl::string_view author,
                   absl::string_view date) {
  std::string text =
      absl::StrCat("-- ", first, "\n-- description: ", absl::StrReplaceAll(name, {{"_", " "}}), "\n");
  if (!author.empty()) absl::StrAppend(&text, "-- author: ", author, "\n");
  if (!date.empty()) absl::StrAppend(&text, "-- date: ", date, "\n");
  return text;
}

}  // namespace

std::string NewRepeatableText(absl::string_view name, absl::string_view author, absl::string_view date) {
  return absl::StrCat(Header(absl::StrCat("repeatable: ", name), name, author, date),
                      "\n-- ferry:up\n\n-- ferry:verify\n");
}

std::string RepeatableFileName(absl::string_view name) {
  return absl::StrCat(kRepeatablePrefix, name, ".sql");
}

std::string NewMigrationText(const Version& version, absl::string_view name, absl::string_view author,
                             absl::string_view date) {
  std::string text = Header(absl::StrCat("migration: ", version.ToString(), " ", name), name, author, date);
  absl::StrAppend(&text, "-- breaking: no\n\n-- ferry:up\n\n-- ferry:down\n\n-- ferry:verify\n");
  return text;
}

std::string MigrationFileName(const Version& version, absl::string_view name) {
  return absl::StrCat(version.ToString(), "_", name, ".sql");
}

absl::StatusOr<Version> NextVersion(const std::vector<SourceFile>& files) {
  Version newest;
  for (const SourceFile& file : files) {
    if (!IsSqlFile(file.name)) continue;
    ASSIGN_OR_RETURN(const FileName name, ParseFileName(file.name));
    newest = std::max(newest, name.version);
  }
  return newest.is_zero() ? Version(1, 0, 0) : newest.NextFeature();
}

}  // namespace ferry::migration
