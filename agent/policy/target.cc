#include "agent/policy/target.h"

#include <map>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/window/parse.h"

namespace ferry::policy {
namespace {

using config::ConfigNode;

constexpr absl::Duration kLongestDriftPause = absl::Hours(24);
constexpr int kMostJobs = 64;
constexpr char kNoPassword[] =
    "a password does not belong in this file: put it in a file of its own with mode 0600, and name that file "
    "as "
    "\"password_file\" of the login";

absl::StatusOr<std::string> ReadSecretPath(const ConfigNode& node, absl::string_view key) {
  if (!node.Has(key)) return std::string();
  ASSIGN_OR_RETURN(std::string path, config::ReadPath(node, key));
  RETURN_IF_ERROR(node.At(key, CheckSecretFile(path)));
  return path;
}

// Values that libpq would take for a whole connection string, where a password could stand.
bool IsConnectionString(absl::string_view dbname) {
  return absl::StrContains(dbname, "=") || absl::StrContains(dbname, "://");
}

absl::Status ReadConnection(const ConfigNode& holder, std::map<std::string, std::string>& out) {
  ASSIGN_OR_RETURN(const ConfigNode node, holder.Map("connection"));
  for (const std::string& keyword : node.Keys()) {
    if (keyword == "password" || keyword == "sslpassword") return node.Complain(keyword, kNoPassword);
    if (keyword == "user" || keyword == "passfile") {
      return node.Complain(keyword,
                           absl::StrCat("\"", keyword, "\" is said for each login, under \"logins\""));
    }
    ASSIGN_OR_RETURN(const std::string value, node.String(keyword));
    if (keyword == "dbname" && IsConnectionString(value)) {
      return node.Complain(keyword, "\"dbname\" is the name of a database, not a connection string");
    }
    out[keyword] = value;
  }
  return absl::OkStatus();
}

// What says who logs in; `node` may hold other keys.
absl::Status ReadLoginKeys(const ConfigNode& node, LoginConfig& out) {
  if (node.Has("password")) return node.Complain("password", kNoPassword);
  ASSIGN_OR_RETURN(out.user, node.String("user"));
  ASSIGN_OR_RETURN(out.password_file, ReadSecretPath(node, "password_file"));
  ASSIGN_OR_RETURN(out.passfile, ReadSecretPath(node, "passfile"));
  if (!out.password_file.empty() && !out.passfile.empty()) {
    return node.Complain("passfile", "give \"password_file\" or \"passfile\", not both");
  }
  return absl::OkStatus();
}

absl::Status ReadLogin(const ConfigNode& logins, absl::string_view key, LoginConfig& out) {
  ASSIGN_OR_RETURN(const ConfigNode node, logins.Map(key));
  if (!node.Has("password")) RETURN_IF_ERROR(node.RefuseUnknown({"user", "password_file", "passfile"}));
  return ReadLoginKeys(node, out);
}

// { connection: { host: …, dbname: postgres }, user: …, password_file: … }
absl::Status ReadScratch(const ConfigNode& target, TargetConfig& out) {
  ASSIGN_OR_RETURN(const std::optional<ConfigNode> node, target.OptionalMap("scratch"));
  if (!node.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(node->RefuseUnknown({"connection", "user", "password", "password_file", "passfile"}));
  ScratchConfig scratch;
  RETURN_IF_ERROR(ReadConnection(*node, scratch.connection));
  RETURN_IF_ERROR(ReadLoginKeys(*node, scratch.login));
  std::string& database = scratch.connection["dbname"];
  if (database.empty() && scratch.connection.count("service") == 0) database = "postgres";
  pg::ConnectSettings settings{scratch.connection};
  settings.parameters["user"] = scratch.login.user;
  RETURN_IF_ERROR(node->At("connection", pg::ConnectionString(settings, "ferry").status()));
  out.scratch = std::move(scratch);
  return absl::OkStatus();
}

absl::Status ReadLogins(const ConfigNode& target, TargetConfig& out) {
  ASSIGN_OR_RETURN(const ConfigNode node, target.Map("logins"));
  RETURN_IF_ERROR(node.RefuseUnknown({"setup", "migrate", "observe", "restore"}));
  RETURN_IF_ERROR(ReadLogin(node, "setup", out.setup));
  RETURN_IF_ERROR(ReadLogin(node, "migrate", out.migrate));
  RETURN_IF_ERROR(ReadLogin(node, "observe", out.observe));
  return node.Has("restore") ? ReadLogin(node, "restore", out.restore) : absl::OkStatus();
}

// Lets libpq's own list of settings judge, before the first connection is tried.
absl::Status CheckSettings(const ConfigNode& target, const TargetConfig& out) {
  pg::ConnectSettings settings{out.connection};
  settings.parameters["user"] = out.migrate.user;
  return target.At("connection", pg::ConnectionString(settings, "ferry").status());
}

absl::Status ReadDrift(const ConfigNode& target, TargetConfig& out) {
  ASSIGN_OR_RETURN(const std::optional<ConfigNode> node, target.OptionalMap("drift"));
  if (!node.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(node->RefuseUnknown({"check_every"}));
  ASSIGN_OR_RETURN(const std::string text, node->String("check_every"));
  if (text == "off") {
    out.drift_every.reset();
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const absl::Duration every, ReadDuration(*node, "check_every", absl::ZeroDuration()));
  if (every < absl::Seconds(1) || every > kLongestDriftPause) {
    return node->Complain("check_every", "\"check_every\" must be off, or at least 1s and at most 1d");
  }
  out.drift_every = every;
  return absl::OkStatus();
}

absl::Status ReadHotfix(const ConfigNode& target, TargetConfig& out) {
  ASSIGN_OR_RETURN(const std::string policy, target.StringOr("hotfix", "refuse"));
  if (policy != "refuse" && policy != "accept") {
    return target.Complain("hotfix",
                           absl::StrCat("\"hotfix\" must be refuse or accept, found \"", policy, "\""));
  }
  out.accept_hotfix = policy == "accept";
  return absl::OkStatus();
}

absl::Status ReadBackup(const ConfigNode& target, BackupConfig& out) {
  ASSIGN_OR_RETURN(const ConfigNode node, target.Map("backup"));
  RETURN_IF_ERROR(node.RefuseUnknown({"folder", "jobs", "pg_dump"}));
  ASSIGN_OR_RETURN(out.folder, config::ReadPath(node, "folder"));
  ASSIGN_OR_RETURN(const int64_t jobs, node.IntOr("jobs", out.jobs, 1, kMostJobs));
  out.jobs = static_cast<int>(jobs);
  if (node.Has("pg_dump")) {
    ASSIGN_OR_RETURN(out.pg_dump, config::ReadPath(node, "pg_dump"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<absl::Duration> ReadDuration(const ConfigNode& node, absl::string_view key,
                                            absl::Duration fallback) {
  if (!node.Has(key)) return fallback;
  ASSIGN_OR_RETURN(const std::string text, node.String(key));
  const absl::StatusOr<absl::Duration> duration = window::ParseDuration(text);
  if (!duration.ok()) return node.At(key, duration.status());
  return *duration;
}

absl::StatusOr<TargetConfig> ReadTarget(const ConfigNode& node) {
  RETURN_IF_ERROR(
      node.RefuseUnknown({"id", "environment", "connection", "logins", "limits", "backfill", "backup",
                          "restore", "scratch", "drift", "hotfix", "windows", "protected"}));
  TargetConfig out;
  ASSIGN_OR_RETURN(out.id, config::ReadId(node, "id"));
  ASSIGN_OR_RETURN(out.environment, config::ReadEnvironmentName(node, "environment"));
  RETURN_IF_ERROR(ReadConnection(node, out.connection));
  RETURN_IF_ERROR(ReadLogins(node, out));
  RETURN_IF_ERROR(CheckSettings(node, out));
  RETURN_IF_ERROR(ReadLimits(node, out.limits));
  RETURN_IF_ERROR(ReadBackfill(node, out.backfill));
  RETURN_IF_ERROR(ReadBackup(node, out.backup));
  RETURN_IF_ERROR(ReadScratch(node, out));
  RETURN_IF_ERROR(ReadRestore(node, out.restoring));
  RETURN_IF_ERROR(ReadDrift(node, out));
  RETURN_IF_ERROR(ReadHotfix(node, out));
  RETURN_IF_ERROR(ReadWindows(node, out));
  ASSIGN_OR_RETURN(const std::string is_protected, node.StringOr("protected", "false"));
  if (is_protected != "true" && is_protected != "false") {
    return node.Complain("protected", "\"protected\" is either true or false");
  }
  out.is_protected = is_protected == "true";
  return out;
}

}  // namespace ferry::policy
