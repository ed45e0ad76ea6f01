// Where the header and the sections of a migration file stand. Uses PostgreSQL's scanner, so that what looks
// like a directive inside a string or a function's body is none. Pure; any thread.
#ifndef FERRY_CORE_MIGRATION_LAYOUT_H_
#define FERRY_CORE_MIGRATION_LAYOUT_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/error.h"
#include "core/migration/directive.h"
#include "core/migration/placeholder.h"
#include "core/migration/values.h"
#include "core/sql/tokens.h"

namespace ferry::migration {

// One file while it is read for one environment: its text, where bytes stand, and the problems found so far.
struct Source {
  Source(absl::string_view name, absl::string_view canonical, const Values& all_values,
         absl::string_view of_environment)
      : file(name), text(canonical), places(canonical), values(all_values), environment(of_environment) {}

  // An error at `byte`, to be completed and added.
  Error At(ErrorCode code, absl::string_view message, size_t byte) const {
    const sql::Place place = places.At(byte);
    return Error(code, message).At(file, place.line, place.column);
  }
  void Add(absl::Status problem) { problems.push_back(std::move(problem)); }
  // text[begin, end) with the values of the environment in the place of `placeholders`. Nothing, and a
  // kPlaceholder for each, where one has no value.
  std::optional<FilledText> WithValues(size_t begin, size_t end,
                                       const std::vector<Placeholder>& placeholders);

  std::string file;
  absl::string_view text;  // canonical bytes
  sql::PlaceFinder places;
  const Values& values;
  std::string environment;
  std::set<std::string> used;  // names of values
  std::vector<absl::Status> problems;
};

struct Section {
  Directive directive;
  size_t at = 0;              // where the directive begins
  size_t begin = 0, end = 0;  // its body
};

struct Layout {
  std::vector<sql::Token> header_comments;  // `--` comments before the first directive
  std::vector<Section> sections;            // those with a good directive
  std::vector<Placeholder> placeholders;    // outside of dollar-quoted strings and comments
};

// Problems: kSqlSyntax when the scanner refuses (then the layout is empty), kMigrationHeader for SQL before
// the first section, kUnknownDirective and kMissingDown for bad directives.
Layout ReadLayout(Source& source);

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_LAYOUT_H_
