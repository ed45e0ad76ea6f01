#include "controller/store/rows.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace ferry::store {

using Json = nlohmann::json;

std::string ListText(const std::vector<std::string>& items) {
  return Json(items).dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<std::vector<std::string>> ListFromText(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  std::vector<std::string> items;
  if (!json.is_array()) return Error(ErrorCode::kStoreCorrupt, "a list in the store is not a JSON array");
  for (const Json& item : json) {
    if (!item.is_string()) return Error(ErrorCode::kStoreCorrupt, "a list in the store holds no strings");
    items.push_back(item.get<std::string>());
  }
  return items;
}

EventRow EventFrom(SQLite::Statement& row) {
  EventRow out;
  out.id = row.getColumn(0).getInt64();
  out.promotion_id = row.getColumn(1).getString();
  out.position = row.getColumn(2).getInt64();
  out.type = row.getColumn(3).getString();
  out.at = row.getColumn(4).getString();
  out.run_id = row.getColumn(5).getString();
  out.step = row.getColumn(6).getString();
  out.version = row.getColumn(7).getString();
  out.attempt = row.getColumn(8).getInt64();
  out.rule = row.getColumn(9).getString();
  out.text = row.getColumn(10).getString();
  out.facts = row.getColumn(11).getString();
  out.hash = row.getColumn(12).getString();
  return out;
}

ChainReport LogHead(SQLite::Database& db) {
  SQLite::Statement head(db, "SELECT events, hash FROM log_head");
  head.executeStep();
  return {head.getColumn(0).getInt64(), head.getColumn(1).getString()};
}

void InsertEvent(SQLite::Database& db, const EventRow& row) {
  Run(db,
      "INSERT INTO event (id, promotion_id, position, type, at, run_id, step, version, attempt, rule, text,"
      " facts, hash) VALUES (?, nullif(?, ''), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      row.id, row.promotion_id, row.position, row.type, row.at, row.run_id, row.step, row.version,
      row.attempt, row.rule, row.text, row.facts, row.hash);
}

void SetLogHead(SQLite::Database& db, const ChainReport& head) {
  Run(db, "UPDATE log_head SET events = ?, hash = ?", head.events, head.head);
}

}  // namespace ferry::store
