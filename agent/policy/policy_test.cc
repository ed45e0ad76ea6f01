#include "agent/policy/policy.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/error.h"

namespace ferry::policy {
namespace {

constexpr char kGood[] = R"(name: agent-prod
controller: 127.0.0.1:7420
state: /var/lib/ferry-agent
targets:
  - id: prod-1
    environment: prod
    connection: { host: /run/postgresql, port: 5432, dbname: trading }
    logins:
      setup:   { user: ferry_setup, password_file: setup.password }
      migrate: { user: ferry_migrate }
      observe: { user: ferry_observe }
    limits: { lock_timeout: 5s, lock_retries: 3, batch_pause: 1s }
    backup: { folder: /var/backups/ferry, jobs: 2, pg_dump: /opt/pg/bin/pg_dump }
    windows:
      zone: Europe/Berlin
      reserve: 1m
      rules:
        - { name: nightly, allow: { cron: "0 22 * * *", duration: 4h } }
        - { name: year-end freeze, deny: { from: "2026-12-20 00:00", until: "2027-01-02 00:00" } }
)";

class PolicyTest : public testing::Test {
 protected:
  PolicyTest() {
    std::string name = testing::TempDir() + "/ferry-policy-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) abort();
    folder_ = name;
    Write("setup.password", "s3cret\n", 0600);
  }
  ~PolicyTest() override { std::filesystem::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& bytes, mode_t mode) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << bytes;
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }
  absl::StatusOr<AgentConfig> Load(const std::string& text) const {
    return LoadAgentConfig(Write("agent.yaml", text, 0644));
  }
  // Of the good file with `from` replaced by `to`: "7:3 message".
  std::string Complaint(const std::string& from, const std::string& to) const {
    EXPECT_TRUE(absl::StrContains(kGood, from)) << from;
    const absl::Status status = Load(absl::StrReplaceAll(kGood, {{from, to}})).status();
    const ErrorDetail d = DetailOf(status);
    EXPECT_EQ(d.code, ErrorCode::kConfig) << to << ": " << status;
    EXPECT_EQ(d.file, folder_ + "/agent.yaml");
    return absl::StrCat(d.line, ":", d.column, " ", status.message());
  }

  std::string folder_;
};

TEST_F(PolicyTest, TheWholeFileIsRead) {
  const auto config = Load(kGood);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->name, "agent-prod");
  EXPECT_EQ(config->controller, "127.0.0.1:7420");
  EXPECT_EQ(config->state, "/var/lib/ferry-agent");
  EXPECT_EQ(config->log_level, "info");
  EXPECT_TRUE(config->tls.empty());
  ASSERT_EQ(config->targets.size(), 1U);
  const TargetConfig& target = config->targets[0];
  EXPECT_EQ(target.id, "prod-1");
  EXPECT_EQ(target.environment, "prod");
  EXPECT_EQ(target.connection.at("port"), "5432");
  EXPECT_EQ(target.setup.user, "ferry_setup");
  EXPECT_EQ(target.setup.password_file, folder_ + "/setup.password");
  EXPECT_EQ(target.observe.password_file, "");
  EXPECT_EQ(target.limits.lock_timeout, absl::Seconds(5));
  EXPECT_EQ(target.limits.lock_retries, 3);
  EXPECT_EQ(target.limits.batch_pause, absl::Seconds(1));
  EXPECT_EQ(target.backup.folder, "/var/backups/ferry");
  EXPECT_EQ(target.backup.jobs, 2);
  EXPECT_EQ(target.backup.pg_dump, "/opt/pg/bin/pg_dump");
  EXPECT_EQ(target.zone_name, "Europe/Berlin");
  EXPECT_EQ(target.zone.name(), "Europe/Berlin");
  EXPECT_EQ(target.schedule.reserve, absl::Minutes(1));
  ASSERT_EQ(target.schedule.rules.size(), 2U);
  EXPECT_EQ(target.schedule.rules[0].name, "nightly");
  const absl::Time evening = absl::FromCivil(absl::CivilMinute(2026, 11, 23, 22, 30), target.zone);
  EXPECT_TRUE(window::Evaluate(target.schedule, evening).open);
  EXPECT_FALSE(window::Evaluate(target.schedule, evening - absl::Hours(1)).open);
  EXPECT_FALSE(window::Evaluate(target.schedule, evening + absl::Hours(24 * 30)).open);  // the freeze
}

