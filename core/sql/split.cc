#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/big_stack.h"
#include "core/sql/classify.h"
#include "core/sql/parser.h"
#include "core/sql/tokens.h"
#include "core/sql/tree.h"

namespace ferry::sql {
namespace {

bool IsComment(const Token& t) {
  return t.kind == Token::Kind::kLineComment || t.kind == Token::Kind::kBlockComment;
}

// One text being split. `sql` and `tokens` (without comments) must outlive it.
class Splitter {
 public:
  Splitter(absl::string_view sql, absl::string_view file, std::vector<Token> tokens, PlaceFinder places,
           const std::vector<Replaced>& replaced)
      : sql_(sql), file_(file), tokens_(std::move(tokens)), places_(std::move(places)), replaced_(replaced) {}

  absl::StatusOr<std::vector<Statement>> Run() const {
    RETURN_IF_ERROR(CheckNoBackslash());
    RETURN_IF_ERROR(CheckSizes());
    const ParsedTree parsed = ParseTree(std::string(sql_));
    if (parsed.tree == nullptr) return Refused(parsed);
    std::vector<Statement> statements;
    for (size_t i = 0; i < parsed.tree->n_stmts; ++i) {
      const PgQuery__RawStmt& raw = *parsed.tree->stmts[i];
      if (raw.stmt != nullptr) statements.push_back(Describe(raw));
    }
    return statements;
  }

 private:
  absl::string_view TextOf(const Token& t) const { return sql_.substr(t.begin, t.end - t.begin); }
  bool Is(const Token& t, char c) const { return t.end == t.begin + 1 && sql_[t.begin] == c; }

  Error Fail(absl::string_view message, size_t byte) const {
    const Place place = places_.At(byte);
    return Error(ErrorCode::kSqlSyntax, message)
        .At(file_, place.line, place.column)
        .Sqlstate("42601")
        .Statement(StatementAround(byte));
  }

  // What stands between the semicolons around `byte`.
  absl::string_view StatementAround(size_t byte) const {
    size_t begin = 0, end = 0;
    bool open = false;
    for (const Token& t : tokens_) {
      if (Is(t, ';')) {
        if (t.begin >= byte) break;
        open = false;
        continue;
      }
      if (!open) begin = t.begin;
      open = true;
      end = t.end;
    }
    return end > begin ? sql_.substr(begin, end - begin) : absl::string_view();
  }

  // A backslash outside of strings is never SQL: it is a psql command, or the end of COPY data.
  absl::Status CheckNoBackslash() const {
    for (const Token& t : tokens_) {
      if (!Is(t, '\\')) continue;
      size_t end = t.end;
      while (end < sql_.size() && !absl::ascii_isspace(static_cast<unsigned char>(sql_[end]))) ++end;
      const absl::string_view command = sql_.substr(t.begin, end - t.begin);
      if (command == "\\.") {
        return Fail("\"\\.\" ends COPY data: a migration carries no copy data, use INSERT", t.begin);
      }
      return Fail(absl::StrCat("\"", command, "\" is a command of psql, not SQL: agents do not run psql"),
                  t.begin);
    }
    return absl::OkStatus();
  }

  // Bounds what one statement may take: bytes, and the depth of its tree. An operator chain makes a tree as
  // deep as its list element has tokens, brackets count with what they hold, and UNION chains go on across
  // commas.
  absl::Status CheckSizes() const {
    struct Level {
      size_t element = 0, largest = 0, set_operations = 0;
      size_t Weight() const { return std::max(element, largest) + 4 * set_operations; }
    };
    std::vector<Level> levels(1);
    std::optional<size_t> begin;  // of the statement
    for (const Token& t : tokens_) {
      if (!begin.has_value()) begin = t.begin;
      if (Is(t, ';')) {
        levels.assign(1, Level());
        begin.reset();
        continue;
      }
      if (Is(t, '(') || Is(t, '[')) {
        levels.emplace_back();
      } else if ((Is(t, ')') || Is(t, ']')) && levels.size() > 1) {
        const size_t weight = levels.back().Weight() + 1;
        levels.pop_back();
        levels.back().element += weight;
      } else if (Is(t, ',')) {
        levels.back().largest = std::max(levels.back().largest, levels.back().element);
        levels.back().element = 0;
      } else if (IsSetOperation(t)) {
        ++levels.back().set_operations;
      } else {
        ++levels.back().element;
      }
      if (t.end - *begin > kMaxStatementBytes) return Fail("a statement of more than 16 MiB", *begin);
      if (levels.back().Weight() > kMaxElementTokens) {
        return Fail("an expression too long to be parsed safely: split it", t.begin);
      }
    }
    return absl::OkStatus();
  }

