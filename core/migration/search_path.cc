#include "core/migration/search_path.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/sql/quote.h"

namespace ferry::migration {
namespace {

bool IsBareStart(char c) {
  const auto u = static_cast<unsigned char>(c);
  return absl::ascii_isalpha(u) || c == '_' || u >= 0x80;
}

bool IsBare(char c) {
  return IsBareStart(c) || absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '$';
}

std::optional<std::string> TakeQuoted(absl::string_view& text) {
  std::string name;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] != '"') {
      name += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == '"') {
      name += text[i++];
    } else {
      text.remove_prefix(i + 1);
      return name.empty() ? std::nullopt : std::optional<std::string>(name);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> TakeIdentifier(absl::string_view& text) {
  if (text.empty()) return std::nullopt;
  if (text[0] == '"') return TakeQuoted(text);
  if (!IsBareStart(text[0])) return std::nullopt;
  size_t end = 1;
  while (end < text.size() && IsBare(text[end])) ++end;
  std::string name = absl::AsciiStrToLower(text.substr(0, end));
  text.remove_prefix(end);
  return name;
}

std::optional<sql::TableName> ParseTableName(absl::string_view text) {
  const std::optional<std::string> first = TakeIdentifier(text);
  if (!first.has_value()) return std::nullopt;
  if (text.empty()) return sql::TableName{"", *first};
  if (!absl::ConsumePrefix(&text, ".")) return std::nullopt;
  const std::optional<std::string> second = TakeIdentifier(text);
  if (!second.has_value() || !text.empty()) return std::nullopt;
  return sql::TableName{*first, *second};
}

std::optional<std::vector<std::string>> ParseNames(absl::string_view text) {
  std::vector<std::string> names;
  while (true) {
    const std::optional<std::string> name = TakeIdentifier(text);
    if (!name.has_value() || std::find(names.begin(), names.end(), *name) != names.end()) return std::nullopt;
    names.push_back(*name);
    if (text.empty()) return names;
    if (!absl::ConsumePrefix(&text, ",")) return std::nullopt;
  }
}

std::optional<std::string> ParseSearchPath(absl::string_view text) {
  std::string list;
  while (true) {
    text = absl::StripLeadingAsciiWhitespace(text);
    const std::optional<std::string> schema = TakeIdentifier(text);
    if (!schema.has_value() || *schema == "ferry" || absl::StartsWith(*schema, "pg_temp"))
      return std::nullopt;
    absl::StrAppend(&list, list.empty() ? "" : ", ", sql::QuoteIdentifier(*schema));
    text = absl::StripAsciiWhitespace(text);
    if (text.empty()) return list;
    if (!absl::ConsumePrefix(&text, ",")) return std::nullopt;
  }
}

}  // namespace ferry::migration
