#include <map>

#include "absl/strings/str_cat.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

using Mappings = std::map<std::string, std::string>;  // token type -> dictionaries

Mappings MappingsOf(const Object& object) {
  Mappings result;
  for (const std::string& mapping : std::get<schema::TextSearchConfiguration>(object.body).mappings) {
    const size_t at = FindOutside(mapping, " WITH ");
    if (at != absl::string_view::npos) result[mapping.substr(0, at)] = mapping.substr(at + 6);
  }
  return result;
}

void Map(const Object& object, absl::string_view verb, const std::string& token,
         const std::string& dictionaries, Statements& out) {
  out.push_back(
      Make(object.id, AlterSql(object, absl::StrCat(verb, " MAPPING FOR ", token, " WITH ", dictionaries))));
}

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& body = std::get<schema::TextSearchConfiguration>(object.body);
  out.push_back(Make(object.id, absl::StrCat("CREATE TEXT SEARCH CONFIGURATION ", QualifiedName(object.id),
                                             " (PARSER = ", body.parser, ")")));
  for (const auto& [token, dictionaries] : MappingsOf(object)) Map(object, "ADD", token, dictionaries, out);
}

void Alter(const Object& from, const Object& to, const Context& /*context*/, Statements& out) {
  const Mappings before = MappingsOf(from);
  const Mappings after = MappingsOf(to);
  for (const auto& [token, dictionaries] : before) {
    if (after.count(token) == 0) {
      out.push_back(Make(to.id, AlterSql(to, absl::StrCat("DROP MAPPING FOR ", token))));
    }
  }
  for (const auto& [token, dictionaries] : after) {
    const auto had = before.find(token);
    if (had == before.end()) {
      Map(to, "ADD", token, dictionaries, out);
    } else if (had->second != dictionaries) {
      Map(to, "ALTER", token, dictionaries, out);
    }
  }
}

}  // namespace

namespace internal {
const KindWriter kTextSearchConfigurationWriter = {Create, Alter, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
