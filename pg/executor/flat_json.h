// One JSON object read only as deep as its own members. Inside the executor; pure.
#ifndef FERRY_PG_EXECUTOR_FLAT_JSON_H_
#define FERRY_PG_EXECUTOR_FLAT_JSON_H_

#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace ferry::executor {

struct JsonMember {
  enum class Kind { kNull, kBoolean, kNumber, kString, kNested };
  Kind kind = Kind::kNull;
  std::string text;  // a string's characters; "true", "false"; a number's value, written in one way only
};

// The members of the object `line`. Nothing when it is not exactly one object in valid UTF-8, or has a member
// twice.
std::optional<std::map<std::string, JsonMember>> ReadFlatObject(absl::string_view line);

}  // namespace ferry::executor

#endif  // FERRY_PG_EXECUTOR_FLAT_JSON_H_
