#include "core/sql/tokens.h"

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/big_stack.h"

namespace ferry::sql {
namespace {

constexpr size_t kBlock = 1024;

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The length of the UTF-8 character at `text[at]`; 0 when it is none (overlong, surrogate, cut off, …).
size_t CharacterLength(absl::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char first = byte(0);
  const size_t length = first < 0x80                    ? 1
                        : first >= 0xC2 && first < 0xE0 ? 2
                        : first >= 0xE0 && first < 0xF0 ? 3
                        : first >= 0xF0 && first < 0xF5 ? 4
                                                        : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!Continues(text[at + i])) return 0;
  }
  if (first == 0xE0 && byte(1) < 0xA0) return 0;
  if (first == 0xED && byte(1) >= 0xA0) return 0;
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xF4 && byte(1) >= 0x90) return 0;
  return length;
}

// The first byte that the parser, which takes a C string of UTF-8, cannot be given.
std::optional<size_t> FirstBadByte(absl::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = text[at] == '\0' ? 0 : CharacterLength(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

Token::Kind KindOf(const PgQuery__ScanToken& token, absl::string_view sql) {
  switch (token.token) {
    case PG_QUERY__TOKEN__SQL_COMMENT:
      return Token::Kind::kLineComment;
    case PG_QUERY__TOKEN__C_COMMENT:
      return Token::Kind::kBlockComment;
    case PG_QUERY__TOKEN__SCONST:
      return sql[static_cast<size_t>(token.start)] == '$' ? Token::Kind::kDollarString : Token::Kind::kOther;
    case PG_QUERY__TOKEN__IDENT:
      return Token::Kind::kIdentifier;
    default:
      return token.keyword_kind == PG_QUERY__KEYWORD_KIND__NO_KEYWORD ? Token::Kind::kOther
                                                                      : Token::Kind::kKeyword;
  }
}

std::vector<Token> TokensOf(const PgQueryProtobuf& packed, absl::string_view sql) {
  PgQuery__ScanResult* scan =
      pg_query__scan_result__unpack(nullptr, packed.len, reinterpret_cast<const uint8_t*>(packed.data));
  std::vector<Token> tokens;
  tokens.reserve(scan->n_tokens);
  for (size_t i = 0; i < scan->n_tokens; ++i) {
    const PgQuery__ScanToken& t = *scan->tokens[i];
    tokens.push_back({KindOf(t, sql), static_cast<size_t>(t.start), static_cast<size_t>(t.end)});
  }
  pg_query__scan_result__free_unpacked(scan, nullptr);
  return tokens;
}

}  // namespace

PlaceFinder::PlaceFinder(absl::string_view text, int first_line, int first_column,
                         std::vector<Replaced> replaced)
    : text_(text),
      first_line_(first_line),
      first_column_(first_column),
      line_starts_{0},
      replaced_(std::move(replaced)) {
  int characters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i % kBlock == 0) characters_.push_back(characters);
    characters += Continues(text[i]) ? 0 : 1;
    if (text[i] == '\n') line_starts_.push_back(i + 1);
  }
  characters_.push_back(characters);
}

int PlaceFinder::CharactersBefore(size_t byte) const {
  if (byte == text_.size()) return characters_.back();
  int count = characters_[byte / kBlock];
  for (size_t i = byte - byte % kBlock; i < byte; ++i) count += Continues(text_[i]) ? 0 : 1;
  return count;
}

Place PlaceFinder::At(size_t byte) const {
  for (const Replaced& r : replaced_) {
    if (r.begin < byte && byte < r.end) byte = r.begin;
  }
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), byte);
  const int line = static_cast<int>(after - line_starts_.begin()) - 1;
  const size_t start = *(after - 1);
  int column = CharactersBefore(byte) - CharactersBefore(start);
  for (const Replaced& r : replaced_) {
    if (r.begin < start || r.end > byte) continue;
    column += r.width - (CharactersBefore(r.end) - CharactersBefore(r.begin));
  }
  return {first_line_ + line, column + (line == 0 ? first_column_ : 1)};
}

size_t PlaceFinder::ByteOfCharacter(int position) const {
  int seen = 0;
  for (size_t i = 0; i < text_.size(); ++i) {
    if (!Continues(text_[i]) && ++seen == position) return i;
  }
  return text_.size();
}

absl::StatusOr<std::vector<Token>> Scan(absl::string_view sql, absl::string_view file, int first_line,
                                        int first_column, const std::vector<Replaced>& replaced) {
  const auto fail = [&](absl::string_view message, size_t byte) -> absl::Status {
    const Place place = PlaceFinder(sql, first_line, first_column, replaced).At(byte);
    return Error(ErrorCode::kSqlSyntax, message).At(file, place.line, place.column).Sqlstate("42601");
  };
  if (const std::optional<size_t> bad = FirstBadByte(sql)) {
    return fail(sql[*bad] == '\0' ? "a NUL byte is no SQL" : "this byte is not valid UTF-8", *bad);
  }
  absl::StatusOr<std::vector<Token>> tokens;
  const std::string text(sql);
  RETURN_IF_ERROR(RunOnBigStack([&] {
    const PgQueryScanResult result = pg_query_scan(text.c_str());
    if (result.error != nullptr) {
      const int cursor = result.error->cursorpos;
      tokens = fail(result.error->message, cursor > 0 ? PlaceFinder(sql).ByteOfCharacter(cursor) : 0);
    } else {
      tokens = TokensOf(result.pbuf, sql);
    }
    pg_query_free_scan_result(result);
  }));
  return tokens;
}

}  // namespace ferry::sql
