#include "pg/session/advisory_lock.h"

#include <charconv>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/hash.h"

namespace ferry::pg {

absl::StatusOr<bool> TryAdvisoryLock(Session& session, int64_t key) {
  ASSIGN_OR_RETURN(
      const Rows rows,
      session.Query("SELECT pg_catalog.pg_try_advisory_lock($1::pg_catalog.int8)", {absl::StrCat(key)}));
  return IsTrue(rows.at(0, 0));
}

int64_t AdvisoryLockKey(absl::string_view name) {
  const std::string digest = Sha256Hex(name).substr(0, 16);
  uint64_t key = 0;
  std::from_chars(digest.data(), digest.data() + digest.size(), key, 16);
  return static_cast<int64_t>(key);
}

}  // namespace ferry::pg
