#include "pg/backup/dump.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "pg/backup/files.h"
#include "pg/backup/subprocess.h"
#include "pg/session/session.h"

namespace ferry::pg {
namespace {

constexpr char kWorkPrefix[] = "ferry-dump-";
constexpr int kNewestMajorTried = 30;

std::string Variable(const char* name) {
  const char* value = ::getenv(name);
  return value == nullptr ? "" : value;
}

// English messages, and nothing of ours but what a program needs to start.
std::map<std::string, std::string> BaseEnvironment() {
  std::map<std::string, std::string> env = {{"LC_ALL", "C"}, {"PATH", Variable("PATH")}};
  for (const char* name : {"HOME", "LD_LIBRARY_PATH", "TMPDIR", "KRB5CCNAME", "KRB5_CONFIG"}) {
    if (const std::string value = Variable(name); !value.empty()) env[name] = value;
  }
  return env;
}

std::vector<std::string> Candidates(const std::string& program, int major) {
  std::vector<std::string> paths;
  for (int version = major; version <= kNewestMajorTried; ++version) {
    paths.push_back(absl::StrCat("/usr/lib/postgresql/", version, "/bin/", program));
    paths.push_back(absl::StrCat("/usr/pgsql-", version, "/bin/", program));
  }
  for (absl::string_view folder : absl::StrSplit(Variable("PATH"), ':', absl::SkipEmpty())) {
    paths.push_back(absl::StrCat(folder, "/", program));
  }
  return paths;
}

// "pg_dump (PostgreSQL) 15.4 (Debian …)": 15.
int MajorOf(absl::string_view version) {
  const size_t at = version.find(") ");
  if (at == absl::string_view::npos) return 0;
  const absl::string_view number = version.substr(at + 2);
  int major = 0;
  return absl::SimpleAtoi(number.substr(0, number.find_first_not_of("0123456789")), &major) ? major : 0;
}

absl::StatusOr<DumpTool> Try(const std::string& path, int server_major) {
  const absl::Duration end = SystemClock().Elapsed() + absl::Seconds(10);
  ASSIGN_OR_RETURN(const Outcome outcome, RunCommand(
                                              {{path, "--version"}, BaseEnvironment()},
                                              [end] { return SystemClock().Elapsed() > end; }, nullptr));
  DumpTool tool{path, std::string(absl::StripAsciiWhitespace(outcome.output))};
  const int major = MajorOf(tool.version);
  if (outcome.exit_code != 0 || major == 0) {
    return Error(ErrorCode::kBackupTool, absl::StrCat(path, " does not say which version it is"));
  }
  if (major >= server_major) return tool;
  return Error(ErrorCode::kBackupTool,
               absl::StrCat(path, " is of version ", major, ", older than the server's ", server_major,
                            ": it cannot work with it"));
}

std::string PasswordLine(absl::string_view password) {
  std::string line = "*:*:*:*:";
  for (const char c : password) {
    if (c == ':' || c == '\\') line += '\\';
    line += c;
  }
  return line + "\n";
}

// Left by a process that was killed while it dumped: they hold passwords.
void RemoveLeftovers(const std::string& work_dir) {
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator(work_dir, problem)) {
    const std::string name = entry.path().filename().string();
    absl::string_view rest = name;
    int pid = 0;
    if (!absl::ConsumePrefix(&rest, kWorkPrefix)) continue;
    if (!absl::SimpleAtoi(rest.substr(0, rest.find('.')), &pid) || pid <= 0) continue;
    std::error_code ignored;
    if (::kill(pid, 0) != 0 && errno == ESRCH) std::filesystem::remove_all(entry.path(), ignored);
  }
}

// The effective settings as libpq's environment variables; those without a variable through a service file of
// our own.
absl::StatusOr<std::map<std::string, std::string>> Environment(const ConnectSettings& effective,
                                                               const std::string& folder) {
  std::map<std::string, std::string> env = BaseEnvironment();
  std::string service = "[ferry]\n";
  for (const auto& [keyword, value] : effective.parameters) {
    if (keyword == "service" || keyword == "client_encoding" || keyword == "fallback_application_name")
      continue;
    if (value.find_first_of("\n\r") != std::string::npos) {
      return Error(
          ErrorCode::kConnectionSetting,
          absl::StrCat("connection setting \"", keyword, "\" has a line end: pg_dump cannot be given it"));
    }
    const std::string variable = EnvironmentVariable(keyword);
    if (keyword == "password") {
      env["PGPASSFILE"] = folder + "/password";
      RETURN_IF_ERROR(WriteNewFile(env["PGPASSFILE"], PasswordLine(value)));
    } else if (variable.empty()) {
      absl::StrAppend(&service, keyword, "=", value, "\n");
    } else {
      env.emplace(variable, value);
    }
  }
  env["PGSERVICE"] = "ferry";
  env["PGSERVICEFILE"] = folder + "/service";
  RETURN_IF_ERROR(WriteNewFile(env["PGSERVICEFILE"], service));
  return env;
}

bool ContainsAny(absl::string_view text, const std::vector<absl::string_view>& parts) {
  for (absl::string_view part : parts) {
    if (absl::StrContains(text, part)) return true;
  }
  return false;
}

// pg_dump's last error and what the server said about it; DETAIL and CONTEXT lines stay behind.
std::string Reason(absl::string_view output, int exit_code) {
  std::string error, server;
  for (absl::string_view line : absl::StrSplit(output, '\n', absl::SkipWhitespace())) {
    if (absl::ConsumePrefix(&line, "pg_dump: error: ")) {
      error = std::string(line);
      server.clear();
    } else if (absl::ConsumePrefix(&line, "pg_dump: detail: Error message from server: ")) {
      server = absl::StrCat(": ", absl::StripAsciiWhitespace(line.substr(line.find(':') + 1)));
    }
  }
  if (error.empty())
    error = absl::StrCat("it ended with exit code ", exit_code, " and without an error message");
  return absl::StrCat("pg_dump: ", error, server);
}

}  // namespace