TEST_F(PolicyTest, WhatMayBeLeftOutHasItsDefault) {
  const auto config = Load(R"(name: a
controller: unix:/run/ferry.sock
state: state
targets:
  - id: t
    environment: dev
    connection: { service: trading }
    logins: { setup: { user: s }, migrate: { user: m }, observe: { user: o } }
    backup: { folder: backups }
)");
  ASSERT_TRUE(config.ok()) << config.status();
  const TargetConfig& target = config->targets[0];
  EXPECT_EQ(config->state, folder_ + "/state");
  EXPECT_EQ(target.backup.folder, folder_ + "/backups");
  EXPECT_EQ(target.backfill.batch_time, absl::Milliseconds(35));
  EXPECT_TRUE(target.backfill.async_commit);
  EXPECT_EQ(target.limits.snapshot_wait, absl::Minutes(10));
  EXPECT_EQ(target.limits.lock_timeout, absl::Milliseconds(50));
  EXPECT_EQ(target.limits.lock_wait, absl::Minutes(5));
  EXPECT_EQ(target.limits.blocked_time, absl::Seconds(5));
  EXPECT_EQ(target.limits.blocked_sessions, std::nullopt);
  EXPECT_EQ(target.limits.replica_lag, std::nullopt);
  EXPECT_EQ(target.limits.terminate_idle, std::nullopt);
  EXPECT_EQ(target.limits.terminate_any, std::nullopt);
  EXPECT_FALSE(target.accept_hotfix);
  EXPECT_EQ(target.drift_every, absl::Seconds(5));
  EXPECT_EQ(target.limits.lock_retries, 30);
  EXPECT_EQ(target.backup.jobs, 1);
  EXPECT_EQ(target.schedule.reserve, absl::Seconds(30));
  EXPECT_TRUE(window::Evaluate(target.schedule, absl::UnixEpoch()).open);
}

TEST_F(PolicyTest, HowADatabaseIsRestoredIsReadAndItsHooksAreProgramsWithAPath) {
  const std::string restore =
      absl::StrCat(kGood,
                   "    restore:\n      maintenance_database: ops\n      hooks:\n"
                   "        quiesce: { command: [/usr/bin/stop, app], timeout: 2m }\n");
  const auto config = Load(restore);
  ASSERT_TRUE(config.ok()) << config.status();
  const RestoreConfig& read = config->targets[0].restoring;
  EXPECT_EQ(read.maintenance_database, "ops");
  EXPECT_EQ(read.quiesce.command, (std::vector<std::string>{"/usr/bin/stop", "app"}));
  EXPECT_EQ(read.quiesce.timeout, absl::Minutes(2));
  EXPECT_TRUE(read.resume.command.empty());
  EXPECT_EQ(config->targets[0].restore.user, "");
  for (const char* bad : {"[stop]", "[]", "/usr/bin/stop app"}) {
    const auto refused = Load(absl::StrReplaceAll(restore, {{"[/usr/bin/stop, app]", bad}}));
    EXPECT_EQ(CodeOf(refused.status()), ErrorCode::kConfig) << bad;
  }
  EXPECT_FALSE(Load(absl::StrReplaceAll(restore, {{"timeout: 2m", "timeout: 2h"}})).ok());
}

