// What a target's schema should be, as its ledger says: table ferry.fingerprint, append-only. A row says what
// was there after an event; it counts while that event is the ledger's newest.
#ifndef FERRY_PG_LEDGER_FINGERPRINT_H_
#define FERRY_PG_LEDGER_FINGERPRINT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "pg/session/session.h"

namespace ferry::ledger {

struct Fingerprint {
  int64_t id = 0;
  int64_t event_id = 0;           // the newest event that it covers
  std::string root, access_root;  // schema::Snapshot's
  std::string format;             // fingerprints of another format cannot be compared with these
  std::string how;                // "first look", "after a change", "restored", "new format", "by hand"
  absl::Time at;                  // the database's clock
  std::string login;              // that recorded it
  std::string note;               // a sentence for people, or empty
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

// The newest row, or nothing. In or outside a transaction. kLedgerMissing: no ledger, or one of an older
// format. kPrivilege, those of the connection.
absl::StatusOr<std::optional<Fingerprint>> ReadFingerprint(pg::Session& session);

// Appends `fingerprint` in a transaction of its own, under the migrating login, and returns it with id, time
// and login as the server has set them. `after`: the id of the newest row that the caller knows, 0 for none.
// kLedgerMismatch when its event is not the newest one any more, or another row has come;
// kLedgerMissing, kPrivilege, those of the connection.
absl::StatusOr<Fingerprint> RecordFingerprint(pg::Session& session, const Fingerprint& fingerprint,
                                              int64_t after);

}  // namespace ferry::ledger

#endif  // FERRY_PG_LEDGER_FINGERPRINT_H_
