// PostgreSQL's scanner: where comments, strings and other tokens begin and end. Pure; any thread.
#ifndef FERRY_CORE_SQL_TOKENS_H_
#define FERRY_CORE_SQL_TOKENS_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/sql/statement.h"

namespace ferry::sql {

struct Token {
  enum class Kind { kLineComment, kBlockComment, kDollarString, kIdentifier, kKeyword, kOther };
  Kind kind = Kind::kOther;
  size_t begin = 0, end = 0;  // byte offsets, half open
};

// Every token of `sql` in order, comments included.
// Errors: kSqlSyntax at the exact place for NUL bytes, invalid UTF-8 and what the scanner refuses (a string
// or comment that never ends). `first_line`, `first_column`: the place of sql's first byte in `file`;
// `replaced`: its pieces that stand otherwise there.
absl::StatusOr<std::vector<Token>> Scan(absl::string_view sql, absl::string_view file, int first_line = 1,
                                        int first_column = 1, const std::vector<Replaced>& replaced = {});

struct Place {
  int line = 1, column = 1;  // 1-based; columns in characters
};

// Turns byte offsets of one text into places, each in constant time but for a search by line. `text` must
// outlive it. Places are those in the file: a byte inside a replaced piece is where the piece begins, and
// what follows on its line is counted as it stands there.
class PlaceFinder {
 public:
  explicit PlaceFinder(absl::string_view text, int first_line = 1, int first_column = 1,
                       std::vector<Replaced> replaced = {});
  // Needs: byte <= text.size().
  Place At(size_t byte) const;
  // The byte where the 1-based character `position` begins (libpg_query's cursorpos); text.size() when
  // beyond.
  size_t ByteOfCharacter(int position) const;

 private:
  int CharactersBefore(size_t byte) const;

  absl::string_view text_;
  int first_line_, first_column_;
  std::vector<size_t> line_starts_;
  std::vector<int> characters_;  // before every 1024th byte
  std::vector<Replaced> replaced_;
};

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_TOKENS_H_