  bool IsSetOperation(const Token& t) const {
    if (t.kind != Token::Kind::kKeyword) return false;
    const absl::string_view word = TextOf(t);
    return absl::EqualsIgnoreCase(word, "union") || absl::EqualsIgnoreCase(word, "intersect") ||
           absl::EqualsIgnoreCase(word, "except");
  }

  absl::Status Refused(const ParsedTree& parsed) const {
    const size_t byte = parsed.cursor > 0 ? places_.ByteOfCharacter(parsed.cursor) : 0;
    std::string message = parsed.message;
    if (absl::EndsWith(message, "at or near \":\"")) {
      absl::StrAppend(&message, " (variables of psql are not replaced)");
    }
    return Fail(message, LastTokenBefore(byte));
  }

  // "at end of input" points behind the last token, past comments and blanks: its end is the better place.
  size_t LastTokenBefore(size_t byte) const {
    if (tokens_.empty() || byte <= tokens_.back().end) return byte;
    return tokens_.back().end;
  }

  Statement Describe(const PgQuery__RawStmt& raw) const {
    const size_t from = static_cast<size_t>(raw.stmt_location);
    const size_t to = raw.stmt_len == 0 ? sql_.size() : from + static_cast<size_t>(raw.stmt_len);
    const auto begins_after = [](const Token& t, size_t byte) { return t.begin < byte; };
    const auto first = std::lower_bound(tokens_.begin(), tokens_.end(), from, begins_after);
    auto last = std::lower_bound(first, tokens_.end(), to, begins_after) - 1;
    while (last > first && Is(*last, ';')) --last;
    Statement statement;
    statement.text = std::string(sql_.substr(first->begin, last->end - first->begin));
    const Place place = places_.At(first->begin);
    statement.line = place.line;
    statement.column = place.column;
    Classification what = Classify(*raw.stmt);
    statement.kind = what.kind;
    statement.transactional = IsTransactional(*raw.stmt);
    statement.forbidden = WhyForbidden(*raw.stmt, what);
    statement.tables = TargetTables(*raw.stmt);
    statement.tag = std::move(what.tag);
    statement.replaced = ReplacedIn(first->begin, last->end);
    return statement;
  }

  // The pieces of [begin, end), counted from `begin`. One that reaches over an end is cut there; its width
  // stays, because a statement that begins inside one is placed where the piece begins.
  std::vector<Replaced> ReplacedIn(size_t begin, size_t end) const {
    std::vector<Replaced> pieces;
    for (const Replaced& r : replaced_) {
      if (r.end <= begin || r.begin >= end) continue;
      pieces.push_back({std::max(r.begin, begin) - begin, std::min(r.end, end) - begin, r.width});
    }
    return pieces;
  }

  absl::string_view sql_, file_;
  std::vector<Token> tokens_;
  PlaceFinder places_;
  const std::vector<Replaced>& replaced_;
};

}  // namespace

absl::StatusOr<std::vector<Statement>> Split(absl::string_view sql, absl::string_view file, int first_line,
                                             int first_column, const std::vector<Replaced>& replaced) {
  ASSIGN_OR_RETURN(std::vector<Token> tokens, Scan(sql, file, first_line, first_column, replaced));
  tokens.erase(std::remove_if(tokens.begin(), tokens.end(), IsComment), tokens.end());
  const Splitter splitter(sql, file, std::move(tokens), PlaceFinder(sql, first_line, first_column, replaced),
                          replaced);
  absl::StatusOr<std::vector<Statement>> statements;
  RETURN_IF_ERROR(RunOnBigStack([&] { statements = splitter.Run(); }));
  return statements;
}

}  // namespace ferry::sql
