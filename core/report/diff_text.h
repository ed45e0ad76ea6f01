// A comparison of schemas as a person reads it. Two sources: grouped by table, `-` only in the first, `+`
// only in the second, `~` changed, with the fields that changed. More: a matrix of objects and environments,
// where environments with the same letter agree and `-` means absent, and under it what the letters stand
// for. With why, where that is known. Pure; any thread.
#ifndef FERRY_CORE_REPORT_DIFF_TEXT_H_
#define FERRY_CORE_REPORT_DIFF_TEXT_H_

#include <string>
#include <vector>

#include "core/diff/diff.h"
#include "core/report/diff_page.h"

namespace ferry::report {

struct TextOptions {
  bool color = false;  // escape sequences may be written
  // Columns of the terminal. From kSideBySideWidth on, texts of two sources stand side by side, otherwise
  // below each other.
  size_t columns = 0;
};

// The whole screen, ended by a newline; one sentence when there is no difference. All names and values are
// safe to print.
std::string DiffText(const DiffPage& page, const TextOptions& options);
inline std::string DiffText(const diff::DiffResult& result, bool color) {
  return DiffText(DiffPage(result), TextOptions{color, 0});
}

// The differences in the order of the screen: by table or other top-level object, that object first, then its
// columns, constraints, indexes and triggers. Pointers into `result`.
std::vector<const diff::Difference*> InScreenOrder(const diff::DiffResult& result);

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_DIFF_TEXT_H_
