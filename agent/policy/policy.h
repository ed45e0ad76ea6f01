// The agent's own file as values: which databases it serves, how it reaches them, and what may happen to them
// when. The controller cannot change any of it. Read strictly: whatever is wrong is kConfig with the place in
// the file. Values and functions without state; any thread.
#ifndef FERRY_AGENT_POLICY_POLICY_H_
#define FERRY_AGENT_POLICY_POLICY_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/config/values.h"
#include "core/window/schedule.h"
#include "pg/session/connect.h"

namespace ferry::policy {

// One of a target's logins. Passwords stay in their files and are read for each connection.
struct LoginConfig {
  std::string user;
  std::string password_file;  // holds nothing but the password; may be empty
  std::string passfile;       // in .pgpass format; may be empty. Not together with password_file
  friend bool operator==(const LoginConfig&, const LoginConfig&) = default;
};

// How far a migration may disturb the application; docs/limits.md says what each means.
struct Limits {
  absl::Duration lock_timeout = absl::Milliseconds(50);  // of each try for a lock
  int lock_retries = 30;
  absl::Duration lock_wait = absl::Minutes(5);  // for those who hold a segment's locks for long
  std::optional<absl::Duration> blocked_time = absl::Seconds(5);
  std::optional<int> blocked_sessions;
  std::optional<absl::Duration> replica_lag;
  std::optional<absl::Duration> terminate_idle, terminate_any;  // `terminate_blockers`
  absl::Duration batch_pause = absl::ZeroDuration();            // between the batches of a backfill
  absl::Duration snapshot_wait = absl::Minutes(10);  // for older transactions, before a concurrent statement
};

// How backfills and transforms keep out of the way; docs/migrations.md.
struct BackfillConfig {
  absl::Duration batch_time =
      absl::Milliseconds(35);  // that a batch should take; infinite (`off`): fixed sizes
  bool async_commit = true;    // batches need not wait for the disk; the segment's own record always does
  absl::Duration throttle_replica_lag = absl::InfiniteDuration();
  int throttle_lock_waits = 0;  // 0: whatever others wait for
  std::string throttle_query;   // "": none
};

struct BackupConfig {
  std::string folder;
  int jobs = 1;
  std::string pg_dump;  // "" = the one that is found for the server's version
};

// A program that transforms may name.
struct ProgramConfig {
  std::vector<std::string> command;  // command[0]: an absolute path; the others are given as they are
  std::string sha256;                // of the bytes of command[0]; 64 lower-case digits
  absl::Duration timeout = absl::Seconds(60);  // of each batch
};

// A server where this agent may make scratch databases: nobody's target, may CREATE DATABASE.
struct ScratchConfig {
  std::map<std::string, std::string> connection;  // libpq keywords; dbname is where it connects first
  LoginConfig login;
};

// A program that the agent runs around a swap, without a shell. Empty: none.
struct HookConfig {
  std::vector<std::string> command;  // absolute path, then arguments
  absl::Duration timeout = absl::Seconds(60);
};

struct RestoreConfig {
  std::string maintenance_database = "postgres";  // from where databases are created and renamed
  std::string pg_restore;                         // "" = the one that is found for the server's version
  HookConfig quiesce, resume;
};

struct TargetConfig {
  std::string id, environment;
  std::map<std::string, std::string>
      connection;  // libpq keywords that the logins share: host, port, dbname, service, …
  LoginConfig setup, migrate, observe;
  LoginConfig restore;  // no user: nothing is restored here
  Limits limits;
  BackfillConfig backfill;
  BackupConfig backup;
  std::optional<ScratchConfig> scratch;
  RestoreConfig restoring;
  // `drift: { check_every: 5s }`: how often the schema is compared with what it should be; nothing for `off`.
  std::optional<absl::Duration> drift_every = absl::Seconds(5);
  bool accept_hotfix = false;  // `hotfix: accept`: what is out of order may run, given a reason
  window::Schedule schedule;   // without rules: always open
  absl::TimeZone zone = absl::UTCTimeZone();
  std::string zone_name = "UTC";  // as written
  bool is_protected = false;      // no run without the controller
};

struct AgentConfig {
  std::string name, controller, state, log_level;
  config::TlsFiles tls;
  std::vector<TargetConfig> targets;              // at least one; ids are unique
  std::map<std::string, ProgramConfig> programs;  // by name, for the transforms of all targets
};

// Reads the file at `path`. Relative paths in it are seen from its folder. kConfig with file, line and column
// for: what core/config refuses, a window, zone or duration that cannot be read, a target's id used twice, a
// connection setting that libpq does not know, a password in the file, a password file that others may read
// (CheckSecretFile). kFileSystem when the file itself cannot be read.
absl::StatusOr<AgentConfig> LoadAgentConfig(const std::string& path);

// OK when a running agent may change from `now` to `next`: windows, limits, backfill, backup, scratch and
// drift settings, the policy for hotfixes and programs may differ. kConfig naming the first other difference:
// it takes a restart.
absl::Status CheckReload(const AgentConfig& now, const AgentConfig& next);

// kConfig unless `path` is a regular file without any right for group and others, as libpq wants of .pgpass.
absl::Status CheckSecretFile(const std::string& path);

// The one line of a password file. kConfig: CheckSecretFile's, or empty, or more than one line. No error
// holds anything of the file's contents.
absl::StatusOr<std::string> ReadPassword(const std::string& path);

// How the target's scratch server is reached, with its password read now. Keep it away from logs. kScratch:
// the file names none. Errors: ReadPassword's.
absl::StatusOr<pg::ConnectSettings> ScratchSettingsOf(const TargetConfig& target);

// How `login` reaches `target`, with its password read now. Keep it away from logs. Errors: ReadPassword's.
absl::StatusOr<pg::ConnectSettings> SettingsOf(const TargetConfig& target, const LoginConfig& login);

}  // namespace ferry::policy

#endif  // FERRY_AGENT_POLICY_POLICY_H_
