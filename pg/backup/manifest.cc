#include "pg/backup/manifest.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::pg {
namespace {

using Json = nlohmann::json;

absl::Status Corrupt(absl::string_view why) {
  return Error(ErrorCode::kBackupCorrupt, absl::StrCat(kManifestName, " ", why));
}

Json ToJson(const Proof& proof) {
  const DatabaseProperties& d = proof.database;
  Json grants = Json::array(), settings = Json::array();
  for (const DatabaseGrant& g : d.grants) grants.push_back({g.grantee, g.privilege, g.grantable});
  for (const DatabaseSetting& s : d.settings) settings.push_back({s.role, s.name, s.value});
  return {{"server", proof.server_version},
          {"fingerprint", proof.fingerprint},
          {"objects", proof.objects},
          {"rows", proof.rows},
          {"database",
           {{"name", d.name},
            {"owner", d.owner},
            {"encoding", d.encoding},
            {"collate", d.collate},
            {"ctype", d.ctype},
            {"icu_locale", d.icu_locale},
            {"comment", d.comment},
            {"connection_limit", d.connection_limit},
            {"default_acl", d.default_acl},
            {"grants", grants},
            {"settings", settings},
            {"public_owners", d.public_owners},
            {"public_creators", d.public_creators}}}};
}

Proof ProofFrom(const Json& json) {
  Proof proof;
  json.at("server").get_to(proof.server_version);
  json.at("fingerprint").get_to(proof.fingerprint);
  json.at("objects").get_to(proof.objects);
  json.at("rows").get_to(proof.rows);
  const Json& d = json.at("database");
  DatabaseProperties& out = proof.database;
  d.at("name").get_to(out.name);
  d.at("owner").get_to(out.owner);
  d.at("encoding").get_to(out.encoding);
  d.at("collate").get_to(out.collate);
  d.at("ctype").get_to(out.ctype);
  d.at("icu_locale").get_to(out.icu_locale);
  d.at("comment").get_to(out.comment);
  d.at("connection_limit").get_to(out.connection_limit);
  d.at("default_acl").get_to(out.default_acl);
  for (const Json& g : d.at("grants")) {
    out.grants.push_back({g.at(0).get<std::string>(), g.at(1).get<std::string>(), g.at(2).get<bool>()});
  }
  for (const Json& s : d.at("settings")) {
    out.settings.push_back(
        {s.at(0).get<std::string>(), s.at(1).get<std::string>(), s.at(2).get<std::string>()});
  }
  d.at("public_owners").get_to(out.public_owners);
  d.at("public_creators").get_to(out.public_creators);
  return proof;
}

Manifest FromJson(const Json& json) {
  Manifest manifest;
  json.at("id").get_to(manifest.id);
  json.at("server_version").get_to(manifest.server_version);
  json.at("pg_dump").get_to(manifest.pg_dump);
  json.at("facts").get_to(manifest.facts);
  for (const Json& file : json.at("files")) {
    manifest.files.push_back({file.at("name").get<std::string>(), file.at("size").get<int64_t>(),
                              file.at("sha256").get<std::string>()});
  }
  if (json.contains("proof")) manifest.proof = ProofFrom(json.at("proof"));
  return manifest;
}

}  // namespace

std::string RenderManifest(const Manifest& manifest) {
  Json files = Json::array();
  for (const ManifestFile& file : manifest.files) {
    files.push_back({{"name", file.name}, {"size", file.size}, {"sha256", file.sha256}});
  }
  Json json = {{"format", 1},
               {"id", manifest.id},
               {"taken_at", absl::FormatTime(absl::RFC3339_full, manifest.taken_at, absl::UTCTimeZone())},
               {"server_version", manifest.server_version},
               {"pg_dump", manifest.pg_dump},
               {"facts", manifest.facts},
               {"files", files}};
  if (manifest.proof.has_value()) json["proof"] = ToJson(*manifest.proof);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<Manifest> ParseManifest(absl::string_view text) {
  try {
    const Json json = Json::parse(text.begin(), text.end());
    if (json.at("format") != 1) return Corrupt("is of a format that this program does not know");
    Manifest manifest = FromJson(json);
    std::string problem;
    if (!absl::ParseTime(absl::RFC3339_full, json.at("taken_at").get<std::string>(), &manifest.taken_at,
                         &problem)) {
      return Corrupt("has no time");
    }
    for (const ManifestFile& file : manifest.files) {
      const bool name = !file.name.empty() && file.name.find('/') == std::string::npos && file.name[0] != '.';
      if (!name || file.size < 0) return Corrupt("lists a file that no backup has");
    }
    return manifest;
  } catch (const Json::exception&) {
    return Corrupt("cannot be read");
  }
}

}  // namespace ferry::pg
