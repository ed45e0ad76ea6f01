// What knowing of drift costs on one database, in CPU milliseconds of this process and of its backends:
// settling after a change, a look that finds nothing changed, and a look that finds a change. The database is
// changed by it: give it one that may be, as bench/schema/made.py makes it.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/drift/keeper.h"
#include "core/base/error.h"
#include "pg/ledger/install.h"
#include "pg/ledger/write.h"
#include "pg/session/url.h"

namespace ferry {
namespace {

constexpr char kUsage[] =
    "usage: ferry_bench_drift URL FOLDER REPETITIONS    URL: a superuser's, on this machine\n";

double OwnCpuMs() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto ms = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
  };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

// Of another process of this machine; 10 ms is the system's grain.
double CpuMsOf(int pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/stat"));
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::vector<std::string> fields = absl::StrSplit(text.substr(text.rfind(')') + 1), ' ');
  double user = 0, system = 0;
  if (fields.size() < 14 || !absl::SimpleAtod(fields[12], &user) || !absl::SimpleAtod(fields[13], &system))
    return 0;
  return (user + system) * 1e3 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

absl::Status Change(pg::Session& session, int n) {
  ledger::Event event;
  event.version = absl::StrCat("1.0.", n);
  RETURN_IF_ERROR(session.Begin());
  RETURN_IF_ERROR(session.Query(absl::StrCat("CREATE TABLE public.bench_", n, " (id int)")).status());
  RETURN_IF_ERROR(
      ledger::Send(session, ledger::SegmentRow({"run", "prm", "t", "cmd", "a", "d", "b", 1, 1}, event)));
  return session.Commit();
}

absl::Status Run(const std::string& url, const std::string& folder, int repetitions) {
  ASSIGN_OR_RETURN(const pg::ConnectSettings settings, pg::ParseUrl(url));
  ASSIGN_OR_RETURN(const auto session, pg::Session::Open(settings, "bench"));
  ASSIGN_OR_RETURN(const auto observe, pg::Session::Open(settings, "bench"));
  RETURN_IF_ERROR(ledger::Install(*session, "", ""));
  drift::Keeper keeper("bench", folder, &SystemClock());
  // After a look a keeper pauses, so each of those that are measured is the first of a keeper.
  std::unique_ptr<drift::Keeper> fresh;
  const auto look = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const ledger::LedgerState state, ledger::ReadLedger(*observe));
    fresh->Look(*observe, state, absl::ZeroDuration());
    return absl::OkStatus();
  };
  const auto measure = [&](const char* what, const std::function<absl::Status()>& prepare,
                           const std::function<absl::Status()>& work) -> absl::Status {
    double own = 0, server = 0;
    for (int n = 0; n < repetitions; ++n) {
      RETURN_IF_ERROR(prepare());
      const double own_before = OwnCpuMs(), server_before = CpuMsOf(observe->backend_pid());
      RETURN_IF_ERROR(work());
      own += OwnCpuMs() - own_before;
      server += CpuMsOf(observe->backend_pid()) - server_before;
    }
    std::printf("%-28s agent %7.1f ms   server %7.1f ms   (mean of %d)\n", what, own / repetitions,
                server / repetitions, repetitions);
    return absl::OkStatus();
  };
  int n = 0;
  const auto change = [&] { return Change(*session, n++); };
  const auto settle = [&] { return keeper.Settle(*session, *observe); };
  const auto restart = [&] {
    fresh = std::make_unique<drift::Keeper>("bench", folder, &SystemClock());
    return absl::OkStatus();
  };
  const auto settled = [&]() -> absl::Status {
    RETURN_IF_ERROR(change());
    RETURN_IF_ERROR(restart());
    return fresh->Settle(*session, *observe);
  };
  const auto by_hand = [&]() -> absl::Status {
    RETURN_IF_ERROR(session->Query(absl::StrCat("CREATE TABLE public.hand_", n++, " (id int)")).status());
    return restart();
  };
  RETURN_IF_ERROR(measure("settling after a change", change, settle));
  RETURN_IF_ERROR(measure("first look of a process", restart, look));
  RETURN_IF_ERROR(measure("look, nothing changed", settled, look));
  RETURN_IF_ERROR(measure("look, somebody's change", by_hand, look));
  return measure("a heartbeat's ledger reading", restart,
                 [&] { return ledger::ReadLedger(*observe).status(); });
}

}  // namespace
}  // namespace ferry

int main(int argc, char** argv) {
  int repetitions = 0;
  if (argc != 4 || !absl::SimpleAtoi(argv[3], &repetitions) || repetitions < 1) {
    std::fputs(ferry::kUsage, stderr);
    return 64;
  }
  const absl::Status done = ferry::Run(argv[1], argv[2], repetitions);
  if (done.ok()) return 0;
  std::cerr << ferry::ErrorText(done) << std::endl;
  return 1;
}
