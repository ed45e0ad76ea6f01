#include "workbench/dump_script.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/error.h"

namespace ferry::workbench {
namespace {

// Each is as in our own sessions, or about restoring only. Exactly these: another value would mean something.
constexpr std::array<absl::string_view, 14> kPreamble = {
    "SET statement_timeout = 0",
    "SET lock_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
    "SET transaction_timeout = 0",
    "SET client_encoding = 'UTF8'",
    "SET standard_conforming_strings = on",
    "SELECT pg_catalog.set_config('search_path', '', false)",
    "SET check_function_bodies = false",
    "SET xmloption = content",
    "SET client_min_messages = warning",
    "SET row_security = off",
    "SET default_tablespace = ''",
    "SET default_with_oids = false",
    "SET escape_string_warning = off"};
constexpr absl::string_view kAccessMethod = "SET default_table_access_method = ";

bool IsCommentOrEmpty(absl::string_view line) { return line.empty() || absl::StartsWith(line, "--"); }

absl::Status Refuse(const sql::Statement& statement, absl::string_view source, absl::string_view why) {
  return Error(ErrorCode::kForbiddenStatement,
               absl::StrCat("pg_dump prints what a migration may not contain: ", why))
      .At(source, statement.line, statement.column)
      .Statement(statement.text)
      .Next("take it out of that database, or write the migration by hand");
}

std::string WhyNot(const sql::Statement& statement) {
  if (!statement.forbidden.empty()) return statement.forbidden;
  if (statement.tag == "CREATE SUBSCRIPTION" || statement.tag == "CREATE USER MAPPING") {
    return absl::StrCat(statement.tag, " says how another database is reached, perhaps with a password");
  }
  if (statement.kind == sql::Kind::kUnclassified) return "a statement of a kind that ferry does not know";
  if (!statement.transactional) return absl::StrCat(statement.tag, " cannot run in a transaction");
  return "";
}

}  // namespace

std::string WithoutRestrict(absl::string_view dump) {
  std::vector<std::string> lines = absl::StrSplit(dump, '\n');
  const auto first = std::find_if_not(lines.begin(), lines.end(), IsCommentOrEmpty);
  if (first == lines.end() || !absl::StartsWith(*first, "\\restrict ")) return std::string(dump);
  const std::string end = absl::StrCat("\\un", first->substr(1));
  first->assign(first->size(), ' ');
  const auto last = std::find_if_not(lines.rbegin(), lines.rend(), IsCommentOrEmpty);
  if (last != lines.rend() && *last == end) last->assign(last->size(), ' ');
  return absl::StrJoin(lines, "\n");
}

absl::StatusOr<std::vector<sql::Statement>> ReadDump(absl::string_view dump, absl::string_view source) {
  ASSIGN_OR_RETURN(std::vector<sql::Statement> statements, sql::Split(WithoutRestrict(dump), source, 1));
  std::vector<sql::Statement> kept;
  std::string access_method = "heap";
  for (sql::Statement& statement : statements) {
    absl::string_view value = statement.text;
    if (std::find(kPreamble.begin(), kPreamble.end(), value) != kPreamble.end()) continue;
    if (absl::ConsumePrefix(&value, kAccessMethod)) {
      if (std::exchange(access_method, std::string(value)) == value) continue;
      statement.text = absl::StrCat("SET LOCAL default_table_access_method = ", access_method);
    } else if (statement.kind == sql::Kind::kSet) {
      return Refuse(statement, source, "a setting that ferry does not know");
    }
    const std::string why = WhyNot(statement);
    if (!why.empty()) return Refuse(statement, source, why);
    kept.push_back(std::move(statement));
  }
  return kept;
}

std::string ScriptText(const std::vector<sql::Statement>& statements) {
  const bool has_code = std::any_of(statements.begin(), statements.end(), [](const sql::Statement& s) {
    return s.tag == "CREATE FUNCTION" || s.tag == "CREATE PROCEDURE";
  });
  std::string text;
  if (has_code) {
    text =
        "-- A function's body may name what is created further down.\nSET LOCAL check_function_bodies = "
        "false;\n\n";
  }
  for (const sql::Statement& statement : statements) absl::StrAppend(&text, statement.text, ";\n\n");
  return text;
}

}  // namespace ferry::workbench
