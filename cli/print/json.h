// Messages as JSON for programs: our names, stable, only ever added to. Pure; any thread.
#ifndef FERRY_CLI_PRINT_JSON_H_
#define FERRY_CLI_PRINT_JSON_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/strings/string_view.h"
#include "core/report/json_writer.h"

namespace ferry::cli {

// `{"schema":"ferry/<kind>/v1", …the fields of `message`…}`. Fields have their snake_case names; numbers are
// numbers; enum values are short and lower case ("succeeded"); times are RFC 3339 in UTC; a duration is
// seconds, and its name ends in `_seconds`; a message field that is not set is left out, everything else is
// always there. kPretty ends with a newline, kLine does not (NDJSON).
std::string JsonDocument(absl::string_view kind, const google::protobuf::Message& message,
                         report::JsonWriter::Style style = report::JsonWriter::Style::kPretty);

// The fields of `message` into an object that the caller has begun and will end.
void WriteFields(report::JsonWriter& json, const google::protobuf::Message& message);

}  // namespace ferry::cli

#endif  // FERRY_CLI_PRINT_JSON_H_
