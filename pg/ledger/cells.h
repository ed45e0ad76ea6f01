// Reading a server's answer: cells of queries that we wrote, so a value that is not what we asked for reads
// as "" or 0. And the one kind of parameter that is not text already.
#ifndef FERRY_PG_LEDGER_CELLS_H_
#define FERRY_PG_LEDGER_CELLS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "pg/session/session.h"

namespace ferry::ledger {

inline bool IsNull(const pg::Rows& rows, size_t row, size_t column) {
  return row >= rows.size() || !rows.at(row, column).has_value();
}

inline std::string Text(const pg::Rows& rows, size_t row, size_t column) {
  return IsNull(rows, row, column) ? std::string() : *rows.at(row, column);
}

inline int64_t Int(const pg::Rows& rows, size_t row, size_t column) {
  int64_t value = 0;
  return absl::SimpleAtoi(Text(rows, row, column), &value) ? value : 0;
}

// As a parameter of type text[].
std::string TextArray(const std::vector<std::string>& values);

// The status of a statement on the ledger: Translate, and a duplicate key is kLedgerMismatch, a missing
// schema, table or function kLedgerMissing.
absl::Status TranslateLedger(const absl::Status& status);

// A query on the ledger, with its errors translated.
inline absl::StatusOr<pg::Rows> Ask(pg::Session& session, absl::string_view sql,
                                    const std::vector<std::optional<std::string>>& values = {}) {
  absl::StatusOr<pg::Rows> rows = session.Query(sql, values);
  if (!rows.ok()) return TranslateLedger(rows.status());
  return rows;
}

}  // namespace ferry::ledger

#endif  // FERRY_PG_LEDGER_CELLS_H_
