#include "core/render/column_type.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace ferry::render {
namespace {

// Types of one family have casts among each other (pg_cast); the number is the family.
int Family(const std::string& base) {
  static const auto* const kFamilies = new std::map<std::string, int>{{"smallint", 1},
                                                                      {"integer", 1},
                                                                      {"bigint", 1},
                                                                      {"numeric", 1},
                                                                      {"real", 1},
                                                                      {"double precision", 1},
                                                                      {"text", 2},
                                                                      {"character varying", 2},
                                                                      {"character", 2},
                                                                      {"name", 2},
                                                                      {"\"char\"", 2},
                                                                      {"date", 3},
                                                                      {"timestamp without time zone", 3},
                                                                      {"timestamp with time zone", 3},
                                                                      {"json", 4},
                                                                      {"jsonb", 4},
                                                                      {"inet", 5},
                                                                      {"cidr", 5},
                                                                      {"bit", 6},
                                                                      {"bit varying", 6},
                                                                      {"time without time zone", 7},
                                                                      {"time with time zone", 7},
                                                                      {"macaddr", 8},
                                                                      {"macaddr8", 8}};
  const auto found = kFamilies->find(base);
  return found == kFamilies->end() ? 0 : found->second;
}

// "timestamp(3) without time zone" -> "timestamp without time zone"; arrays keep their brackets.
std::string BaseOf(const std::string& type) {
  const size_t open = type.find('(');
  if (open == std::string::npos || absl::StrContains(type, "\"")) return type;
  const size_t close = type.find(')', open);
  return close == std::string::npos ? type : absl::StrCat(type.substr(0, open), type.substr(close + 1));
}

std::vector<int> Modifiers(const std::string& type) {
  std::vector<int> out;
  const size_t open = type.find('(');
  const size_t close = type.find(')', open == std::string::npos ? 0 : open);
  if (open == std::string::npos || close == std::string::npos) return out;
  for (const auto piece : absl::StrSplit(type.substr(open + 1, close - open - 1), ',')) {
    int value = 0;
    if (absl::SimpleAtoi(piece, &value)) out.push_back(value);
  }
  return out;
}

}  // namespace

std::string Conversion(const std::string& column, const std::string& from, const std::string& to) {
  const std::string before = BaseOf(from);
  const std::string after = BaseOf(to);
  if (before == after) return "";
  const int family = Family(before);
  const bool direct = (family != 0 && family == Family(after)) || Family(after) == 2 || family == 2 ||
                      (before == "integer" && after == "boolean") ||
                      (before == "boolean" && after == "integer");
  return absl::StrCat(column, direct ? "" : "::text", "::", to);
}

bool Rewrites(const std::string& from, const std::string& to) {
  const std::string before = BaseOf(from);
  const std::string after = BaseOf(to);
  const std::vector<int> old_sizes = Modifiers(from);
  const std::vector<int> new_sizes = Modifiers(to);
  if (before == "character varying" && (after == "text" || after == before)) {
    return !new_sizes.empty() && (old_sizes.empty() || new_sizes[0] < old_sizes[0]);
  }
  if (before == "text" && after == "character varying") return !new_sizes.empty();
  if (before == "numeric" && after == "numeric") {
    if (new_sizes.empty()) return false;
    const auto scale = [](const std::vector<int>& sizes) { return sizes.size() > 1 ? sizes[1] : 0; };
    return old_sizes.empty() || scale(old_sizes) != scale(new_sizes) || new_sizes[0] < old_sizes[0];
  }
  return from != to;
}

}  // namespace ferry::render
