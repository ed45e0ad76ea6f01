#include "core/migration/layout.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace ferry::migration {
namespace {

using Kind = sql::Token::Kind;

bool IsComment(const sql::Token& t) { return t.kind == Kind::kLineComment || t.kind == Kind::kBlockComment; }

// `${name}` at `at`: its length, or nothing.
std::optional<size_t> PlaceholderLength(absl::string_view text, size_t at) {
  if (text.substr(at, 2) != "${") return std::nullopt;
  size_t end = at + 2;
  while (end < text.size() &&
         (absl::ascii_isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_'))
    ++end;
  if (end == at + 2 || absl::ascii_isdigit(static_cast<unsigned char>(text[at + 2]))) return std::nullopt;
  if (end == text.size() || text[end] != '}') return std::nullopt;
  return end + 1 - at;
}

void FindPlaceholders(Source& source, const std::vector<sql::Token>& tokens) {
  size_t next = 0;
  for (size_t i = 0; i < source.text.size(); ++i) {
    while (next < tokens.size() && tokens[next].end <= i) ++next;
    if (next < tokens.size() && tokens[next].begin <= i &&
        (IsComment(tokens[next]) || tokens[next].kind == Kind::kDollarString)) {
      i = tokens[next].end - 1;
      continue;
    }
    if (const std::optional<size_t> length = PlaceholderLength(source.text, i)) {
      source.Add(source
                     .At(ErrorCode::kPlaceholder,
                         absl::StrCat("placeholders are not supported by this version: ",
                                      source.text.substr(i, *length)),
                         i)
                     .Next("write the value itself"));
      i += *length - 1;
    }
  }
}

// Handles one line comment that looks like a directive.
void AddDirective(Source& source, const sql::Token& comment, Layout& layout) {
  const absl::string_view line = source.text.substr(comment.begin, comment.end - comment.begin);
  if (comment.begin > 0 && source.text[comment.begin - 1] != '\n') {
    return source.Add(source.At(ErrorCode::kUnknownDirective,
                                "a directive must stand at the start of its line", comment.begin));
  }
  Section section;
  section.at = comment.begin;
  section.begin = comment.end;
  DirectiveError error;
  if (!ParseDirective(line, section.directive, error)) {
    return source.Add(source.At(error.code, error.message, comment.begin + error.at));
  }
  layout.sections.push_back(std::move(section));
}

}  // namespace

Layout ReadLayout(Source& source) {
  Layout layout;
  const absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(source.text, source.file);
  if (!tokens.ok()) {
    source.Add(tokens.status());
    return layout;
  }
  std::vector<size_t> starts;  // of everything that looks like a directive
  bool told = false;
  for (const sql::Token& t : *tokens) {
    if (t.kind == Kind::kLineComment && LooksLikeDirective(source.text.substr(t.begin, t.end - t.begin))) {
      AddDirective(source, t, layout);
      starts.push_back(t.begin);
    } else if (starts.empty() && t.kind == Kind::kLineComment) {
      layout.header_comments.push_back(t);
    } else if (starts.empty() && !IsComment(t) && !std::exchange(told, true)) {
      source.Add(
          source.At(ErrorCode::kMigrationHeader, "a statement stands before the first section", t.begin)
              .Next("put `-- ferry:up` on a line before it"));
    }
  }
  FindPlaceholders(source, *tokens);
  starts.push_back(source.text.size());
  size_t next = 0;
  for (Section& section : layout.sections) {
    while (starts[next] <= section.at) ++next;
    section.end = starts[next];
  }
  return layout;
}

}  // namespace ferry::migration
