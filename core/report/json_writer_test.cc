#include "core/report/json_writer.h"

#include <gtest/gtest.h>

#include <limits>

namespace ferry::report {
namespace {

std::string Quoted(absl::string_view text) {
  return JsonWriter(JsonWriter::Style::kLine).String(text).Take();
}

TEST(JsonWriterTest, WritesOneLineForStreams) {
  JsonWriter json(JsonWriter::Style::kLine);
  json.BeginObject().Key("schema").String("ferry/x/v1").Key("list").BeginArray();
  json.Int(-9223372036854775807 - 1).Double(0.5).Bool(true).Null().BeginObject().EndObject();
  json.EndArray().Key("empty").BeginArray().EndArray().EndObject();
  EXPECT_EQ(json.Take(),
            "{\"schema\":\"ferry/x/v1\",\"list\":[-9223372036854775808,0.5,true,null,{}],\"empty\":[]}");
}

TEST(JsonWriterTest, WritesIndentedDocumentsWithAFinalNewline) {
  JsonWriter json;
  json.BeginObject()
      .Key("a")
      .BeginArray()
      .Int(1)
      .Int(2)
      .EndArray()
      .Key("b")
      .BeginObject()
      .EndObject()
      .EndObject();
  EXPECT_EQ(json.Take(), "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}\n");
}

TEST(JsonWriterTest, EscapesWhatJsonAndTerminalsNeed) {
  EXPECT_EQ(Quoted("say \"hi\" \\ /"), "\"say \\\"hi\\\" \\\\ /\"");
  EXPECT_EQ(Quoted("a\nb\tc\x1b\x7f\r"), "\"a\\nb\\tc\\u001b\\u007f\\u000d\"");
  EXPECT_EQ(Quoted("\xE2\x80\xAE\xF3\xA0\x81\x81"), "\"\\u202e\\udb40\\udc41\"");
  EXPECT_EQ(Quoted("größe 😀"), "\"größe 😀\"");
  EXPECT_EQ(Quoted("\xFFok\xC3"), "\"\\ufffdok\\ufffd\"");
  EXPECT_EQ(Quoted(absl::string_view("\0", 1)), "\"\\u0000\"");
}

TEST(JsonWriterTest, NumbersThatJsonDoesNotHaveBecomeNull) {
  EXPECT_EQ(JsonWriter(JsonWriter::Style::kLine).Double(std::numeric_limits<double>::infinity()).Take(),
            "null");
  EXPECT_EQ(JsonWriter(JsonWriter::Style::kLine).Double(0.1).Take(), "0.1");
}

}  // namespace
}  // namespace ferry::report
