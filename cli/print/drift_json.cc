#include "cli/print/drift.h"
#include "cli/print/json.h"
#include "core/report/json_writer.h"

namespace ferry::cli {
namespace {

using report::JsonWriter;

void WriteMessage(JsonWriter& json, absl::string_view key, const google::protobuf::Message& message) {
  json.Key(key).BeginObject();
  WriteFields(json, message);
  json.EndObject();
}

void WriteValue(JsonWriter& json, absl::string_view key, bool there, const std::string& value) {
  json.Key(key);
  there ? json.String(value) : json.Null();
}

void WriteObject(JsonWriter& json, const DriftedObject& object) {
  json.BeginObject().Key("object").String(object.word());
  json.Key("kind").String(schema::KindName(object.id.kind));
  json.Key("schema").String(object.id.schema);
  json.Key("parent").String(object.id.parent);
  json.Key("name").String(object.id.name);
  const char sign = object.sign();
  json.Key("change").String(sign == '+' ? "added" : sign == '-' ? "removed" : "changed");
  json.Key("fields").BeginArray();
  for (const diff::FieldChange& change : object.fields()) {
    json.BeginObject().Key("field").String(change.field);
    WriteValue(json, "expected", object.expected.has_value(), change.values[0]);
    WriteValue(json, "actual", object.actual.has_value(), change.values[1]);
    json.EndObject();
  }
  json.EndArray().Key("causes").BeginArray();
  for (const v1::ForeignStatement& cause : object.causes) {
    json.BeginObject();
    WriteFields(json, cause);
    json.EndObject();
  }
  json.EndArray().Key("ignored").Bool(object.ignored);
  if (object.decision.has_value()) WriteMessage(json, "decision", *object.decision);
  json.EndObject();
}

const char* StateOf(const DriftedTarget& target) {
  if (!target.answered()) return "no_answer";
  switch (target.message.report().state()) {
    case v1::DRIFT_STATE_NONE:
      return "none";
    case v1::DRIFT_STATE_DRIFTED:
      return target.drifted() ? "drifted" : "ignored";
    default:
      return "not_known";
  }
}

void WriteTarget(JsonWriter& json, const DriftedTarget& target) {
  const v1::TargetDrift& message = target.message;
  json.BeginObject().Key("target_id").String(message.target_id()).Key("state").String(StateOf(target));
  if (!target.answered()) WriteMessage(json, "error", message.error());
  if (message.has_status()) WriteMessage(json, "status", message.status());
  if (target.answered()) {
    v1::DriftReport head = message.report();
    head.clear_objects();
    head.clear_statements();
    WriteMessage(json, "report", head);
  }
  json.Key("objects").BeginArray();
  for (const DriftedObject& object : target.objects) WriteObject(json, object);
  json.EndArray().EndObject();
}

}  // namespace

std::string DriftJson(const std::vector<DriftedEnvironment>& environments) {
  JsonWriter json;
  json.BeginObject().Key("schema").String("ferry/drift/v1").Key("environments").BeginArray();
  for (const DriftedEnvironment& environment : environments) {
    json.BeginObject().Key("name").String(environment.name).Key("drifted").Bool(environment.drifted());
    json.Key("targets").BeginArray();
    for (const DriftedTarget& target : environment.targets) WriteTarget(json, target);
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return json.Take();
}

}  // namespace ferry::cli
