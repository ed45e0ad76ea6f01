#include "pg/executor/index_statement.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/tokens.h"

namespace ferry::executor {
namespace {

// Walks a statement's tokens, comments left out.
class Reader {
 public:
  Reader(absl::string_view text, const std::vector<sql::Token>& tokens) : text_(text) {
    for (const sql::Token& token : tokens) {
      if (token.kind == sql::Token::Kind::kLineComment || token.kind == sql::Token::Kind::kBlockComment)
        continue;
      words_.push_back(text.substr(token.begin, token.end - token.begin));
    }
  }

  bool Take(absl::string_view word) {
    if (at_ >= words_.size() || !absl::EqualsIgnoreCase(words_[at_], word)) return false;
    ++at_;
    return true;
  }
  bool Take(absl::string_view first, absl::string_view second) {
    const size_t start = at_;
    if (Take(first) && Take(second)) return true;
    at_ = start;
    return false;
  }
  // An identifier as the server understands it; "" when there is none here.
  std::string TakeName() {
    if (at_ >= words_.size()) return "";
    const absl::string_view word = words_[at_];
    const char c = word[0];
    if (c == '"') {
      ++at_;
      std::string name;
      for (size_t i = 1; i + 1 < word.size(); ++i) {
        name += word[i];
        if (word[i] == '"') ++i;  // a doubled quote
      }
      return name;
    }
    // U&"…": the scanner's token ends early there, and its escapes are not for us to read.
    const size_t behind = static_cast<size_t>(word.data() - text_.data()) + word.size();
    const bool unicode_escapes = absl::StartsWithIgnoreCase(word, "u&") ||
                                 (absl::EqualsIgnoreCase(word, "u") && text_.substr(behind, 2) == "&\"");
    const bool plain = absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80) != 0;
    if (!plain || unicode_escapes) return "";
    ++at_;
    return absl::AsciiStrToLower(word);
  }
  sql::TableName TakeQualified() {
    sql::TableName name{"", TakeName()};
    if (name.name.empty() || !Take(".")) return name;
    name.schema = name.name;
    name.name = TakeName();
    return name;
  }
  bool at_end() const { return at_ == words_.size(); }

 private:
  const absl::string_view text_;
  std::vector<absl::string_view> words_;
  size_t at_ = 0;
};

Error Refusal(const sql::Statement& statement, absl::string_view why) {
  Error error(ErrorCode::kNonTransactional, why);
  error.Statement(statement.text).TargetState("unchanged");
  return error;
}

}  // namespace

absl::StatusOr<IndexStatement> ParseIndexStatement(const sql::Statement& statement) {
  ASSIGN_OR_RETURN(const std::vector<sql::Token> tokens, sql::Scan(statement.text, ""));
  Reader reader(statement.text, tokens);
  IndexStatement parsed;
  parsed.create = reader.Take("create");
  if (parsed.create) parsed.unique = reader.Take("unique");
  if ((!parsed.create && !reader.Take("drop")) || !reader.Take("index", "concurrently")) {
    return Refusal(statement, absl::StrCat("\"", statement.tag,
                                           "\" cannot run in a transaction and cannot be resumed after "
                                           "a crash; only CREATE and DROP INDEX CONCURRENTLY can"))
        .Next("run it by hand, or write it as statements that can run in a transaction");
  }
  if (reader.Take("if")) {
    parsed.tolerant = true;
    reader.Take("not");
    reader.Take("exists");
  }
  if (parsed.create && reader.Take("on")) {
    return Refusal(statement,
                   "an index that is built concurrently needs a name, or its build cannot be resumed")
        .Next("name it: CREATE INDEX CONCURRENTLY name ON …");
  }
  parsed.index = reader.TakeQualified();
  if (parsed.create && reader.Take("on")) {
    reader.Take("only");
    parsed.table = reader.TakeQualified();
  }
  if (parsed.index.name.empty() || (parsed.create && parsed.table.name.empty())) {
    return Refusal(statement, "the name of the index cannot be read")
        .Next("write it as a plain or a double-quoted identifier");
  }
  return parsed;
}

}  // namespace ferry::executor
