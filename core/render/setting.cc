#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "core/render/kind.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

// Settings whose value is a list of names, each to be quoted alone (GUC_LIST_QUOTE).
bool IsNameList(absl::string_view name) {
  return name == "search_path" || name == "temp_tablespaces" || name == "local_preload_libraries" ||
         name == "session_preload_libraries" || name == "shared_preload_libraries" ||
         name == "unix_socket_directories";
}

std::string Value(const NameValue& setting) {
  if (!IsNameList(setting.name)) return sql::QuoteLiteral(setting.value);
  return absl::StrJoin(SplitOutside(setting.value, ","), ", ", [](std::string* out, const std::string& part) {
    absl::string_view name = absl::StripAsciiWhitespace(part);
    std::string bare(name);
    if (name.size() > 1 && name.front() == '"') {
      bare = absl::StrReplaceAll(name.substr(1, name.size() - 2), {{"\"\"", "\""}});
    }
    absl::StrAppend(out, sql::QuoteLiteral(bare));
  });
}

// No statement names the database one is in without telling its name, which is not part of a schema.
std::string InThisDatabase(const std::string& before, const std::string& after) {
  return absl::StrCat(
      "DO ", sql::QuoteLiteral(absl::StrCat("BEGIN EXECUTE pg_catalog.concat(", sql::QuoteLiteral(before),
                                            ", pg_catalog.quote_ident(pg_catalog.current_database()), ",
                                            sql::QuoteLiteral(absl::StrCat(" ", after)), "); END")));
}

std::string SettingSql(const Object& object, const std::string& what) {
  const std::string role = object.id.name.empty() ? "" : sql::QuoteIdentifier(object.id.name);
  if (object.id.parent == "database") {
    const std::string before =
        role.empty() ? "ALTER DATABASE " : absl::StrCat("ALTER ROLE ", role, " IN DATABASE ");
    return InThisDatabase(before, what);
  }
  return absl::StrCat("ALTER ROLE ", role.empty() ? "ALL" : role, " ", what);
}

void Change(const Object& object, const std::vector<std::string>& before,
            const std::vector<std::string>& after, const Context& context, Statements& out) {
  for (const std::string& entry : NewEntries(before, after)) {
    if (IsMasked(entry)) {
      context.remarks.push_back(absl::StrCat("the setting ", SplitOption(entry).name,
                                             " may be a secret and was not read: set it by hand"));
      continue;
    }
    const NameValue setting = SplitOption(entry);
    out.push_back(
        Make(object.id, SettingSql(object, absl::StrCat("SET ", setting.name, " TO ", Value(setting)))));
  }
  for (const std::string& entry : before) {
    const std::string lost = LostNames({entry}, after);
    if (!lost.empty()) out.push_back(Make(object.id, SettingSql(object, absl::StrCat("RESET ", lost))));
  }
}

const std::vector<std::string>& Values(const Object& object) {
  return std::get<schema::Setting>(object.body).values;
}

void Create(const Object& object, const Context& context, Statements& out) {
  Change(object, {}, Values(object), context, out);
}

void Alter(const Object& from, const Object& to, const Context& context, Statements& out) {
  Change(to, Values(from), Values(to), context, out);
}

void Drop(const Object& object, const Context& context, Statements& out) {
  Change(object, Values(object), {}, context, out);
}

}  // namespace

namespace internal {
const KindWriter kSettingWriter = {Create, Alter, Drop};
}  // namespace internal

}  // namespace ferry::render
