// The program `ferry`: hands its arguments and the real world to RunFerry.
#include <pwd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/app.h"
#include "core/base/mutex.h"
#include "core/base/version.h"

namespace {

std::atomic<bool> interrupted{false};

// The second Ctrl-C meets the default action again, which ends the program.
bool Interrupted() {
  static const bool installed = [] {
    struct sigaction action = {};
    action.sa_handler = [](int) { interrupted = true; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigemptyset(&action.sa_mask);
    return ::sigaction(SIGINT, &action, nullptr) == 0 && ::sigaction(SIGTERM, &action, nullptr) == 0;
  }();
  return installed && interrupted;
}

ferry::cli::Terminal TerminalOf(int fd, const ferry::cli::Environment& environment) {
  winsize size = {};
  const bool known = ::ioctl(fd, TIOCGWINSZ, &size) == 0;
  return ferry::cli::DetectTerminal(::isatty(fd) == 1, known ? size.ws_col : 0, environment, false);
}

std::string User() {
  std::vector<char> host(256, '\0');
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  std::vector<char> buffer(16384);
  passwd entry = {};
  passwd* found = nullptr;
  const bool known =
      ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr;
  return absl::StrCat(known ? found->pw_name : absl::StrCat("uid-", ::geteuid()).c_str(), "@", host.data());
}

void Wait(absl::Duration duration) {
  ferry::Mutex mutex;
  ferry::CondVar never;
  ferry::MutexLock lock(&mutex);
  never.WaitFor(&mutex, duration);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::error_code error;
  const ferry::cli::Environment environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
  ferry::cli::Context context{std::cout,
                              std::cerr,
                              std::cin,
                              TerminalOf(STDOUT_FILENO, environment),
                              TerminalOf(STDERR_FILENO, environment),
                              ::isatty(STDIN_FILENO) == 1,
                              ferry::SystemClock(),
                              ferry::SystemRandom(),
                              absl::LocalTimeZone(),
                              Wait,
                              Interrupted,
                              environment,
                              std::filesystem::current_path(error).string(),
                              User(),
                              ferry::kSoftwareVersion,
                              ferry::rpc::FerryClient::Create,
                              {}};
  return ferry::cli::RunFerry(std::vector<std::string>(argv + 1, argv + argc), context);
}
