#include "agent/apply_signed_main.h"

#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <iostream>
#include <thread>

#include "absl/strings/str_cat.h"

namespace ferry {

std::string UserAtHost() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  const passwd* const user = getpwuid(getuid());
  return absl::StrCat(user == nullptr ? absl::StrCat("uid", getuid()) : std::string(user->pw_name), "@",
                      host.data());
}

int ApplySignedMain(const policy::AgentConfig& config, const breakglass::Options& options) {
  breakglass::StopSwitch stop;
  std::atomic<bool> ended{false};
  std::thread listener([&stop, &ended] {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int s : {SIGINT, SIGTERM}) sigaddset(&signals, s);
    while (!ended.load()) {
      const timespec bound{0, 100'000'000};
      if (sigtimedwait(&signals, nullptr, &bound) > 0) stop.Ask();
    }
  });
  const int code =
      breakglass::ApplySigned(config, options, SystemClock(), SystemRandom(), stop, std::cout, std::cerr);
  ended.store(true);
  listener.join();
  return code;
}

}  // namespace ferry
