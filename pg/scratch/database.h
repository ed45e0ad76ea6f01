// A database that exists only while something is tried in it: nobody's target, empty at the start, dropped at
// the end.
//
// Its name is ferry_scratch_ and 16 random hexadecimal digits, and a comment on it (the marker) says what it
// is and since when. Nothing without that name and, for a leftover, that marker is ever dropped.
#ifndef FERRY_PG_SCRATCH_DATABASE_H_
#define FERRY_PG_SCRATCH_DATABASE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/ids.h"
#include "pg/session/session.h"

namespace ferry::scratch {

inline constexpr char kPrefix[] = "ferry_scratch_";
inline constexpr char kMarker[] = "Schemaferry scratch database, safe to drop; made at ";

// One thread at a time.
class Database {
 public:
  // Creates it, from template0, on the server of `server`: any database there that the login may connect to,
  // as a role that may CREATE DATABASE. First drops what processes that died left there more than a day ago
  // (prefix and marker, nobody connected). kDatabaseUnreachable, kAuthentication, kConnectionSetting: as
  // Session::Open. kScratch: the server refuses, with its reason.
  static absl::StatusOr<std::unique_ptr<Database>> Create(const pg::ConnectSettings& server,
                                                          RandomSource& random = SystemRandom());
  // Drops it, ending every session in it. When the server cannot be reached it stays, as a leftover.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::string& name() const { return name_; }
  // How to reach it. Keep it away from logs.
  const pg::ConnectSettings& settings() const { return settings_; }
  // A new session in it. Errors as Session::Open.
  absl::StatusOr<std::unique_ptr<pg::Session>> Open() const;

 private:
  Database(std::unique_ptr<pg::Session> server, pg::ConnectSettings settings, std::string name)
      : server_(std::move(server)), settings_(std::move(settings)), name_(std::move(name)) {}

  std::unique_ptr<pg::Session> server_;  // to the database that was given; open as long as this one lives
  const pg::ConnectSettings settings_;
  const std::string name_;
};

// `status` as kScratch with the reason, unless it says that the server cannot be reached or refuses the
// login.
absl::Status ScratchError(const absl::Status& status, absl::string_view what);

}  // namespace ferry::scratch

#endif  // FERRY_PG_SCRATCH_DATABASE_H_