TEST_F(PolicyTest, EveryComplaintSaysWhere) {
  EXPECT_EQ(
      Complaint("state:", "sate:"),
      "3:1 key \"sate\" is not known here; known are: name, controller, state, log_level, tls, targets, "
      "programs");
  EXPECT_EQ(Complaint("    environment: prod\n", ""), "5:5 key \"environment\" is missing");
  EXPECT_EQ(Complaint("    backup: {", "    hotfix: maybe\n    backup: {"),
            "13:13 \"hotfix\" must be refuse or accept, found \"maybe\"");
  EXPECT_EQ(Complaint("    backup: {", "    drift: { check_every: 0s }\n    backup: {"),
            "13:27 \"check_every\" must be off, or at least 1s and at most 1d");
  EXPECT_EQ(Complaint("    backup: {", "    drift: { every: 5s }\n    backup: {"),
            "13:14 key \"every\" is not known here; known are: check_every");
  for (const char* bad :
       {"{ batch_time: 0s }", "{ async_commit: maybe }", "{ size: 5 }", "{ throttle: { lag: 5s } }",
        "{ throttle: { lock_waits: 0 } }", "{ throttle: { replica_lag: 1ms } }"}) {
    EXPECT_FALSE(Load(absl::StrReplaceAll(
                          kGood, {{"    backup: {", absl::StrCat("    backfill: ", bad, "\n    backup: {")}}))
                     .ok())
        << bad;
  }
  EXPECT_EQ(Complaint("lock_retries: 3", "lock_retries: few"),
            "12:47 \"lock_retries\" must be a whole number from 0 to 10000, found \"few\"");
  EXPECT_EQ(Complaint("lock_timeout: 5s", "lock_timeout: 0s"),
            "12:29 \"lock_timeout\" must be more than 0s and at most 1h");
  EXPECT_TRUE(absl::StartsWith(Complaint("batch_pause: 1s", "batch_pause: soon"), "12:63 \"batch_pause\": "));
  EXPECT_TRUE(absl::StartsWith(Complaint("Europe/Berlin", "Europe/Bonn"), "15:13 \"zone\": "));
  EXPECT_TRUE(absl::StartsWith(Complaint("0 22 * * *", "0 25 * * *"), "18:43 \"cron\": "));
  EXPECT_TRUE(absl::StartsWith(Complaint("duration: 4h", "duration: long"), "18:67 \"duration\": "));
  EXPECT_TRUE(absl::StartsWith(Complaint("2026-12-20 00:00", "2026-13-20 00:00"), "19:50 \"from\": "));
  EXPECT_TRUE(absl::StartsWith(Complaint("2027-01-02 00:00", "2026-01-02 00:00"), "19:42 "));
  EXPECT_EQ(Complaint("deny:", "allow: {}, deny:"), "19:11 a rule has either \"allow\" or \"deny\"");
  EXPECT_EQ(Complaint("jobs: 2", "jobs: 0"),
            "13:49 \"jobs\" must be a whole number from 1 to 64, found \"0\"");
  EXPECT_EQ(Complaint("observe:", "observer:"),
            "11:7 key \"observer\" is not known here; known are: setup, migrate, observe, restore");
  EXPECT_TRUE(absl::StartsWith(Complaint("port: 5432", "prot: 5432"),
                               "7:17 \"connection\": unknown connection setting \"prot\""));
  EXPECT_TRUE(
      absl::StartsWith(Complaint("id: prod-1", "id: ../prod"), "5:9 \"../prod\" cannot be used as \"id\""));
}

constexpr char kPrograms[] = R"(programs:
  slugify: { command: [/opt/ferry/slugify, --lang, de], sha256: @, timeout: 5s }
targets:)";

