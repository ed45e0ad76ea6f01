#include "core/migration/placeholder.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace ferry::migration {
namespace {

using Kind = sql::Token::Kind;

bool IsOpaque(const sql::Token& t) {
  return t.kind == Kind::kLineComment || t.kind == Kind::kBlockComment || t.kind == Kind::kDollarString;
}

// The name of `${name}` at `at`, or nothing.
std::optional<absl::string_view> NameAt(absl::string_view text, size_t at) {
  if (text.substr(at, 2) != "${") return std::nullopt;
  size_t end = at + 2;
  while (end < text.size() &&
         (absl::ascii_isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_'))
    ++end;
  if (end == at + 2 || absl::ascii_isdigit(static_cast<unsigned char>(text[at + 2]))) return std::nullopt;
  if (end == text.size() || text[end] != '}') return std::nullopt;
  return text.substr(at + 2, end - at - 2);
}

}  // namespace

std::vector<Placeholder> FindPlaceholders(absl::string_view text, const std::vector<sql::Token>& tokens) {
  std::vector<Placeholder> found;
  size_t next = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    while (next < tokens.size() && tokens[next].end <= i) ++next;
    if (next < tokens.size() && tokens[next].begin <= i && IsOpaque(tokens[next])) {
      i = tokens[next].end - 1;
      continue;
    }
    const bool escaped = text[i] == '$' && NameAt(text, i + 1).has_value();
    const size_t at = escaped ? i + 1 : i;
    const std::optional<absl::string_view> name = NameAt(text, at);
    if (!name.has_value()) continue;
    const size_t end = at + name->size() + 3;
    found.push_back({i, end, escaped ? "" : std::string(*name)});
    i = end - 1;
  }
  return found;
}

FilledText Fill(absl::string_view text, size_t begin, size_t end,
                const std::vector<Placeholder>& placeholders,
                const std::function<std::string(const Placeholder&)>& value_of) {
  FilledText out;
  size_t done = begin;
  for (const Placeholder& p : placeholders) {
    if (p.begin < begin || p.end > end) continue;
    absl::StrAppend(&out.text, text.substr(done, p.begin - done));
    const size_t at = out.text.size();
    // A name is ASCII, so its bytes are its characters.
    absl::StrAppend(
        &out.text, p.name.empty() ? std::string(text.substr(p.begin + 1, p.end - p.begin - 1)) : value_of(p));
    out.replaced.push_back({at, out.text.size(), static_cast<int>(p.end - p.begin)});
    done = p.end;
  }
  absl::StrAppend(&out.text, text.substr(done, end - done));
  return out;
}

std::string EscapePlaceholders(absl::string_view sql) {
  std::string out;
  size_t done = 0;
  for (const Placeholder& p : FindPlaceholders(sql, sql::Scan(sql, "").value_or(std::vector<sql::Token>()))) {
    const size_t at = p.name.empty() ? p.begin + 1 : p.begin;
    absl::StrAppend(&out, sql.substr(done, at - done), "$");
    done = at;
  }
  absl::StrAppend(&out, sql.substr(done));
  return out;
}

}  // namespace ferry::migration
