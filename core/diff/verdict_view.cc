#include <algorithm>

#include "absl/strings/match.h"
#include "core/diff/verdict.h"

namespace ferry::diff::internal {
namespace {

// The arguments of a function, each with its default, as pg_get_function_arguments prints them. Commas inside
// quotes, parentheses and brackets do not separate.
std::vector<std::string> Arguments(absl::string_view text) {
  std::vector<std::string> out;
  std::string one;
  int depth = 0;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(' || c == '[') {
      ++depth;
    } else if (c == ')' || c == ']') {
      --depth;
    }
    if (c == ',' && quote == 0 && depth == 0) {
      out.push_back(std::move(one));
      one.clear();
    } else if (!one.empty() || c != ' ') {
      one.push_back(c);
    }
  }
  if (!one.empty()) out.push_back(std::move(one));
  return out;
}

constexpr absl::string_view kDefault = " DEFAULT ";

std::string WithoutDefault(const std::string& argument) {
  return argument.substr(0, argument.find(kDefault.data(), 0, kDefault.size()));
}

// CREATE OR REPLACE FUNCTION may give an argument a default or another one, and change nothing else about it.
bool SameArguments(const std::string& from, const std::string& to) {
  if (from == to) return true;
  const std::vector<std::string> before = Arguments(from);
  const std::vector<std::string> after = Arguments(to);
  if (before.size() != after.size()) return false;
  for (size_t i = 0; i < before.size(); ++i) {
    const bool lost_default =
        absl::StrContains(before[i], kDefault) && !absl::StrContains(after[i], kDefault);
    if (WithoutDefault(before[i]) != WithoutDefault(after[i]) || lost_default) return false;
  }
  return true;
}

}  // namespace

// CREATE OR REPLACE VIEW only adds columns, at the end.
Verdict VerdictOfView(const schema::View& from, const schema::View& to) {
  if (from.materialized != to.materialized || from.access_method != to.access_method) return {};
  if (from.materialized) return {from.definition == to.definition, false};
  const bool kept = from.columns.size() <= to.columns.size() &&
                    std::equal(from.columns.begin(), from.columns.end(), to.columns.begin());
  return {kept, false};
}

Verdict VerdictOfFunction(const schema::Function& from, const schema::Function& to) {
  const bool replaceable = from.kind == to.kind && from.kind != "aggregate" && from.result == to.result;
  return {replaceable && SameArguments(from.arguments, to.arguments), false};
}

}  // namespace ferry::diff::internal
