#include "tests/support/pg_cluster.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "pg/session/session.h"
#include "tests/support/wait.h"

namespace ferry::test {
namespace {

constexpr char kConf[] =
    "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum = off\nshared_buffers = 16MB\n"
    "max_connections = 60\nmax_wal_size = 256MB\nwal_level = minimal\nmax_wal_senders = 0\nlogging_collector "
    "= off\n"
    "log_min_messages = warning\nlc_messages = 'C'\ntimezone = 'UTC'\njit = off\n";
constexpr char kTrust[] = "local all all trust\nhost all all 127.0.0.1/32 trust\n";

[[noreturn]] void Die(const std::string& message) {
  std::fprintf(stderr, "test cluster: %s\n", message.c_str());
  std::abort();
}

void DieUnless(bool holds, const std::string& message) {
  if (!holds) Die(message);
}

bool Root() { return ::geteuid() == 0; }

// Empty: as ourselves.
std::string ServerUser() { return Root() ? "postgres" : ""; }

uid_t ServerUid() {
  if (!Root()) return ::geteuid();
  const passwd* entry = ::getpwnam("postgres");
  DieUnless(entry != nullptr, "root needs a user postgres to run a server as");
  return entry->pw_uid;
}

void GiveToServer(const std::string& path, mode_t mode) {
  DieUnless(::chmod(path.c_str(), mode) == 0, absl::StrCat("cannot chmod ", path));
  if (Root())
    DieUnless(::chown(path.c_str(), ServerUid(), static_cast<gid_t>(-1)) == 0,
              absl::StrCat("cannot chown ", path));
}

void RunAsServer(std::vector<std::string> argv) {
  Process::Options options;
  options.user = ServerUser();
  options.cwd = "/";
  const Finished finished = RunProcess(argv, options, absl::Minutes(2));
  DieUnless(finished.exit_code == 0, absl::StrCat(argv[0], " failed: ", finished.out, finished.err));
}

std::string CacheRoot() {
  const char* cache = ::getenv("FERRY_TEST_CACHE");
  return cache != nullptr && *cache != '\0' ? cache : TempRoot();
}

std::string ServerVersion() {
  static const std::string version = [] {
    const std::string text =
        RunProcess({PgBinDir() + "/postgres", "--version"}).out;  // "postgres (PostgreSQL) 15.4 (…)"
    const size_t start = text.find(") ") + 2;
    return text.substr(start, text.find_first_of(" \n", start) - start);
  }();
  return version;
}

// One initdb a machine, user and version; others wait for it at the lock.
std::string Template() {
  const std::string path =
      absl::StrCat(CacheRoot(), "/ferry-pg-template-", ::geteuid(), "-", ServerVersion());
  const int lock = ::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  DieUnless(lock >= 0 && ::flock(lock, LOCK_EX) == 0, absl::StrCat("cannot lock ", path, ".lock"));
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    const std::string unfinished = path + ".new";
    std::filesystem::remove_all(unfinished);
    std::filesystem::create_directory(unfinished);
    GiveToServer(unfinished, 0700);
    RunAsServer({PgBinDir() + "/initdb", "-D", unfinished, "-U", "postgres", "-A", "trust", "-N", "-E",
                 "UTF8", "--locale=C.UTF-8", "--no-instructions"});
    std::filesystem::rename(unfinished, path);
  } else {
    DieUnless(found.st_uid == ServerUid(), absl::StrCat(path, " belongs to somebody else"));
  }
  ::close(lock);
  return path;
}

int FreePort() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  sockaddr* const generic = reinterpret_cast<sockaddr*>(&address);
  DieUnless(::bind(descriptor, generic, size) == 0 && ::getsockname(descriptor, generic, &size) == 0,
            "no free port");
  ::close(descriptor);
  return ntohs(address.sin_port);
}

void Append(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "ae");
  DieUnless(file != nullptr && std::fputs(text.c_str(), file) >= 0 && std::fclose(file) == 0,
            absl::StrCat("cannot write ", path));
}

}  // namespace

std::string PgBinDir() {
  if (const char* given = ::getenv("FERRY_TEST_PGBIN"); given != nullptr && *given != '\0') return given;
  static const std::string newest = [] {
    int best = 0;
    std::error_code problem;
    for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", problem)) {
      int major = 0;
      if (!absl::SimpleAtoi(entry.path().filename().string(), &major)) continue;
      if (std::filesystem::exists(entry.path() / "bin/initdb") && major > best) best = major;
    }
    DieUnless(best > 0, "no PostgreSQL server under /usr/lib/postgresql");
    return absl::StrCat("/usr/lib/postgresql/", best, "/bin");
  }();
  return newest;
}

