#include "cli/print/json.h"

#include <google/protobuf/descriptor.h>

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "ferry/v1/ferry.pb.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using report::JsonWriter;

constexpr char kTimestamp[] = "google.protobuf.Timestamp";
constexpr char kDuration[] = "google.protobuf.Duration";

// PROMOTION_STATE_SUCCEEDED of PromotionState -> "succeeded".
std::string ShortName(const EnumValueDescriptor& value) {
  std::string prefix;
  for (const char c : value.type()->name()) {
    if (absl::ascii_isupper(static_cast<unsigned char>(c)) && !prefix.empty()) prefix += '_';
    prefix += absl::ascii_toupper(static_cast<unsigned char>(c));
  }
  absl::string_view name = value.name();
  absl::ConsumePrefix(&name, prefix + "_");
  return absl::AsciiStrToLower(name);
}

void WriteMessage(JsonWriter& json, const Message& message) {
  const std::string& type = message.GetDescriptor()->full_name();
  if (type == kTimestamp) {
    google::protobuf::Timestamp time;
    time.CopyFrom(message);
    json.String(absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", rpc::FromProto(time), absl::UTCTimeZone()));
  } else if (type == kDuration) {
    google::protobuf::Duration duration;
    duration.CopyFrom(message);
    json.Double(absl::ToDoubleSeconds(rpc::FromProto(duration)));
  } else {
    json.BeginObject();
    WriteFields(json, message);
    json.EndObject();
  }
}

void WriteScalar(JsonWriter& json, const Message& m, const Reflection& r, const FieldDescriptor& f) {
  switch (f.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      json.Int(r.GetInt32(m, &f));
      return;
    case FieldDescriptor::CPPTYPE_INT64:
      json.Int(r.GetInt64(m, &f));
      return;
    case FieldDescriptor::CPPTYPE_BOOL:
      json.Bool(r.GetBool(m, &f));
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      json.String(ShortName(*r.GetEnum(m, &f)));
      return;
    case FieldDescriptor::CPPTYPE_STRING:
      json.String(r.GetString(m, &f));
      return;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      WriteMessage(json, r.GetMessage(m, &f));
      return;
    default:
      json.Null();  // ferry.v1 has no such fields
  }
}

void WriteRepeated(JsonWriter& json, const Message& m, const Reflection& r, const FieldDescriptor& f) {
  json.BeginArray();
  for (int i = 0; i < r.FieldSize(m, &f); ++i) {
    if (f.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      WriteMessage(json, r.GetRepeatedMessage(m, &f, i));
    } else if (f.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      json.String(r.GetRepeatedString(m, &f, i));
    } else {
      json.Null();  // ferry.v1 has no such fields
    }
  }
  json.EndArray();
}

}  // namespace

void WriteFields(JsonWriter& json, const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    if (field.is_repeated()) {
      json.Key(field.name());
      WriteRepeated(json, message, reflection, field);
      continue;
    }
    if (field.has_presence() && !reflection.HasField(message, &field)) continue;
    const bool duration = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
                          field.message_type()->full_name() == kDuration;
    json.Key(duration ? absl::StrCat(field.name(), "_seconds") : field.name());
    WriteScalar(json, message, reflection, field);
  }
}

std::string JsonDocument(absl::string_view kind, const Message& message, JsonWriter::Style style) {
  JsonWriter json(style);
  json.BeginObject().Key("schema").String(absl::StrCat("ferry/", kind, "/v1"));
  WriteFields(json, message);
  json.EndObject();
  return json.Take();
}

}  // namespace ferry::cli
