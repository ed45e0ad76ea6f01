// A database as a person writes it on a command line or in a file of a project. Any thread.
#ifndef FERRY_PG_SESSION_URL_H_
#define FERRY_PG_SESSION_URL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pg/session/connect.h"

namespace ferry::pg {

// "postgresql://ana@db1:5432/trading?sslmode=require" or "host=db1 dbname=trading". The user is the operating
// system's when none is given, the database `default_database`, or the user's name when that is empty too.
// kConnectionSetting: it cannot be read, or it holds a password: that would stand in the shell's history and
// in the process list. The error shows nothing of `url`.
absl::StatusOr<ConnectSettings> ParseUrl(absl::string_view url, absl::string_view default_database = "");

// `url`, or a text in libpq's "keyword=value" form, as it is when it holds no password or other secret; else
// what is left without them in that form, sorted by keyword. "" when libpq cannot read it.
std::string WithoutPasswords(absl::string_view url);

}  // namespace ferry::pg

#endif  // FERRY_PG_SESSION_URL_H_
