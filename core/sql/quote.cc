#include "core/sql/quote.h"

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace ferry::sql {
namespace {

bool LooksBare(absl::string_view name) {
  if (name.empty() || absl::ascii_isdigit(static_cast<unsigned char>(name[0]))) return false;
  for (const char c : name) {
    if (!absl::ascii_islower(static_cast<unsigned char>(c)) && c != '_' &&
        !absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      return false;
    }
  }
  return true;
}

// Asks PostgreSQL's own keyword list.
bool IsPlainWord(absl::string_view word) {
  const std::string text(word);
  const PgQueryScanResult result = pg_query_scan(text.c_str());
  bool plain = false;
  if (result.error == nullptr) {
    PgQuery__ScanResult* scan = pg_query__scan_result__unpack(
        nullptr, result.pbuf.len, reinterpret_cast<const uint8_t*>(result.pbuf.data));
    plain =
        scan->n_tokens == 1 && (scan->tokens[0]->keyword_kind == PG_QUERY__KEYWORD_KIND__NO_KEYWORD ||
                                scan->tokens[0]->keyword_kind == PG_QUERY__KEYWORD_KIND__UNRESERVED_KEYWORD);
    pg_query__scan_result__free_unpacked(scan, nullptr);
  }
  pg_query_free_scan_result(result);
  return plain;
}

}  // namespace

std::string QuoteIdentifier(absl::string_view name) {
  if (LooksBare(name) && IsPlainWord(name)) return std::string(name);
  return absl::StrCat("\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
}

std::string QuoteQualified(const TableName& table) {
  if (table.schema.empty()) return QuoteIdentifier(table.name);
  return absl::StrCat(QuoteIdentifier(table.schema), ".", QuoteIdentifier(table.name));
}

std::string QuoteLiteral(absl::string_view value) {
  const bool escapes = value.find('\\') != absl::string_view::npos;
  return absl::StrCat(escapes ? "E'" : "'", absl::StrReplaceAll(value, {{"'", "''"}, {"\\", "\\\\"}}), "'");
}

}  // namespace ferry::sql
