// How a typed field of an object reads as canonical text and back. `DecodeField` accepts exactly what
// `EncodeField` writes, and nothing else. Functions of values; any thread.
#ifndef FERRY_CORE_SCHEMA_FIELD_H_
#define FERRY_CORE_SCHEMA_FIELD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace ferry::schema {

// What a field is for: kCompared fields make the fingerprint, and so do kUnordered ones, lists whose order
// never counts though PostgreSQL keeps one; kDisplayOnly ones travel along and never differ.
enum class FieldUse { kCompared, kUnordered, kDisplayOnly };

std::string EncodeField(const std::string& value);               // itself
std::string EncodeField(bool value);                             // true, false
std::string EncodeField(int64_t value);                          // decimal
std::string EncodeField(const std::vector<std::string>& value);  // 'a', 'it''s' – in order; "" when empty

// False, with `value` untouched or partly filled, when `text` is not in the form above.
bool DecodeField(absl::string_view text, std::string& value);
bool DecodeField(absl::string_view text, bool& value);
bool DecodeField(absl::string_view text, int64_t& value);
bool DecodeField(absl::string_view text, std::vector<std::string>& value);

}  // namespace ferry::schema

#endif  // FERRY_CORE_SCHEMA_FIELD_H_
