#include "core/render/grants.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

constexpr char kOwner[] = "@owner";

// How many grants by other roles a privilege rests on.
int Depth(const Acl& acl, const GrantKey& key) {
  GrantKey at = key;
  int depth = 0;
  while (at.grantor != kOwner && depth <= static_cast<int>(acl.size())) {
    ++depth;
    const std::string holder = at.grantor;
    const auto source = std::find_if(acl.begin(), acl.end(), [&](const auto& entry) {
      return entry.second && entry.first.grantee == holder && entry.first.privilege == at.privilege;
    });
    if (source == acl.end()) break;
    at = source->first;
  }
  return depth;
}

// What one statement says.
struct Group {
  int order;
  std::string grantor, grantee;
  bool option;

  friend bool operator<(const Group& a, const Group& b) {
    return std::tie(a.order, a.grantor, a.grantee, a.option) <
           std::tie(b.order, b.grantor, b.grantee, b.option);
  }
};
using Groups = std::map<Group, std::vector<std::string>>;

std::string Privileges(std::vector<std::string> names, const GrantTarget& target) {
  const std::vector<std::string> all = PrivilegesOf(target.on_type);
  const auto rank = [&](const std::string& name) {
    return std::find(all.begin(), all.end(), name) - all.begin();
  };
  std::sort(names.begin(), names.end(),
            [&](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
  const bool complete = std::all_of(all.begin(), all.end(), [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  });
  if (complete && !all.empty()) names = {"ALL"};
  const std::string column = target.column.empty() ? "" : absl::StrCat(" (", target.column, ")");
  return absl::StrJoin(
      names, ", ", [&](std::string* out, const std::string& name) { absl::StrAppend(out, name, column); });
}

std::string Role(const std::string& role, const GrantTarget& target) {
  return role == kOwner ? target.owner : role;
}

// PostgreSQL records who granted: another role's grant is made in its place. One statement, so that the role
// is never left behind.
std::string AsGrantor(const std::string& grantor, const std::string& sql) {
  if (grantor == kOwner) return sql;
  return absl::StrCat(
      "DO ", sql::QuoteLiteral(absl::StrCat(
                 "DECLARE before text := pg_catalog.current_setting('role'); BEGIN SET LOCAL ROLE ", grantor,
                 "; ", sql, "; PERFORM pg_catalog.set_config('role', before, true); END")));
}

std::string Written(const Group& group, const std::vector<std::string>& names, bool revoke,
                    const GrantTarget& target) {
  const std::string what = absl::StrCat(Privileges(names, target), " ON ", target.on);
  const std::string role = Role(group.grantee, target);
  if (revoke) {
    return AsGrantor(group.grantor,
                     absl::StrCat(target.prefix, "REVOKE ", group.option ? "GRANT OPTION FOR " : "", what,
                                  " FROM ", role));
  }
  return AsGrantor(group.grantor, absl::StrCat(target.prefix, "GRANT ", what, " TO ", role,
                                               group.option ? " WITH GRANT OPTION" : ""));
}

std::vector<std::string> AllWritten(const Groups& groups, bool revoke, const GrantTarget& target) {
  std::vector<std::string> statements;
  for (const auto& [group, names] : groups) statements.push_back(Written(group, names, revoke, target));
  return statements;
}

}  // namespace

Acl ParseGrants(const std::vector<std::string>& grants) {
  Acl acl;
  for (const std::string& text : grants) {
    const size_t equals = FindOutside(text, "=");
    if (equals == absl::string_view::npos) continue;  // "nobody"
    GrantKey key;
    key.grantee = text.substr(0, equals);
    const size_t slash = text.find('/', equals);
    if (slash != std::string::npos) key.grantor = text.substr(slash + 1);
    key.privilege = text.substr(equals + 1, slash == std::string::npos ? slash : slash - equals - 1);
    const bool option = absl::EndsWith(key.privilege, "*");
    if (option) key.privilege.pop_back();
    acl[std::move(key)] |= option;
  }
  return acl;
}

Acl WithOwner(const Acl& acl, absl::string_view role) {
  Acl result;
  for (const auto& [key, option] : acl) {
    GrantKey renamed = key;
    if (renamed.grantee == role) renamed.grantee = kOwner;
    if (renamed.grantor == role) renamed.grantor = kOwner;
    result[std::move(renamed)] |= option;
  }
  return result;
}

std::vector<std::string> PrivilegesOf(absl::string_view on_type) {
  if (on_type == "TABLE") {
    return {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"};
  }
  if (on_type == "COLUMN") return {"SELECT", "INSERT", "UPDATE", "REFERENCES"};
  if (on_type == "SEQUENCE") return {"USAGE", "SELECT", "UPDATE"};
  if (on_type == "FUNCTION" || on_type == "PROCEDURE") return {"EXECUTE"};
  if (on_type == "SCHEMA") return {"USAGE", "CREATE"};
  if (on_type == "TABLESPACE") return {"CREATE"};
  if (on_type == "LARGE OBJECT") return {"SELECT", "UPDATE"};
  if (on_type == "TYPE" || on_type == "LANGUAGE" || on_type == "FOREIGN DATA WRAPPER" ||
      on_type == "FOREIGN SERVER") {
    return {"USAGE"};
  }
  return {};
}

std::string ClassOfDefaults(absl::string_view name) {
  return absl::AsciiStrToUpper(name.substr(0, name.empty() ? 0 : name.size() - 1));
}

Acl DefaultAcl(absl::string_view on_type) {
  Acl acl;
  if (on_type == "COLUMN") return acl;
  const bool open =
      on_type == "FUNCTION" || on_type == "PROCEDURE" || on_type == "TYPE" || on_type == "LANGUAGE";
  for (const std::string& privilege : PrivilegesOf(on_type)) {
    acl[{kOwner, kOwner, privilege}] = false;
    if (open) acl[{kOwner, "PUBLIC", privilege}] = false;
  }
  return acl;
}

std::vector<std::string> Revokes(const Acl& from, const Acl& to, const GrantTarget& target) {
  Groups groups;
  for (const auto& [key, option] : from) {
    const auto kept = to.find(key);
    const bool only_option = kept != to.end() && option && !kept->second;
    if (kept != to.end() && !only_option) continue;
    groups[{-Depth(from, key), key.grantor, key.grantee, only_option}].push_back(key.privilege);
  }
  return AllWritten(groups, true, target);
}

std::vector<std::string> Grants(const Acl& from, const Acl& to, const GrantTarget& target) {
  Groups groups;
  for (const auto& [key, option] : to) {
    const auto held = from.find(key);
    if (held != from.end() && (held->second || !option)) continue;
    groups[{Depth(to, key), key.grantor, key.grantee, option}].push_back(key.privilege);
  }
  return AllWritten(groups, false, target);
}

}  // namespace ferry::render
