#include "pg/session/url.h"

#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::pg {
namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

std::string SystemUser() {
  struct passwd entry {};
  struct passwd* found = nullptr;
  char buffer[4096];
  if (::getpwuid_r(::geteuid(), &entry, buffer, sizeof(buffer), &found) != 0 || found == nullptr) return "";
  return found->pw_name;
}

}  // namespace

absl::StatusOr<ConnectSettings> ParseUrl(absl::string_view url, absl::string_view default_database) {
  char* message = nullptr;  // may quote the text, so it goes nowhere
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(
      PQconninfoParse(std::string(url).c_str(), &message));
  PQfreemem(message);
  if (options == nullptr || url.find('\0') != absl::string_view::npos) {
    return Error(ErrorCode::kConnectionSetting, "this is no connection URL that libpq can read")
        .Next("write it as postgresql://USER@HOST:PORT/DATABASE");
  }
  ConnectSettings settings;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr || *option->val == '\0') continue;
    const std::string keyword = option->keyword;
    if (keyword == "password" || keyword == "sslpassword") {
      return Error(ErrorCode::kConnectionSetting, "a password does not belong into a connection URL")
          .Next("put it into ~/.pgpass, or name such a file in the URL: …?passfile=/path");
    }
    settings.parameters[keyword] = option->val;
  }
  if (settings.parameters.count("service") > 0) return settings;
  std::string& user = settings.parameters["user"];
  if (user.empty()) user = SystemUser();
  std::string& database = settings.parameters["dbname"];
  if (database.empty()) database = default_database.empty() ? user : std::string(default_database);
  return settings;
}

}  // namespace ferry::pg
