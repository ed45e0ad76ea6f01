#include "core/report/diff_json.h"

#include "core/report/json_writer.h"

namespace ferry::report {
namespace {

void WriteFields(const diff::Difference& difference, JsonWriter& json) {
  json.Key("fields").BeginArray();
  for (const diff::FieldChange& change : difference.fields) {
    json.BeginObject().Key("field").String(change.field).Key("values").BeginArray();
    for (size_t i = 0; i < change.values.size(); ++i) {
      if (difference.fingerprints[i].has_value()) {
        json.String(change.values[i]);
      } else {
        json.Null();
      }
    }
    json.EndArray().EndObject();
  }
  json.EndArray();
}

void WriteDifference(const diff::Difference& difference, JsonWriter& json) {
  json.BeginObject();
  json.Key("kind").String(schema::KindName(difference.id.kind));
  json.Key("schema").String(difference.id.schema);
  json.Key("parent").String(difference.id.parent);
  json.Key("name").String(difference.id.name);
  json.Key("fingerprints").BeginArray();
  for (const auto& fingerprint : difference.fingerprints) {
    if (fingerprint.has_value()) {
      json.String(*fingerprint);
    } else {
      json.Null();
    }
  }
  json.EndArray();
  WriteFields(difference, json);
  json.EndObject();
}

}  // namespace

std::string DiffJson(const diff::DiffResult& result) {
  JsonWriter json;
  json.BeginObject().Key("schema").String("ferry/diff/v1");
  json.Key("sources").BeginArray();
  for (const std::string& name : result.names) json.String(name);
  json.EndArray();
  json.Key("equal").Bool(result.equal());
  json.Key("differences").BeginArray();
  for (const diff::Difference& difference : result.differences) WriteDifference(difference, json);
  json.EndArray().EndObject();
  return json.Take();
}

}  // namespace ferry::report
