#include "tests/fault/points.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "tests/support/temp_dir.h"

namespace ferry::test {
namespace {

std::string SourceRoot() {
  const char* const root = std::getenv("FERRY_SOURCE_DIR");
  if (root != nullptr) return root;
  std::fprintf(stderr, "set FERRY_SOURCE_DIR to the repository\n");
  std::abort();
}

bool IsSource(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  return (path.extension() == ".cc" || path.extension() == ".h") && !absl::EndsWith(name, "_test.cc");
}

void Collect(absl::string_view text, std::set<std::string>& names) {
  constexpr absl::string_view kBefore = "FAULT_POINT(\"";
  for (size_t at = text.find(kBefore); at != absl::string_view::npos; at = text.find(kBefore, at)) {
    at += kBefore.size();
    names.emplace(text.substr(at, text.find('"', at) - at));
  }
}

}  // namespace

std::vector<std::string> FaultPoints(const std::vector<std::string>& folders) {
  std::set<std::string> names;
  for (const std::string& folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(SourceRoot() + "/" + folder)) {
      if (entry.is_regular_file() && IsSource(entry.path())) Collect(ReadFile(entry.path()), names);
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace ferry::test
