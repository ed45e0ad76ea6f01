// What a campaign has done and measured.
#ifndef FERRY_TESTS_FAULT_FIGURES_H_
#define FERRY_TESTS_FAULT_FIGURES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace ferry::test {

class Figures {
 public:
  void Count(const std::string& what, int more = 1) { counts_[what] += more; }
  int Of(const std::string& what) const;
  // SIGKILLs of every kind: what is counted as "kill …".
  int Kills() const;
  void Resumed(absl::Duration after) { resumed_.push_back(after); }
  // One line each, "fault: NAME COUNT", the kinds by name; then "fault: p50 to resume 123 ms", p99, maximum.
  std::string Text() const;

 private:
  std::map<std::string, int> counts_;
  std::vector<absl::Duration> resumed_;
};

}  // namespace ferry::test

#endif  // FERRY_TESTS_FAULT_FIGURES_H_
