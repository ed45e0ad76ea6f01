// How a database is reached, as libpq's own keywords, and how those become one PGconn.
#ifndef FERRY_PG_SESSION_CONNECT_H_
#define FERRY_PG_SESSION_CONNECT_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace ferry::pg {

// libpq keywords (host, port, dbname, user, passfile, service, password, sslmode, …); an empty value is as
// good as none. Needed: `dbname` and `user`, or a `service`. Not allowed, because the session sets them:
// application_name, fallback_application_name, client_encoding, options, replication. A password is read from
// a file by the caller and stands here only; it is never on a command line, in a log or in an error.
//
// The environment decides nothing: what is not given takes libpq's built-in default even where PGHOST,
// PGSSLMODE, … are set. Exceptions: with `service`, libpq reads the service file (PGSERVICEFILE) and then the
// environment; and without a password the default password file (~/.pgpass) counts, as with psql. Defaults of
// ours: connect_timeout 10 (seconds, for all hosts together, not each), keepalives after 30 s every 10 s
// three times, tcp_user_timeout 30000 (ms).
struct ConnectSettings {
  std::map<std::string, std::string> parameters;
};

// The connection string for libpq, defaults filled in and every value quoted. It holds the password: keep it
// away from logs. kConnectionSetting: a keyword that libpq does not know or that we do not allow, a value
// with a NUL byte, connect_timeout that is not a number of seconds > 0, or neither `service` nor both
// `dbname` and `user`.
absl::StatusOr<std::string> ConnectionString(const ConnectSettings& settings,
                                             absl::string_view application_name);

// The environment variable by which libpq programs take this keyword ("dbname": PGDATABASE); "" when there is
// none.
std::string EnvironmentVariable(absl::string_view keyword);

// The database as a person may see it: "trading on db1:5432 as ferry_migrate"; never the password.
std::string Describe(const ConnectSettings& settings);

}  // namespace ferry::pg

#endif  // FERRY_PG_SESSION_CONNECT_H_
