// The hash chain over all events, and how an event or a decision is written into columns. Pure: no database
// here; any thread.
//
//   hash(n) = SHA-256 over, each framed by its length: "ferry event 1", hash(n-1) ("" before the first), id,
//             promotion, position, type, at, run, step, version, attempt, rule, text, the number of facts,
//             and every fact's key and value in key order
//
// A decision is an event of no promotion: promotion and run are empty, position counts decisions, and all it
// says is in its facts.
#ifndef FERRY_CONTROLLER_STORE_CHAIN_H_
#define FERRY_CONTROLLER_STORE_CHAIN_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controller/store/store.h"
#include "core/promotion/types.h"

namespace ferry::store {

// An event as its row holds it.
struct EventRow {
  int64_t id = 0;
  std::string promotion_id;  // "" (NULL in the table) = a decision
  int64_t position = 0;      // within its promotion, from 1
  std::string type, at, run_id;
  std::string step;  // "" for an event of no step
  std::string version;
  int64_t attempt = 0;
  std::string rule, text;
  std::string facts;  // a JSON object of strings
  std::string hash;
};

// RFC 3339 in UTC, with every digit needed to read the same instant back.
std::string TimeText(absl::Time time);
absl::StatusOr<absl::Time> TimeFromText(absl::string_view text);  // kStoreCorrupt

// The row of `event`, with its hash. Bytes of facts that are not UTF-8 become U+FFFD, because JSON has no
// others.
EventRow MakeRow(absl::string_view previous_hash, int64_t id, absl::string_view promotion_id,
                 int64_t position, const promotion::Event& event);
// kStoreCorrupt when a column holds what MakeRow cannot have written.
absl::StatusOr<StoredEvent> EventOf(const EventRow& row);

// The same for a decision. `decision.id` is not looked at.
EventRow MakeRow(absl::string_view previous_hash, int64_t id, int64_t position,
                 const DriftDecision& decision);
absl::StatusOr<DriftDecision> DecisionOf(const EventRow& row);

// Checks entries one after the other.
class ChainVerifier {
 public:
  // Starts after entry `id` with this hash; (0, "") is before the first.
  ChainVerifier(int64_t id, std::string hash) : id_(id), hash_(std::move(hash)) {}

  // kStoreCorrupt naming the entry: lost, reordered, edited.
  absl::Status Add(const EventRow& row);
  // kStoreCorrupt unless the log ends where it says it does.
  absl::Status CheckHead(const ChainReport& head) const;

  int64_t id() const { return id_; }
  const std::string& hash() const { return hash_; }

 private:
  int64_t id_;
  std::string hash_;
};

}  // namespace ferry::store

#endif  // FERRY_CONTROLLER_STORE_CHAIN_H_
