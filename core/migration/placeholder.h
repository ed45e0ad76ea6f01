// `${name}` in a migration, and what stands there instead. Pure; any thread.
#ifndef FERRY_CORE_MIGRATION_PLACEHOLDER_H_
#define FERRY_CORE_MIGRATION_PLACEHOLDER_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/sql/tokens.h"

namespace ferry::migration {

struct Placeholder {
  size_t begin = 0, end = 0;  // bytes, half open
  std::string name;           // "": `$${name}`, which stands for the text `${name}`
};

// Those of `text` outside of what `tokens` says are comments and dollar-quoted strings, in order. Names are
// letters, digits and _, none of the digits first; anything else in braces is plain text.
std::vector<Placeholder> FindPlaceholders(absl::string_view text, const std::vector<sql::Token>& tokens = {});

struct FilledText {
  std::string text;
  std::vector<sql::Replaced> replaced;
};

// text[begin, end) with its `placeholders` (of the whole text) replaced by what `value_of` gives, which may
// be called for each.
FilledText Fill(absl::string_view text, size_t begin, size_t end,
                const std::vector<Placeholder>& placeholders,
                const std::function<std::string(const Placeholder&)>& value_of);

// `sql` written so that a migration holds it as it is: `$${name}` for each `${name}` that would be replaced.
std::string EscapePlaceholders(absl::string_view sql);

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_PLACEHOLDER_H_