TEST_F(PolicyTest, ProgramsAreReadStrictly) {
  const std::string digest(64, 'A');
  const std::string good = absl::StrReplaceAll(kPrograms, {{"@", digest}});
  const auto config = Load(absl::StrReplaceAll(kGood, {{"targets:", good}}));
  ASSERT_TRUE(config.ok()) << config.status();
  const ProgramConfig& program = config->programs.at("slugify");
  EXPECT_EQ(program.command, (std::vector<std::string>{"/opt/ferry/slugify", "--lang", "de"}));
  EXPECT_EQ(program.sha256, std::string(64, 'a'));
  EXPECT_EQ(program.timeout, absl::Seconds(5));
  EXPECT_TRUE(CheckReload(*Load(kGood), *config).ok());
  const auto complaint = [&](const std::string& from, const std::string& to) {
    EXPECT_TRUE(absl::StrContains(good, from)) << from;
    return Complaint("targets:", absl::StrReplaceAll(good, {{from, to}}));
  };
  EXPECT_TRUE(absl::StartsWith(complaint("slugify:", "slug ify:"), "5:13 \"slug ify\" cannot be used"));
  EXPECT_TRUE(absl::StartsWith(complaint("/opt/ferry/slugify", "slugify"), "5:23 the first word of"));
  EXPECT_TRUE(absl::StartsWith(complaint("[/opt/ferry/slugify, --lang, de]", "[]"), "5:23 a program needs"));
  EXPECT_TRUE(absl::StartsWith(complaint(digest, "beef"), "5:65 \"sha256\" is 64 hexadecimal digits"));
  EXPECT_TRUE(
      absl::StartsWith(complaint("timeout: 5s", "timeout: 0s"), "5:140 \"timeout\" must be more than"));
  EXPECT_TRUE(absl::StrContains(complaint("timeout", "shell"), "key \"shell\" is not known here"));
}

TEST_F(PolicyTest, ATargetMayBeProtected) {
  EXPECT_FALSE(Load(kGood)->targets[0].is_protected);
  const std::string environment = "    environment: prod\n";
  const auto config =
      Load(absl::StrReplaceAll(kGood, {{environment, environment + "    protected: true\n"}}));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(config->targets[0].is_protected);
  EXPECT_EQ(Complaint(environment, environment + "    protected: yes\n"),
            "7:16 \"protected\" is either true or false");
}

TEST_F(PolicyTest, ATargetStandsThereOnce) {
  std::string text = kGood;
  text += text.substr(text.find("  - id: prod-1"));
  const absl::Status status = Load(text).status();
  EXPECT_EQ(status.message(), "target \"prod-1\" is there twice");
  EXPECT_EQ(DetailOf(status).line, 20);
  EXPECT_EQ(DetailOf(Load("name: a\ncontroller: h:1\nstate: s\ntargets: []\n").status()).line, 4);
}

TEST_F(PolicyTest, APasswordInTheFileIsRefusedAndNotRepeated) {
  for (const std::string& complaint :
       {Complaint("user: ferry_migrate", "user: m, password: hunter2"),
        Complaint("port: 5432", "password: hunter2"), Complaint("port: 5432", "sslpassword: hunter2"),
        Complaint("dbname: trading", "dbname: \"postgres://u:hunter2@h/d\"")}) {
    EXPECT_FALSE(absl::StrContains(complaint, "hunter2")) << complaint;
  }
  EXPECT_TRUE(
      absl::StrContains(Complaint("user: ferry_migrate", "user: m, password: hunter2"), "\"password_file\""));
  EXPECT_TRUE(absl::StrContains(Complaint("port: 5432", "user: x"), "for each login"));
}

TEST_F(PolicyTest, APasswordFileThatOthersMayReadIsRefused) {
  for (const mode_t mode : {0640U, 0604U, 0620U, 0601U}) {
    Write("setup.password", "s3cret\n", mode);
    const absl::Status status = Load(kGood).status();
    EXPECT_TRUE(absl::StrContains(status.message(), "chmod 0600")) << status;
    EXPECT_EQ(DetailOf(status).line, 9);
    EXPECT_FALSE(ReadPassword(folder_ + "/setup.password").ok());
  }
  Write("setup.password", "s3cret\n", 0400);
  EXPECT_TRUE(Load(kGood).ok());
  std::filesystem::remove(folder_ + "/setup.password");
  EXPECT_EQ(DetailOf(Load(kGood).status()).line, 9);
  std::filesystem::create_directory(folder_ + "/setup.password");
  chmod((folder_ + "/setup.password").c_str(), 0700);
  EXPECT_TRUE(absl::StrContains(Load(kGood).status().message(), "not a regular file"));
}

