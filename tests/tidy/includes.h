// Which include is allowed where, by the tables of rules.h.
#ifndef FERRY_TESTS_TIDY_INCLUDES_H_
#define FERRY_TESTS_TIDY_INCLUDES_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace ferry::tidy {

// Whether `file` (from the root of the tree) is test code beside the sources.
bool IsTestCode(absl::string_view file);

// The header that a line includes, if it is an #include. `code` is the same line scrubbed.
std::optional<std::string> IncludedHeader(absl::string_view raw, absl::string_view code);

// Why `file` may not include `header`; nothing when it may.
std::optional<std::string> WhyNotIncluded(absl::string_view file, absl::string_view header);

}  // namespace ferry::tidy

#endif  // FERRY_TESTS_TIDY_INCLUDES_H_
