#include "pg/session/connect.h"

#include <libpq-fe.h>

#include <cstring>
#include <memory>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::pg {
namespace {

using Parameters = std::map<std::string, std::string>;

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

std::string Get(const Parameters& parameters, const std::string& keyword) {
  const auto found = parameters.find(keyword);
  return found == parameters.end() ? std::string() : found->second;
}

absl::Status Check(const Parameters& parameters, const PQconninfoOption* known) {
  static const std::set<std::string> kOurs = {"application_name", "fallback_application_name",
                                              "client_encoding", "options", "replication"};
  std::set<std::string> keywords;
  for (const PQconninfoOption* option = known; option->keyword != nullptr; ++option) {
    keywords.insert(option->keyword);
  }
  for (const auto& [keyword, value] : parameters) {
    if (!keywords.contains(keyword)) {
      return Error(ErrorCode::kConnectionSetting,
                   absl::StrCat("unknown connection setting \"", keyword, "\""));
    }
    if (kOurs.contains(keyword)) {
      return Error(ErrorCode::kConnectionSetting,
                   absl::StrCat("connection setting \"", keyword, "\" is set by ferry and cannot be given"));
    }
    if (value.find('\0') != std::string::npos) {
      return Error(ErrorCode::kConnectionSetting,
                   absl::StrCat("connection setting \"", keyword, "\" contains a zero byte"));
    }
  }
  if (!Get(parameters, "service").empty()) return absl::OkStatus();
  for (const char* needed : {"dbname", "user"}) {
    if (Get(parameters, needed).empty()) {
      return Error(ErrorCode::kConnectionSetting,
                   absl::StrCat("connection setting \"", needed, "\" is missing"));
    }
  }
  return absl::OkStatus();
}

void AddOurs(Parameters& parameters, absl::string_view application_name) {
  const auto keep = [&parameters](const std::string& keyword, const char* value) {
    std::string& slot = parameters[keyword];
    if (slot.empty()) slot = value;
  };
  keep("connect_timeout", "10");
  keep("keepalives", "1");
  keep("keepalives_idle", "30");
  keep("keepalives_interval", "10");
  keep("keepalives_count", "3");
  keep("tcp_user_timeout", "30000");
  parameters["client_encoding"] = "UTF8";
  parameters["application_name"] = std::string(application_name.substr(0, application_name.find('\0')));
}

// libpq looks at the environment for a keyword only when the connection string does not hold it: '' is as
// good as unset and stops that. `service` is left alone, since an empty service is looked up in the service
// file.
void ShutOutEnvironment(Parameters& parameters, const PQconninfoOption* known) {
  for (const PQconninfoOption* option = known; option->keyword != nullptr; ++option) {
    if (option->envvar == nullptr || std::strcmp(option->keyword, "service") == 0) continue;
    std::string& slot = parameters[option->keyword];
    if (slot.empty() && option->compiled != nullptr) slot = option->compiled;
  }
}

std::string Quoted(const std::string& value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

}  // namespace

absl::StatusOr<std::string> ConnectionString(const ConnectSettings& settings,
                                             absl::string_view application_name) {
  const Options known(PQconndefaults());
  if (known == nullptr) return Error(ErrorCode::kInternal, "libpq has no memory for its options");
  RETURN_IF_ERROR(Check(settings.parameters, known.get()));

  Parameters parameters;
  for (const auto& [keyword, value] : settings.parameters) {
    if (!value.empty()) parameters[keyword] = value;
  }
  const bool service = parameters.contains("service");
  AddOurs(parameters, application_name);
  if (!service) ShutOutEnvironment(parameters, known.get());

  int timeout = 0;
  if (!absl::SimpleAtoi(parameters["connect_timeout"], &timeout) || timeout <= 0) {
    return Error(ErrorCode::kConnectionSetting,
                 "connection setting \"connect_timeout\" is not a number of seconds above 0");
  }
  std::string text;
  for (const auto& [keyword, value] : parameters) absl::StrAppend(&text, keyword, "=", Quoted(value), " ");
  return text;
}

std::string EnvironmentVariable(absl::string_view keyword) {
  const Options known(PQconndefaults());
  for (const PQconninfoOption* option = known.get(); option != nullptr && option->keyword != nullptr;
       ++option) {
    if (keyword == option->keyword) return option->envvar == nullptr ? "" : option->envvar;
  }
  return "";
}

std::string Describe(const ConnectSettings& settings) {
  const std::string service = Get(settings.parameters, "service");
  const std::string database = Get(settings.parameters, "dbname");
  std::string host = Get(settings.parameters, "host");
  if (host.empty()) host = Get(settings.parameters, "hostaddr");
  const std::string port = Get(settings.parameters, "port");
  const std::string user = Get(settings.parameters, "user");

  std::string text = database.empty() ? absl::StrCat("service ", service) : database;
  if (!host.empty()) absl::StrAppend(&text, " on ", host);
  if (!host.empty() && !port.empty()) absl::StrAppend(&text, ":", port);
  if (!user.empty()) absl::StrAppend(&text, " as ", user);
  return text;
}

}  // namespace ferry::pg
