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
  return manifest;
}

}  // namespace

std::string RenderManifest(const Manifest& manifest) {
  Json files = Json::array();
  for (const ManifestFile& file : manifest.files) {
    files.push_back({{"name", file.name}, {"size", file.size}, {"sha256", file.sha256}});
  }
  const Json json = {
      {"format", 1},
      {"id", manifest.id},
      {"taken_at", absl::FormatTime(absl::RFC3339_full, manifest.taken_at, absl::UTCTimeZone())},
      {"server_version", manifest.server_version},
      {"pg_dump", manifest.pg_dump},
      {"facts", manifest.facts},
      {"files", files}};
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
