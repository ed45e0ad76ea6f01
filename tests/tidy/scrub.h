// Separates what the compiler reads in a C++ source from what people read.
#ifndef FERRY_TESTS_TIDY_SCRUB_H_
#define FERRY_TESTS_TIDY_SCRUB_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace ferry::tidy {

struct Line {
  std::string raw;
  std::string code;      // as long as `raw`; comments and the insides of literals are blanks
  std::string comments;  // as long as `raw`; everything but the insides of comments is blanks
};

// The lines of `source`, without their ends. Knows //, /* */, string, character and raw string literals, and
// digit separators; not trigraphs and not a // comment continued by a backslash.
std::vector<Line> Scrub(absl::string_view source);

}  // namespace ferry::tidy

#endif  // FERRY_TESTS_TIDY_SCRUB_H_
