#include "core/sql/reread_names.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/sql/quote.h"
#include "core/sql/tokens.h"

namespace ferry::sql {
namespace {

// What names a column that is cast to the type that format_type prints so.
std::string NameOfType(const std::string& type) {
  constexpr std::pair<absl::string_view, absl::string_view> kNames[] = {
      {"integer", "int4"},
      {"bigint", "int8"},
      {"smallint", "int2"},
      {"boolean", "bool"},
      {"real", "float4"},
      {"double precision", "float8"},
      {"character varying", "varchar"},
      {"character", "bpchar"},
      {"bit varying", "varbit"},
      {"timestamp with time zone", "timestamptz"},
      {"timestamp without time zone", "timestamp"},
      {"time with time zone", "timetz"},
      {"time without time zone", "time"}};
  for (const auto& [printed, name] : kNames) {
    if (type == printed) return QuoteIdentifier(name);
  }
  if (absl::StartsWith(type, "interval ")) return QuoteIdentifier("interval");
  const absl::string_view last = absl::string_view(type).substr(type.rfind('.') + 1);
  return absl::StartsWith(last, "\"") ? std::string(last) : QuoteIdentifier(last);
}

class Names {
 public:
  Names(absl::string_view text, const std::vector<Token>& tokens) : text_(text), tokens_(tokens) {}

  std::string Removed() const {
    std::string out;
    size_t kept = 0;
    for (size_t i = 1; i < tokens_.size(); ++i) {
      if (Word(i) != "::" || !IsConstant(Word(i - 1))) continue;
      const std::optional<size_t> as = NamedAsType(i + 1);
      if (!as.has_value()) continue;
      const size_t type_end = tokens_[*as - 1].end;
      absl::StrAppend(&out, text_.substr(kept, type_end - kept));
      kept = tokens_[*as + 1].end;
    }
    absl::StrAppend(&out, text_.substr(kept));
    return out;
  }

 private:
  absl::string_view Word(size_t i) const {
    return i < tokens_.size() ? text_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin) : "";
  }

  static bool IsConstant(absl::string_view word) {
    return absl::StartsWith(word, "'") || absl::StartsWith(word, "E'") || absl::StartsWith(word, "B'") ||
           word == "NULL" || word == "true" || word == "false" ||
           (!word.empty() && absl::ascii_isdigit(static_cast<unsigned char>(word[0])));
  }

  // The AS behind the type at `i`, when what follows is the type's name.
  std::optional<size_t> NamedAsType(size_t i) const {
    constexpr size_t kLongestType = 16;
    std::string type;
    int depth = 0;
    for (const size_t first = i; i < first + kLongestType && i + 1 < tokens_.size(); ++i) {
      const absl::string_view word = Word(i);
      if (depth == 0 && word == "AS") {
        return i > first && NameOfType(type) == Word(i + 1) ? std::optional<size_t>(i) : std::nullopt;
      }
      const bool opens = word == "(" || word == "[";
      const bool closes = word == ")" || word == "]";
      depth += opens ? 1 : closes ? -1 : 0;
      if (depth < 0 || (depth == 0 && (word == "," || word == ";"))) return std::nullopt;
      if (depth > 0 || opens || closes) continue;
      const bool joined = type.empty() || word == "." || type.back() == '.';
      absl::StrAppend(&type, joined ? "" : " ", word);
    }
    return std::nullopt;
  }

  absl::string_view text_;
  const std::vector<Token>& tokens_;
};

// Spares most texts the scanner.
bool MayHaveImpliedName(absl::string_view text) {
  for (size_t at = text.find("::"); at != absl::string_view::npos; at = text.find("::", at + 2)) {
    const absl::string_view rest = text.substr(at, text.find_first_of(",;\n", at) - at);
    const char before = at == 0 ? ' ' : text[at - 1];
    const bool constant = before == '\'' || before == 'L' || before == 'e' ||
                          absl::ascii_isdigit(static_cast<unsigned char>(before));
    if (constant && absl::StrContains(rest, " AS ")) return true;
  }
  return false;
}

}  // namespace

std::string WithoutImpliedNames(absl::string_view printed) {
  if (!MayHaveImpliedName(printed)) return std::string(printed);
  const absl::StatusOr<std::vector<Token>> tokens = Scan(printed, "");
  return tokens.ok() ? Names(printed, *tokens).Removed() : std::string(printed);
}

}  // namespace ferry::sql
