// The lines in which two texts differ. Pure; any thread.
#ifndef FERRY_CORE_REPORT_TEXT_CHANGE_H_
#define FERRY_CORE_REPORT_TEXT_CHANGE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace ferry::report {

// The changed middle of two texts, between the lines with which both start and end: `-` before, `+` after, a
// few unchanged lines around it, "…" for more. Every line is Visible, starts with `indent` blanks and ends
// with a newline.
std::string TextChange(absl::string_view before, absl::string_view after, size_t indent, bool color);

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_TEXT_CHANGE_H_