TEST_F(PolicyTest, APasswordIsTheOneLineOfItsFile) {
  EXPECT_EQ(*ReadPassword(Write("p", "pass word \xc3\xa9\r\n", 0600)), "pass word \xc3\xa9");
  EXPECT_EQ(*ReadPassword(Write("p", "x", 0600)), "x");
  for (const std::string& bad : {std::string(), std::string("\n"), std::string("hunter2\nhunter3\n"),
                                 std::string("hunter2\0", 8), std::string(9000, 'h')}) {
    const absl::Status status = ReadPassword(Write("p", bad, 0600)).status();
    EXPECT_TRUE(HasCode(status, ErrorCode::kConfig));
    EXPECT_FALSE(absl::StrContains(status.message(), "hunter")) << status;
  }
}

TEST_F(PolicyTest, EachLoginReachesTheTargetInItsOwnWay) {
  Write("pass", "*:*:*:*:x\n", 0600);
  const auto config =
      Load(absl::StrReplaceAll(kGood, {{"user: ferry_migrate", "user: ferry_migrate, passfile: pass"}}));
  ASSERT_TRUE(config.ok()) << config.status();
  const TargetConfig& target = config->targets[0];
  using Parameters = std::map<std::string, std::string>;
  const Parameters shared = {{"host", "/run/postgresql"}, {"port", "5432"}, {"dbname", "trading"}};
  Parameters setup = shared;
  setup.insert({{"user", "ferry_setup"}, {"password", "s3cret"}});
  Parameters migrate = shared;
  migrate.insert({{"user", "ferry_migrate"}, {"passfile", folder_ + "/pass"}});
  EXPECT_EQ(SettingsOf(target, target.setup)->parameters, setup);
  EXPECT_EQ(SettingsOf(target, target.migrate)->parameters, migrate);
  Write("setup.password", "changed\n", 0600);
  EXPECT_EQ(SettingsOf(target, target.setup)->parameters.at("password"), "changed");
}

TEST_F(PolicyTest, AScratchServerIsReadAsStrictlyAndItsDatabaseIsPostgresWhenNotSaid) {
  const auto none = Load(kGood);
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(HasCode(ScratchSettingsOf(none->targets[0]).status(), ErrorCode::kScratch));
  Write("scratch.password", "hush\n", 0600);
  const std::string with =
      "    scratch: { connection: { host: db2 }, user: maker, password_file: scratch.password }\n    limits:";
  const auto config = Load(absl::StrReplaceAll(kGood, {{"    limits:", with}}));
  ASSERT_TRUE(config.ok()) << config.status();
  const std::map<std::string, std::string> expected = {
      {"host", "db2"}, {"dbname", "postgres"}, {"user", "maker"}, {"password", "hush"}};
  EXPECT_EQ(ScratchSettingsOf(config->targets[0])->parameters, expected);
  EXPECT_TRUE(CheckReload(*none, *config).ok());
  const auto complaint = [this](const std::string& scratch) {
    return Complaint("    limits:", absl::StrCat("    scratch: ", scratch, "\n    limits:"));
  };
  EXPECT_TRUE(absl::StrContains(complaint("{ user: a }"), "connection"));
  EXPECT_TRUE(absl::StrContains(complaint("{ connection: { host: a } }"), "user"));
  EXPECT_TRUE(absl::StrContains(complaint("{ connection: { host: a }, user: b, template: c }"), "template"));
  EXPECT_TRUE(
      absl::StrContains(complaint("{ connection: { host: a }, user: b, password: c }"), "password_file"));
  EXPECT_TRUE(absl::StrContains(complaint("{ connection: { nosuch: a }, user: b }"), "nosuch"));
}

