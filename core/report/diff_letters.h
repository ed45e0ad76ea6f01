// Which sources agree on an object, as letters. Pure; any thread.
#ifndef FERRY_CORE_REPORT_DIFF_LETTERS_H_
#define FERRY_CORE_REPORT_DIFF_LETTERS_H_

#include <string>
#include <vector>

#include "core/diff/diff.h"

namespace ferry::report {

// Of every source, the letter of its group: A, B, …, Z, AA, …; "-" where the object is absent.
std::vector<std::string> Letters(const diff::Difference& difference);

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_DIFF_LETTERS_H_
