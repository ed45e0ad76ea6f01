#include "core/render/repeatable.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/render/kind.h"
#include "core/render/table_parts.h"

namespace ferry::render {
namespace {

using schema::ObjectKind;

struct Head {
  const char* plain;
  const char* repeatable;
};

// No entry is the beginning of a later one.
constexpr Head kHeads[] = {
    {"CREATE SCHEMA IF NOT EXISTS ", "CREATE SCHEMA IF NOT EXISTS "},  // of public
    {"CREATE SCHEMA ", "CREATE SCHEMA IF NOT EXISTS "},
    {"CREATE TABLE ", "CREATE TABLE IF NOT EXISTS "},
    {"CREATE UNLOGGED TABLE ", "CREATE UNLOGGED TABLE IF NOT EXISTS "},
    {"CREATE FOREIGN TABLE ", "CREATE FOREIGN TABLE IF NOT EXISTS "},
    {"CREATE INDEX CONCURRENTLY ", "CREATE INDEX CONCURRENTLY IF NOT EXISTS "},
    {"CREATE INDEX ", "CREATE INDEX IF NOT EXISTS "},
    {"CREATE UNIQUE INDEX CONCURRENTLY ", "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "},
    {"CREATE UNIQUE INDEX ", "CREATE UNIQUE INDEX IF NOT EXISTS "},
    {"CREATE SEQUENCE ", "CREATE SEQUENCE IF NOT EXISTS "},
    {"CREATE UNLOGGED SEQUENCE ", "CREATE UNLOGGED SEQUENCE IF NOT EXISTS "},
    {"CREATE MATERIALIZED VIEW ", "CREATE MATERIALIZED VIEW IF NOT EXISTS "},
    {"CREATE VIEW ", "CREATE OR REPLACE VIEW "},
    {"CREATE AGGREGATE ", "CREATE OR REPLACE AGGREGATE "},
    {"CREATE RULE ", "CREATE OR REPLACE RULE "},
    {"CREATE STATISTICS ", "CREATE STATISTICS IF NOT EXISTS "},
    {"CREATE EXTENSION ", "CREATE EXTENSION IF NOT EXISTS "},
    {"CREATE COLLATION ", "CREATE COLLATION IF NOT EXISTS "},
    {"CREATE SERVER ", "CREATE SERVER IF NOT EXISTS "},
    {"CREATE USER MAPPING FOR ", "CREATE USER MAPPING IF NOT EXISTS FOR "},
    {"DROP USER MAPPING FOR ", "DROP USER MAPPING IF EXISTS FOR "},
};

// What can be dropped, the longer words of two that begin alike first.
constexpr const char* kDropped[] = {
    "ACCESS METHOD",
    "AGGREGATE",
    "CAST",
    "COLLATION",
    "CONVERSION",
    "DOMAIN",
    "EVENT TRIGGER",
    "EXTENSION",
    "FOREIGN DATA WRAPPER",
    "FOREIGN TABLE",
    "FUNCTION",
    "INDEX CONCURRENTLY",
    "INDEX",
    "MATERIALIZED VIEW",
    "OPERATOR CLASS",
    "OPERATOR FAMILY",
    "OPERATOR",
    "POLICY",
    "PROCEDURE",
    "PUBLICATION",
    "ROUTINE",
    "RULE",
    "SCHEMA",
    "SEQUENCE",
    "SERVER",
    "STATISTICS",
    "TABLE",
    "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY",
    "TEXT SEARCH PARSER",
    "TEXT SEARCH TEMPLATE",
    "TRANSFORM",
    "TRIGGER",
    "TYPE",
    "VIEW",
};

bool Exchange(std::string& sql, absl::string_view plain, absl::string_view repeatable) {
  absl::string_view rest = sql;
  if (!absl::ConsumePrefix(&rest, plain)) return false;
  sql = absl::StrCat(repeatable, rest);
  return true;
}

// The name that `text` begins with, as it stands there, quotes included.
std::string FirstName(absl::string_view text) {
  if (!absl::StartsWith(text, "\"")) return std::string(text.substr(0, text.find_first_of(" (")));
  size_t end = 1;
  while (end < text.size() && (text[end] != '"' || (end + 1 < text.size() && text[end + 1] == '"'))) {
    end += text[end] == '"' ? size_t{2} : size_t{1};
  }
  return std::string(text.substr(0, end + 1));
}

Statement DropBefore(const Statement& statement, std::string sql) {
  Statement drop = statement;
  drop.sql = std::move(sql);
  drop.hazards = {Hazard::kGap};
  return drop;
}

// ALTER TABLE or ALTER DOMAIN `name` ADD …: rewritten in place, or what must run before it.
std::optional<Statement> Alter(Statement& statement, absl::string_view alter) {
  const std::string add = absl::StrCat(alter, " ADD CONSTRAINT ");
  absl::string_view rest = statement.sql;
  if (absl::ConsumePrefix(&rest, add)) {
    return DropBefore(statement, absl::StrCat(alter, " DROP CONSTRAINT IF EXISTS ", FirstName(rest)));
  }
  // ADD ATTRIBUTE has no such form.
  Exchange(statement.sql, absl::StrCat(alter, " ADD COLUMN "),
           absl::StrCat(alter, " ADD COLUMN IF NOT EXISTS "));
  for (const absl::string_view what : {"COLUMN ", "CONSTRAINT ", "ATTRIBUTE "}) {
    Exchange(statement.sql, absl::StrCat(alter, " DROP ", what),
             absl::StrCat(alter, " DROP ", what, "IF EXISTS "));
  }
  return std::nullopt;
}

// Policies and triggers are made anew: their DROP names the table too.
std::optional<Statement> OnTable(const Statement& statement) {
  const schema::ObjectId& id = statement.object;
  const bool trigger =
      id.kind == ObjectKind::kTrigger && (absl::StartsWith(statement.sql, "CREATE TRIGGER ") ||
                                          absl::StartsWith(statement.sql, "CREATE CONSTRAINT TRIGGER "));
  const bool policy = id.kind == ObjectKind::kPolicy && absl::StartsWith(statement.sql, "CREATE POLICY ");
  if (!trigger && !policy) return std::nullopt;
  return DropBefore(statement, absl::StrCat("DROP ", trigger ? "TRIGGER" : "POLICY", " IF EXISTS ",
                                            QuoteName(id.name), " ON ", QualifiedParent(id)));
}

std::optional<Statement> Rewrite(Statement& statement) {
  std::string& sql = statement.sql;
  for (const Head& head : kHeads) {
    if (Exchange(sql, head.plain, head.repeatable)) return std::nullopt;
  }
  for (const absl::string_view what : kDropped) {
    if (Exchange(sql, absl::StrCat("DROP ", what, " "), absl::StrCat("DROP ", what, " IF EXISTS "))) {
      return std::nullopt;
    }
  }
  const schema::ObjectId& id = statement.object;
  const std::string own = QualifiedName(id);
  if (absl::StartsWith(sql, "CREATE EVENT TRIGGER ")) {
    return DropBefore(statement, absl::StrCat("DROP EVENT TRIGGER IF EXISTS ", own));
  }
  Exchange(sql, absl::StrCat("ALTER TYPE ", own, " ADD VALUE "),
           absl::StrCat("ALTER TYPE ", own, " ADD VALUE IF NOT EXISTS "));
  if (id.parent.empty()) return std::nullopt;
  const std::string parent = QualifiedParent(id);
  for (const absl::string_view what : {"TABLE ", "TABLE ONLY ", "FOREIGN TABLE ", "DOMAIN ", "TYPE "}) {
    const std::string alter = absl::StrCat("ALTER ", what, parent);
    if (absl::StartsWith(sql, absl::StrCat(alter, " "))) return Alter(statement, alter);
  }
  return OnTable(statement);
}

}  // namespace

void MakeRepeatable(std::vector<Statement>& statements) {
  std::vector<Statement> out;
  for (Statement& statement : statements) {
    std::optional<Statement> before = Rewrite(statement);
    if (before.has_value()) out.push_back(*std::move(before));
    out.push_back(std::move(statement));
  }
  statements = std::move(out);
}

}  // namespace ferry::render
