#include "core/report/diff_letters.h"

#include <algorithm>

namespace ferry::report {
namespace {

std::string Letter(size_t n) {
  std::string out(1, static_cast<char>('A' + n % 26));
  return n < 26 ? out : Letter(n / 26 - 1) + out;
}

}  // namespace

std::vector<std::string> Letters(const diff::Difference& difference) {
  std::vector<std::string> groups;
  std::vector<std::string> letters;
  for (const auto& fingerprint : difference.fingerprints) {
    if (!fingerprint.has_value()) {
      letters.emplace_back("-");
      continue;
    }
    const auto at = std::find(groups.begin(), groups.end(), *fingerprint);
    letters.push_back(Letter(static_cast<size_t>(at - groups.begin())));
    if (at == groups.end()) groups.push_back(*fingerprint);
  }
  return letters;
}

}  // namespace ferry::report