absl::StatusOr<DumpTool> FindClientTool(const std::string& program, const std::string& configured,
                                        int server_version_num) {
  const int server_major = server_version_num / 10000;
  if (!configured.empty()) return Try(configured, server_major);
  absl::Status last = Error(ErrorCode::kBackupTool, absl::StrCat("no ", program, " of version ", server_major,
                                                                 " or newer is installed"))
                          .Next(absl::StrCat("install the PostgreSQL ", server_major,
                                             " client programs, or give their"
                                             " path in the agent's file"));
  for (const std::string& path : Candidates(program, server_major)) {
    if (::access(path.c_str(), X_OK) != 0) continue;
    absl::StatusOr<DumpTool> tool = Try(path, server_major);
    if (tool.ok()) return tool;
    last = tool.status();
  }
  return last;
}

namespace {

// pg_dump also ends with 0 when it has left something out, and says so in a warning only.
absl::Status LeftOut(absl::string_view output) {
  for (absl::string_view line : absl::StrSplit(output, '\n')) {
    if (!absl::ConsumePrefix(&line, "pg_dump: warning: ") || !absl::StrContains(line, "not dumped")) continue;
    return Error(ErrorCode::kBackupFailed, absl::StrCat("the backup would be incomplete: pg_dump: ", line))
        .Next("give the observing login the right to read it");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status DumpFailure(absl::string_view output, int exit_code) {
  ErrorCode code = ErrorCode::kBackupFailed;
  if (ContainsAny(output, {"No space left on device", "Disk quota exceeded", "File too large",
                           "Read-only file system", ": Permission denied", ": Input/output error"})) {
    code = ErrorCode::kBackupDisk;
  } else if (ContainsAny(output, {"server version mismatch"})) {
    code = ErrorCode::kBackupTool;
  } else if (ContainsAny(output, {"permission denied for", "row-level security"})) {
    code = ErrorCode::kPrivilege;
  } else if (ContainsAny(output,
                         {"connection to server", "server closed the connection", "terminating connection",
                          "the connection to the server was lost", "no connection to the server"})) {
    code = ErrorCode::kDatabaseUnreachable;
  }
  return Error(code, Reason(output, exit_code));
}

absl::StatusOr<Outcome> RunClient(const std::string& program, const std::vector<std::string>& arguments,
                                  const ConnectSettings& effective, const std::string& work_dir,
                                  const std::function<bool()>& stop, const std::function<void()>& tick) {
  RemoveLeftovers(work_dir);
  ASSIGN_OR_RETURN(const NewFolder secrets,
                   NewFolder::Make(absl::StrCat(work_dir, "/", kWorkPrefix, ::getpid()), ""));
  Command command;
  ASSIGN_OR_RETURN(command.env, Environment(effective, secrets.path()));
  command.argv = {program};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  return RunCommand(command, stop, tick);
}

absl::Status Dump(const DumpRequest& request, const std::function<bool()>& stop,
                  const std::function<void()>& tick) {
  std::vector<std::string> arguments = {"--format=directory",
                                        "--compress=3",
                                        "--no-password",
                                        "--lock-wait-timeout=10s",
                                        "--exclude-schema=ferry_watch",
                                        absl::StrCat("--jobs=", request.jobs < 1 ? 1 : request.jobs),
                                        absl::StrCat("--file=", request.folder)};
  if (!request.snapshot.empty()) arguments.push_back(absl::StrCat("--snapshot=", request.snapshot));
  ASSIGN_OR_RETURN(const Outcome outcome,
                   RunClient(request.tool.path, arguments, request.effective, request.work_dir, stop, tick));
  if (outcome.stopped) return Error(ErrorCode::kCancelled, "the backup was cancelled");
  if (outcome.exit_code != 0) return DumpFailure(outcome.output, outcome.exit_code);
  return LeftOut(outcome.output);
}

absl::StatusOr<std::string> DumpText(const TextDump& request) {
  ASSIGN_OR_RETURN(const auto session, Session::Open(request.connection, "ferry/dump"));
  ASSIGN_OR_RETURN(const DumpTool tool,
                   FindClientTool("pg_dump", request.pg_dump, session->server_version()));
  std::error_code problem;
  const std::string temporary = std::filesystem::temp_directory_path(problem).string();
  ASSIGN_OR_RETURN(const NewFolder folder,
                   NewFolder::Make(absl::StrCat(problem ? "/tmp" : temporary, "/ferry"), ""));
  const std::string file = folder.path() + "/dump.sql";
  std::vector<std::string> arguments = {
      "--format=plain",   "--encoding=UTF8",         "--no-password",          "--no-owner",
      "--no-tablespaces", "--lock-wait-timeout=10s", "--exclude-schema=ferry", "--exclude-schema=ferry_watch",
      "--file=" + file};
  if (!request.grants) arguments.push_back("--no-privileges");
  if (request.rows) {
    arguments.insert(arguments.end(), {"--column-inserts", "--rows-per-insert=100"});
  } else {
    arguments.push_back("--schema-only");
  }
  ASSIGN_OR_RETURN(const Outcome outcome, RunClient(tool.path, arguments, session->EffectiveSettings(),
                                                    folder.path(), nullptr, nullptr));
  if (outcome.exit_code != 0) return DumpFailure(outcome.output, outcome.exit_code);
  RETURN_IF_ERROR(LeftOut(outcome.output));
  return ReadAll(file);
}

}  // namespace ferry::pg
