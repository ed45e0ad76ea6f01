#include "core/migration/layout.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace ferry::migration {
namespace {

using Kind = sql::Token::Kind;

bool IsComment(const sql::Token& t) { return t.kind == Kind::kLineComment || t.kind == Kind::kBlockComment; }

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

std::optional<FilledText> Source::WithValues(size_t begin, size_t end,
                                             const std::vector<Placeholder>& placeholders) {
  bool missing = false;
  FilledText filled = Fill(text, begin, end, placeholders, [&](const Placeholder& p) {
    absl::StatusOr<std::string> value = values.Get(environment, p.name);
    used.insert(p.name);
    if (value.ok()) return *std::move(value);
    missing = true;
    const sql::Place place = places.At(p.begin);
    Add(Annotate(value.status(), [&](ErrorDetail& detail) {
      detail.file = file;
      detail.line = place.line;
      detail.column = place.column;
    }));
    return std::string();
  });
  if (missing) return std::nullopt;
  return filled;
}

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
  layout.placeholders = FindPlaceholders(source.text, *tokens);
  starts.push_back(source.text.size());
  size_t next = 0;
  for (Section& section : layout.sections) {
    while (starts[next] <= section.at) ++next;
    section.end = starts[next];
  }
  return layout;
}

}  // namespace ferry::migration
