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

void WriteId(const schema::ObjectId& id, JsonWriter& json) {
  json.Key("kind").String(schema::KindName(id.kind));
  json.Key("schema").String(id.schema);
  json.Key("parent").String(id.parent);
  json.Key("name").String(id.name);
}

void WriteStrings(absl::string_view key, const std::vector<std::string>& values, JsonWriter& json) {
  json.Key(key).BeginArray();
  for (const std::string& value : values) json.String(value);
  json.EndArray();
}

void WriteReasons(const DiffPage& page, const schema::ObjectId& id, JsonWriter& json) {
  json.Key("reasons").BeginArray();
  const auto found = page.reasons.find(id);
  if (found != page.reasons.end()) {
    for (const diff::Reason& reason : found->second) {
      json.BeginObject().Key("reason").String(diff::Name(reason.kind));
      WriteStrings("versions", reason.versions, json);
      WriteStrings("sources", reason.sources, json);
      json.Key("text").String(reason.text).EndObject();
    }
  }
  json.EndArray();
}

void WriteAllowed(const diff::AllowedDifference& allowed, JsonWriter& json) {
  json.Key("owner").String(allowed.owner).Key("reason").String(allowed.reason);
  json.Key("expires").String(absl::FormatCivilTime(allowed.expires));
}

void WriteIntentional(const DiffPage& page, JsonWriter& json) {
  json.Key("intentional").BeginArray();
  for (const diff::Intentional& one : page.intentional) {
    json.BeginObject();
    WriteId(one.difference.id, json);
    json.Key("field").String(one.by->field);
    WriteAllowed(*one.by, json);
    json.EndObject();
  }
  json.EndArray().Key("expired").BeginArray();
  for (const diff::AllowedDifference* one : page.expired) {
    json.BeginObject().Key("object").String(one->object).Key("field").String(one->field);
    WriteAllowed(*one, json);
    json.EndObject();
  }
  json.EndArray();
}

void WriteDifference(const DiffPage& page, const diff::Difference& difference, JsonWriter& json) {
  json.BeginObject();
  WriteId(difference.id, json);
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
  WriteReasons(page, difference.id, json);
  json.EndObject();
}

}  // namespace

std::string DiffJson(const DiffPage& page) {
  const diff::DiffResult& result = *page.result;
  JsonWriter json;
  json.BeginObject().Key("schema").String("ferry/diff/v1");
  json.Key("sources").BeginArray();
  for (const std::string& name : result.names) json.String(name);
  json.EndArray();
  json.Key("equal").Bool(result.equal());
  json.Key("differences").BeginArray();
  for (const diff::Difference& difference : result.differences) WriteDifference(page, difference, json);
  json.EndArray();
  WriteIntentional(page, json);
  json.EndObject();
  return json.Take();
}

}  // namespace ferry::report