TEST_F(PolicyTest, LimitsOfWhatAMigrationMayDisturb) {
  const auto limits = [this](const std::string& text) {
    return Load(absl::StrReplaceAll(kGood, {{"lock_timeout: 5s, lock_retries: 3, batch_pause: 1s", text}}));
  };
  const auto good = limits(
      "lock_wait: 90s, blocked_time: off, blocked_sessions: 4, replica_lag: 30s, terminate_blockers:"
      " { idle_in_transaction: 5m, any: 1h }");
  ASSERT_TRUE(good.ok()) << good.status();
  const Limits& read = good->targets[0].limits;
  EXPECT_EQ(read.lock_wait, absl::Seconds(90));
  EXPECT_EQ(read.blocked_time, std::nullopt);
  EXPECT_EQ(read.blocked_sessions, 4);
  EXPECT_EQ(read.replica_lag, absl::Seconds(30));
  EXPECT_EQ(read.terminate_idle, absl::Minutes(5));
  EXPECT_EQ(read.terminate_any, absl::Hours(1));
  EXPECT_TRUE(limits("blocked_sessions: off, replica_lag: off, terminate_blockers: off").ok());

  const auto complaint = [this](const std::string& text) {
    return Complaint("lock_timeout: 5s, lock_retries: 3, batch_pause: 1s", text);
  };
  EXPECT_EQ(complaint("lock_wait: 25h"), "12:26 \"lock_wait\" must be at most 1d");
  EXPECT_EQ(complaint("blocked_time: 0s"),
            "12:29 \"blocked_time\" must be off, or at least 100ms and at most 1d");
  EXPECT_EQ(complaint("blocked_sessions: many"),
            "12:33 \"blocked_sessions\" must be off, or a whole number from 0 to 100000");
  EXPECT_TRUE(absl::StartsWith(complaint("replica_lag: soon"), "12:28 \"replica_lag\": "));
  EXPECT_EQ(complaint("terminate_blockers: on"),
            "12:35 \"terminate_blockers\" must be off or { idle_in_transaction: …, any: … }, found \"on\"");
  EXPECT_EQ(complaint("terminate_blockers: { all: 5m }"),
            "12:37 key \"all\" is not known here; known are: idle_in_transaction, any");
  EXPECT_EQ(complaint("terminate_blockers: { any: 0s }"),
            "12:42 \"any\" must be off, or at least 1s and at most 1d");
  EXPECT_EQ(complaint("terminate_blockers: {}"),
            "12:35 \"terminate_blockers\" needs \"idle_in_transaction\" or \"any\", or is off");
}

TEST_F(PolicyTest, WindowsLimitsAndBackupsMayChangeWhileTheAgentRuns) {
  const AgentConfig now = *Load(kGood);
  const auto next = [this, &now](const char* from, const char* to) {
    const auto changed = Load(absl::StrReplaceAll(kGood, {{from, to}}));
    EXPECT_TRUE(changed.ok()) << changed.status();
    return CheckReload(now, *changed);
  };
  EXPECT_TRUE(next("duration: 4h", "duration: 6h").ok());
  EXPECT_TRUE(next("Europe/Berlin", "UTC").ok());
  EXPECT_TRUE(next("lock_retries: 3", "lock_retries: 4").ok());
  EXPECT_TRUE(next("batch_pause: 1s", "terminate_blockers: { any: 1h }").ok());
  EXPECT_TRUE(next("jobs: 2", "jobs: 3").ok());
  for (const auto& [from, to] :
       std::vector<std::pair<const char*, const char*>>{{"name: agent-prod", "name: other"},
                                                        {":7420", ":7421"},
                                                        {"/var/lib/ferry-agent", "/srv"},
                                                        {"id: prod-1", "id: prod-2"},
                                                        {"environment: prod", "environment: dev"},
                                                        {"port: 5432", "port: 5433"},
                                                        {"user: ferry_observe", "user: other"},
                                                        {"targets:", "log_level: debug\ntargets:"}}) {
    const absl::Status status = next(from, to);
    EXPECT_TRUE(HasCode(status, ErrorCode::kConfig)) << to;
    EXPECT_TRUE(absl::StrContains(DetailOf(status).next, "restart")) << to;
  }
}

TEST_F(PolicyTest, AFileThatIsNotThereIsSaidToBeSo) {
  EXPECT_TRUE(HasCode(LoadAgentConfig(folder_ + "/none.yaml").status(), ErrorCode::kFileSystem));
  EXPECT_TRUE(HasCode(LoadAgentConfig(folder_).status(), ErrorCode::kFileSystem));
}

}  // namespace
}  // namespace ferry::policy
