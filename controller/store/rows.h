// Small helpers between rows and values, shared by the sources of this folder. They throw what SQLiteCpp
// throws, so they are called inside Database::Write and Database::Read only.
#ifndef FERRY_CONTROLLER_STORE_ROWS_H_
#define FERRY_CONTROLLER_STORE_ROWS_H_

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/store/chain.h"
#include "controller/store/store.h"
#include "sqlite/statement.h"

namespace ferry::store {

using sqlite::Bytes;
using sqlite::Query;
using sqlite::Run;

// ["a","b"]. Bytes that are not UTF-8 become U+FFFD.
std::string ListText(const std::vector<std::string>& items);
absl::StatusOr<std::vector<std::string>> ListFromText(const std::string& text);  // kStoreCorrupt

// The columns that EventFrom reads, in its order.
inline constexpr char kEventColumns[] =
    "id, promotion_id, position, type, at, run_id, step, version, attempt, rule, text, facts, hash";
EventRow EventFrom(SQLite::Statement& row);

// Where the log ends now.
ChainReport LogHead(SQLite::Database& db);
// Appends one entry, which follows it.
void InsertEvent(SQLite::Database& db, const EventRow& row);
void SetLogHead(SQLite::Database& db, const ChainReport& head);

}  // namespace ferry::store

#endif  // FERRY_CONTROLLER_STORE_ROWS_H_
