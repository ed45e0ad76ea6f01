#include "tests/support/temp_dir.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace ferry::test {
namespace {

constexpr char kPrefix[] = "ferry-test-";

void Remove(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

// Of processes that are gone. Ours only: others' folders cannot be removed, and the sticky bit protects them.
void SweepOnce() {
  static const bool swept = [] {
    std::error_code problem;
    for (const auto& entry : std::filesystem::directory_iterator(TempRoot(), problem)) {
      const std::string name = entry.path().filename().string();
      absl::string_view rest = name;
      if (!absl::ConsumePrefix(&rest, kPrefix)) continue;
      int pid = 0;
      const std::vector<std::string> parts = absl::StrSplit(rest, '-');
      if (!absl::SimpleAtoi(parts[0], &pid) || pid <= 0) continue;
      if (::kill(pid, 0) != 0 && errno == ESRCH) Remove(entry.path().string());
    }
    return true;
  }();
  static_cast<void>(swept);
}

}  // namespace

std::string TempRoot() {
  if (::access("/dev/shm", W_OK | X_OK) == 0) return "/dev/shm";
  const char* temporary = ::getenv("TMPDIR");
  return temporary != nullptr && *temporary != '\0' ? temporary : "/tmp";
}

TempDir::TempDir() : owner_(::getpid()) {
  SweepOnce();
  std::string name = absl::StrCat(TempRoot(), "/", kPrefix, ::getpid(), "-XXXXXX");
  if (::mkdtemp(name.data()) == nullptr) {
    std::perror(name.c_str());
    std::abort();
  }
  path_ = name;
}

TempDir::~TempDir() {
  if (owner_ == ::getpid()) Remove(path_);
}

std::string TempDir::File(absl::string_view name) const { return absl::StrCat(path_, "/", name); }

std::string TempDir::Write(absl::string_view name, absl::string_view bytes) const {
  const std::string path = File(name);
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) {
    std::perror(path.c_str());
    std::abort();
  }
  return path;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::perror(path.c_str());
    std::abort();
  }
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

}  // namespace ferry::test
