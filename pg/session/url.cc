#include "pg/session/url.h"

#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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

using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

// Null: not to be read.
Options Parse(absl::string_view url) {
  char* message = nullptr;  // may quote the text, so it goes nowhere
  Options options(PQconninfoParse(std::string(url).c_str(), &message));
  PQfreemem(message);
  return options;
}

// A value as conninfo takes it.
std::string Quoted(absl::string_view value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

}  // namespace

std::string WithoutPasswords(absl::string_view url) {
  std::map<std::string, std::string> values;
  const Options options = Parse(url);
  if (options == nullptr) return "";
  bool secret = false;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    if (absl::StrContains(option->keyword, "password") || absl::StrContains(option->keyword, "secret")) {
      secret = true;
      continue;
    }
    const bool plain = *option->val != '\0' &&
                       absl::string_view(option->val).find_first_of(" '\\") == absl::string_view::npos;
    values[option->keyword] = plain ? option->val : Quoted(option->val);
  }
  return secret ? absl::StrJoin(values, " ", absl::PairFormatter("=")) : std::string(url);
}

absl::StatusOr<ConnectSettings> ParseUrl(absl::string_view url, absl::string_view default_database) {
  const Options options = Parse(url);
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
