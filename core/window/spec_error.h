// How every error about a text of a schedule is made. Private to core/window.
#ifndef FERRY_CORE_WINDOW_SPEC_ERROR_H_
#define FERRY_CORE_WINDOW_SPEC_ERROR_H_

#include <cstddef>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::window {

// `text` in double quotes, control characters escaped, shortened to 80 bytes.
inline std::string Quoted(absl::string_view text) {
  constexpr size_t kLongest = 80;
  const absl::string_view shown = text.substr(0, kLongest);
  return absl::StrCat("\"", absl::Utf8SafeCEscape(shown), shown.size() < text.size() ? "…\"" : "\"");
}

// kWindowSpec.
template <typename... Parts>
absl::Status SpecError(const Parts&... parts) {
  return Error(ErrorCode::kWindowSpec, absl::StrCat(parts...));
}

}  // namespace ferry::window

#endif  // FERRY_CORE_WINDOW_SPEC_ERROR_H_
