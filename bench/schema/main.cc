// One operation on whole schemas, timed in this process: what bench/schema/run compares with other programs.
// Prints one line of JSON: seconds and client CPU seconds of every repetition, objects, peak memory.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <future>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/diff/diff.h"
#include "pg/catalog/digest.h"
#include "pg/catalog/snapshot.h"
#include "pg/session/url.h"

namespace ferry {
namespace {

constexpr char kUsage[] =
    "usage: ferry_bench_schema read URL REPETITIONS\n"
    "       ferry_bench_schema digest URL REPETITIONS\n"
    "       ferry_bench_schema diff URL URL REPETITIONS     reads both and compares; exit code 1: they "
    "differ\n"
    "       ferry_bench_schema fingerprint URL REPETITIONS  of objects that were read before\n"
    "       ferry_bench_schema compare URL REPETITIONS      three snapshots, all read before\n";

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Timing {
  std::vector<std::string> wall, cpu;

  absl::Status Repeat(int repetitions, const std::function<absl::Status()>& work) {
    for (int i = 0; i < repetitions; ++i) {
      const double cpu_before = CpuSeconds();
      const absl::Duration before = SystemClock().Elapsed();
      RETURN_IF_ERROR(work());
      wall.push_back(absl::StrCat(absl::ToDoubleSeconds(SystemClock().Elapsed() - before)));
      cpu.push_back(absl::StrCat(CpuSeconds() - cpu_before));
    }
    return absl::OkStatus();
  }
  void Print(size_t objects, const std::string& root) const {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("{\"wall\": [%s], \"cpu\": [%s], \"objects\": %zu, \"peak_kb\": %ld, \"root\": \"%s\"}\n",
                absl::StrJoin(wall, ", ").c_str(), absl::StrJoin(cpu, ", ").c_str(), objects, usage.ru_maxrss,
                root.c_str());
  }
};

absl::StatusOr<std::unique_ptr<pg::Session>> Open(const std::string& url) {
  ASSIGN_OR_RETURN(const pg::ConnectSettings settings, pg::ParseUrl(url));
  return pg::Session::Open(settings, "ferry_bench_schema");
}

absl::StatusOr<schema::Snapshot> Read(const std::string& url) {
  ASSIGN_OR_RETURN(const std::unique_ptr<pg::Session> session, Open(url));
  return pg::ReadSnapshot(*session);
}

absl::StatusOr<int> BenchRead(const std::string& url, int repetitions) {
  Timing timing;
  schema::Snapshot last;
  RETURN_IF_ERROR(timing.Repeat(repetitions, [&]() -> absl::Status {
    ASSIGN_OR_RETURN(last, Read(url));
    return absl::OkStatus();
  }));
  timing.Print(last.objects.size(), last.root);
  return 0;
}

absl::StatusOr<int> BenchDigest(const std::string& url, int repetitions) {
  Timing timing;
  std::string last;
  RETURN_IF_ERROR(timing.Repeat(repetitions, [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const std::unique_ptr<pg::Session> session, Open(url));
    ASSIGN_OR_RETURN(last, pg::catalog::ReadDigest(*session));
    return absl::OkStatus();
  }));
  timing.Print(0, last);
  return 0;
}

void PrintDifferences(const diff::DiffResult& result) {
  for (const diff::Difference& d : result.differences) {
    std::fprintf(stderr, "%s %s.%s.%s\n", std::string(schema::KindName(d.id.kind)).c_str(),
                 d.id.schema.c_str(), d.id.parent.c_str(), d.id.name.c_str());
    for (const diff::FieldChange& f : d.fields) {
      std::fprintf(stderr, "  %s:\n    %s\n    %s\n", f.field.c_str(), f.values[0].c_str(),
                   f.values[1].c_str());
    }
  }
}

absl::StatusOr<int> BenchDiff(const std::string& url, const std::string& other, int repetitions) {
  Timing timing;
  diff::DiffResult result;
  size_t objects = 0;
  RETURN_IF_ERROR(timing.Repeat(repetitions, [&]() -> absl::Status {
    std::future<absl::StatusOr<schema::Snapshot>> reading =
        std::async(std::launch::async, [&url] { return Read(url); });
    const absl::StatusOr<schema::Snapshot> second = Read(other);
    const absl::StatusOr<schema::Snapshot> first = reading.get();
    if (!first.ok()) return first.status();
    if (!second.ok()) return second.status();
    const schema::Snapshot &a = *first, &b = *second;
    result = diff::Compare({{"a", &a}, {"b", &b}});
    objects = a.objects.size();
    return absl::OkStatus();
  }));
  PrintDifferences(result);
  timing.Print(objects, absl::StrCat(result.differences.size(), " differences"));
  return result.equal() ? 0 : 1;
}

absl::StatusOr<int> BenchFingerprint(const std::string& url, int repetitions) {
  ASSIGN_OR_RETURN(const schema::Snapshot snapshot, Read(url));
  Timing timing;
  std::string root;
  RETURN_IF_ERROR(timing.Repeat(repetitions, [&]() -> absl::Status {
    std::vector<schema::Object> objects;
    objects.reserve(snapshot.objects.size());
    for (const schema::Object& o : snapshot.objects) {
      objects.push_back(schema::MakeObject(o.id, o.body, o.traits, o.dependencies));
    }
    root = schema::MakeSnapshot(std::move(objects), snapshot.server_version, snapshot.taken_at).root;
    return absl::OkStatus();
  }));
  timing.Print(snapshot.objects.size(), root);
  return 0;
}

absl::StatusOr<int> BenchCompare(const std::string& url, int repetitions) {
  ASSIGN_OR_RETURN(const schema::Snapshot a, Read(url));
  const schema::Snapshot b = a;
  const schema::Snapshot c = a;
  Timing timing;
  size_t differences = 0;
  RETURN_IF_ERROR(timing.Repeat(repetitions, [&] {
    differences += diff::Compare({{"dev", &a}, {"staging", &b}, {"prod", &c}}).differences.size();
    return absl::OkStatus();
  }));
  timing.Print(a.objects.size(), absl::StrCat(differences, " differences"));
  return 0;
}

absl::StatusOr<int> Run(const std::vector<std::string>& args) {
  int repetitions = 0;
  const bool counted = args.size() >= 3 && absl::SimpleAtoi(args.back(), &repetitions) && repetitions > 0;
  if (counted && args.size() == 3 && args[0] == "read") return BenchRead(args[1], repetitions);
  if (counted && args.size() == 3 && args[0] == "digest") return BenchDigest(args[1], repetitions);
  if (counted && args.size() == 3 && args[0] == "fingerprint") return BenchFingerprint(args[1], repetitions);
  if (counted && args.size() == 3 && args[0] == "compare") return BenchCompare(args[1], repetitions);
  if (counted && args.size() == 4 && args[0] == "diff") return BenchDiff(args[1], args[2], repetitions);
  std::fputs(kUsage, stderr);
  return 2;
}

}  // namespace
}  // namespace ferry

int main(int argc, char** argv) {
  const absl::StatusOr<int> code = ferry::Run(std::vector<std::string>(argv + 1, argv + argc));
  if (code.ok()) return *code;
  std::fprintf(stderr, "%s\n", ferry::ErrorText(code.status()).c_str());
  return 2;
}
