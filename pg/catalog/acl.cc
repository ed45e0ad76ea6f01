#include "pg/catalog/acl.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/sql/quote.h"

namespace ferry::pg::catalog {
namespace {

// src/include/utils/acl.h: ACL_…_CHR.
absl::string_view PrivilegeName(char letter) {
  constexpr std::pair<char, absl::string_view> kNames[] = {
      {'a', "INSERT"},     {'r', "SELECT"},  {'w', "UPDATE"},       {'d', "DELETE"},   {'D', "TRUNCATE"},
      {'x', "REFERENCES"}, {'t', "TRIGGER"}, {'X', "EXECUTE"},      {'U', "USAGE"},    {'C', "CREATE"},
      {'T', "TEMPORARY"},  {'c', "CONNECT"}, {'A', "ALTER SYSTEM"}, {'m', "MAINTAIN"}, {'s', "SET"}};
  for (const auto& [known, name] : kNames) {
    if (known == letter) return name;
  }
  return "";
}

// Takes a role off the front of an aclitem: bare, or in double quotes that are doubled inside.
std::string TakeRole(absl::string_view& item) {
  std::string role;
  bool quoted = false;
  while (!item.empty() && (quoted || item[0] != '=')) {
    if (item[0] != '"') {
      role.push_back(item[0]);
    } else if (quoted && item.size() > 1 && item[1] == '"') {
      role.push_back('"');
      item.remove_prefix(1);
    } else {
      quoted = !quoted;
    }
    item.remove_prefix(1);
  }
  return role;
}

std::string Named(const std::string& role, absl::string_view owner) {
  return role == owner ? "@owner" : sql::QuoteIdentifier(role);
}

// "grantee=letters/grantor" -> one text a privilege.
bool Explode(absl::string_view item, absl::string_view owner, std::vector<std::string>& out) {
  const std::string grantee = TakeRole(item);
  if (item.empty()) return false;
  item.remove_prefix(1);
  const size_t slash = item.find('/');
  if (slash == absl::string_view::npos) return false;
  absl::string_view letters = item.substr(0, slash);
  item.remove_prefix(slash + 1);
  const std::string grantor = TakeRole(item);
  const std::string to = grantee.empty() ? "PUBLIC" : Named(grantee, owner);
  const std::string by = grantor == owner ? "" : absl::StrCat("/", sql::QuoteIdentifier(grantor));
  for (; !letters.empty(); letters.remove_prefix(1)) {
    const absl::string_view name = PrivilegeName(letters[0]);
    if (name.empty()) return false;
    const bool grantable = letters.size() > 1 && letters[1] == '*';
    if (grantable) letters.remove_prefix(1);
    out.push_back(absl::StrCat(to, "=", name, grantable ? "*" : "", by));
  }
  return true;
}

std::optional<std::vector<std::string>> Exploded(absl::string_view acl, absl::string_view owner) {
  const std::optional<std::vector<std::string>> items = ParseArray(acl);
  if (!items.has_value()) return std::nullopt;
  std::vector<std::string> out;
  for (const std::string& item : *items) {
    if (!Explode(item, owner, out)) return std::nullopt;
  }
  std::sort(out.begin(), out.end());
  return out;
}

void ForgetMaintain(std::vector<std::string>& grants) {
  const auto has = [&](absl::string_view privilege) {
    return std::binary_search(grants.begin(), grants.end(), absl::StrCat("@owner=", privilege));
  };
  for (const char* other : {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}) {
    if (!has(other)) return;
  }
  const auto maintain = std::lower_bound(grants.begin(), grants.end(), "@owner=MAINTAIN");
  if (maintain != grants.end() && *maintain == "@owner=MAINTAIN") grants.erase(maintain);
}

}  // namespace

std::optional<std::vector<std::string>> ParseArray(absl::string_view text) {
  std::vector<std::string> out;
  if (text.empty() || text == "{}") return out;
  if (text.size() < 3 || text.front() != '{' || text.back() != '}') return std::nullopt;
  std::string element;
  bool quoted = false;
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      element.push_back(text[++i]);
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      out.push_back(std::move(element));
      element.clear();
    } else {
      element.push_back(c);
    }
  }
  out.push_back(std::move(element));
  return out;
}

std::optional<std::vector<std::string>> Grants(absl::string_view acl, absl::string_view default_acl,
                                               absl::string_view owner) {
  if (acl.empty()) return std::vector<std::string>();
  std::optional<std::vector<std::string>> grants = Exploded(acl, owner);
  const std::optional<std::vector<std::string>> usual = Exploded(default_acl, owner);
  if (!grants.has_value() || !usual.has_value()) return std::nullopt;
  if (*grants == *usual) return std::vector<std::string>();
  ForgetMaintain(*grants);
  if (grants->empty()) grants->emplace_back("nobody");
  return grants;
}

}  // namespace ferry::pg::catalog
