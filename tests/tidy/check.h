// Checks sources against the rules of rules.h.
#ifndef FERRY_TESTS_TIDY_CHECK_H_
#define FERRY_TESTS_TIDY_CHECK_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/tidy/rules.h"

namespace ferry::tidy {

struct Finding {
  std::string file;  // from the root of the tree
  int line = 0;      // 1-based
  std::string rule;
  std::string message;
};

// "core/sql/split.cc:12: [include] core/sql/ may not include pqxx/pqxx (pqxx)"
std::string ToString(const Finding& finding);

// The findings of one file, by line.
std::vector<Finding> CheckFile(absl::string_view file, absl::string_view text);

struct TreeResult {
  int files = 0;
  std::vector<Finding> findings;  // by file and line
};

// Every C++ file below the top folders of `root`, except in folders that are hidden or named build*.
// `exceptions` take their findings away; one that takes none away becomes a finding.
TreeResult CheckTree(const std::string& root, const std::vector<Exception>& exceptions);

}  // namespace ferry::tidy

#endif  // FERRY_TESTS_TIDY_CHECK_H_
