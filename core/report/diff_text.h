// A comparison of schemas as a person reads it. Two sources: grouped by table, `-` only in the first, `+`
// only in the second, `~` changed, with the fields that changed. More: a matrix of objects and environments,
// where environments with the same letter agree and `-` means absent, and under it what the letters stand
// for. Pure; any thread.
#ifndef FERRY_CORE_REPORT_DIFF_TEXT_H_
#define FERRY_CORE_REPORT_DIFF_TEXT_H_

#include <string>
#include <vector>

#include "core/diff/diff.h"

namespace ferry::report {

// The whole screen, ended by a newline; one sentence when there is no difference. All names and values are
// safe to print. `color` allows escape sequences; without it there are none.
std::string DiffText(const diff::DiffResult& result, bool color);

// The differences in the order of the screen: by table or other top-level object, that object first, then its
// columns, constraints, indexes and triggers. Pointers into `result`.
std::vector<const diff::Difference*> InScreenOrder(const diff::DiffResult& result);

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_DIFF_TEXT_H_
