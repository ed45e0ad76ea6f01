#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/render.h"

namespace ferry::render {
namespace {

// What an operator wants to know before the statement; nothing where there is nothing to know.
std::string Note(const Statement& statement) {
  std::vector<std::string> facts;
  if (statement.lock != Lock::kNone) facts.push_back(absl::StrCat(LockName(statement.lock), " lock"));
  for (const Hazard hazard : statement.hazards) facts.emplace_back(HazardName(hazard));
  if (statement.mode == Mode::kOutside) facts.emplace_back("not in a transaction");
  if (statement.mode == Mode::kCommit) facts.emplace_back("commit before what follows");
  if (facts.empty()) return "";
  return absl::StrCat("-- ", absl::StrJoin(facts, ", "), "; lock timeout ",
                      absl::FormatDuration(statement.lock_timeout), ", statement timeout ",
                      absl::FormatDuration(statement.statement_timeout), "\n");
}

}  // namespace

std::string ScriptText(const Script& script) {
  std::string out;
  for (const std::string& remark : script.remarks) absl::StrAppend(&out, "-- ", remark, "\n");
  if (script.statements.empty()) return out;
  const bool functions =
      std::any_of(script.statements.begin(), script.statements.end(),
                  [](const Statement& s) { return s.object.kind == schema::ObjectKind::kFunction; });
  if (functions) out += "SET check_function_bodies = false;\n\n";
  for (const Statement& statement : script.statements) {
    absl::StrAppend(&out, Note(statement), statement.sql, ";\n\n");
  }
  return out;
}

}  // namespace ferry::render