PgCluster& PgCluster::Shared() {
  static const std::unique_ptr<PgCluster> shared = Start();
  return *shared;
}

std::unique_ptr<PgCluster> PgCluster::Start(const Options& options) {
  return std::unique_ptr<PgCluster>(new PgCluster(options));
}

PgCluster::PgCluster(const Options& options) : owner_(::getpid()) {
  if (options.tcp) port_ = FreePort();
  DieUnless(socket_dir().size() < 90, absl::StrCat(socket_dir(), " is too long for a socket"));
  CopyTemplate();
  Configure(options);
  Launch();
  Execute("postgres",
          {"CREATE ROLE ferry_setup LOGIN", "CREATE ROLE ferry_migrate LOGIN",
           "CREATE ROLE ferry_observe LOGIN IN ROLE pg_read_all_data, pg_monitor",
           "CREATE ROLE ferry_owner NOLOGIN",
           "CREATE ROLE ferry_restore LOGIN CREATEDB IN ROLE ferry_owner, ferry_setup, ferry_migrate,"
           " pg_monitor"});
}

PgCluster::~PgCluster() {
  if (owner_ == ::getpid()) StopImmediate();
}

void PgCluster::CopyTemplate() const {
  GiveToServer(socket_dir(), 0755);
  RunAsServer({"cp", "-a", Template(), data_dir()});
}

void PgCluster::Configure(const Options& options) const {
  std::string conf = kConf;
  absl::StrAppend(&conf, "port = ", port_, "\nunix_socket_directories = '", socket_dir(),
                  "'\nlisten_addresses = '", options.tcp ? "127.0.0.1" : "", "'\n");
  for (const std::string& line : options.conf) absl::StrAppend(&conf, line, "\n");
  Append(data_dir() + "/postgresql.conf", conf);

  std::string hba;
  for (const std::string& line : options.hba) absl::StrAppend(&hba, line, "\n");
  std::filesystem::resize_file(data_dir() + "/pg_hba.conf", 0);
  Append(data_dir() + "/pg_hba.conf", absl::StrCat(hba, kTrust));
}

void PgCluster::Launch() {
  Process::Options options;
  options.user = ServerUser();
  options.cwd = "/";
  options.death_signal = "QUIT";  // postgres: immediate shutdown, all its processes
  server_ = std::make_unique<Process>(std::vector<std::string>{PgBinDir() + "/postgres", "-D", data_dir()},
                                      options);
  const bool up = WaitUntil(
      [this] {
        if (!server_->Running()) return true;
        return pg::Session::Open({LoginOf("postgres", "postgres")}, "ferry-test").ok();
      },
      absl::Minutes(1));
  DieUnless(up && server_->Running(), absl::StrCat("the server did not start: ", Log()));
}

std::string PgCluster::Log() const { return server_->Stderr(); }

void PgCluster::StopImmediate() {
  server_->Signal(SIGQUIT);
  if (!server_->Wait().has_value()) server_->Kill();
}

void PgCluster::Restart() {
  StopImmediate();
  Launch();
}

PgCluster::Login PgCluster::LoginOf(const std::string& role, const std::string& database, bool tcp) const {
  return {{"host", tcp ? "127.0.0.1" : socket_dir()},
          {"port", absl::StrCat(port_)},
          {"user", role},
          {"dbname", database}};
}

void PgCluster::Execute(const std::string& database, const std::vector<std::string>& statements) {
  auto session = pg::Session::Open({LoginOf("postgres", database)}, "ferry-test");
  DieUnless(session.ok(), ErrorText(session.status()));
  for (const std::string& statement : statements) {
    const absl::Status status = (*session)->Query(statement).status();
    DieUnless(status.ok(), ErrorText(status));
  }
}

PgCluster::Database PgCluster::CreateDatabase() {
  const std::string name = absl::StrCat("db", ++databases_);
  Execute("postgres", {absl::StrCat("CREATE DATABASE ", name, " OWNER ferry_owner TEMPLATE template0"),
                       absl::StrCat("GRANT CREATE ON DATABASE ", name, " TO ferry_setup")});
  Execute(name, {"ALTER SCHEMA public OWNER TO ferry_migrate"});
  return {name, LoginOf("ferry_setup", name), LoginOf("ferry_migrate", name), LoginOf("ferry_observe", name),
          LoginOf("postgres", name)};
}

}  // namespace ferry::test
