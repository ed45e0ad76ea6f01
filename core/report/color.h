// The few colours of our screens. A colour never says what the text does not say as well. Any thread.
#ifndef FERRY_CORE_REPORT_COLOR_H_
#define FERRY_CORE_REPORT_COLOR_H_

#include <string>

#include "absl/strings/string_view.h"

namespace ferry::report {

enum class Color { kNone, kRed, kGreen, kYellow, kBold, kDim };

// `text` between the escape sequences of `color`; unchanged for kNone, for empty text, and when not
// `enabled`.
std::string Paint(absl::string_view text, Color color, bool enabled);

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_COLOR_H_
