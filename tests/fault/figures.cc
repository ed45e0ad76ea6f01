#include "tests/fault/figures.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace ferry::test {

int Figures::Of(const std::string& what) const {
  const auto found = counts_.find(what);
  return found == counts_.end() ? 0 : found->second;
}

int Figures::Kills() const {
  int kills = 0;
  for (const auto& [what, count] : counts_) kills += absl::StartsWith(what, "kill ") ? count : 0;
  return kills;
}

std::string Figures::Text() const {
  std::string out = absl::StrCat("fault: kills in all ", Kills(), "\n");
  for (const auto& [what, count] : counts_) absl::StrAppend(&out, "fault: ", what, " ", count, "\n");
  if (resumed_.empty()) return out;
  std::vector<absl::Duration> sorted = resumed_;
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&sorted](double part) {
    const auto index = static_cast<size_t>(part * static_cast<double>(sorted.size() - 1));
    return absl::ToInt64Milliseconds(sorted[index]);
  };
  absl::StrAppend(&out, "fault: times to resume ", sorted.size(), "\nfault: p50 to resume, ms ", at(0.5),
                  "\nfault: p99 to resume, ms ", at(0.99), "\nfault: most to resume, ms ", at(1), "\n");
  return out;
}

}  // namespace ferry::test
