#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/migration/file_name.h"
#include "core/migration/header.h"
#include "core/migration/layout.h"
#include "core/migration/migration.h"
#include "core/migration/segments.h"
#include "core/sql/backfill.h"
#include "core/sql/parser.h"
#include "core/sql/transform.h"

namespace ferry::migration {
namespace {

using Kind = Directive::Kind;

// Reads the sections of one file into `migration`, adding problems to `source`.
class BodyReader {
 public:
  BodyReader(Source& source, Migration& migration) : source_(source), migration_(migration) {}

  void Read(const Layout& layout) {
    for (const Section& section : layout.sections) ReadSection(section, layout.placeholders);
    migration_.up = up_.Take();
    migration_.down = down_.Take();
  }

  // What only the whole file tells. Call when the sections themselves are good.
  void CheckWhole(const Layout& layout) {
    if (migration_.up.empty()) {
      source_.Add(
          Error(ErrorCode::kEmptyMigration, "the migration changes nothing: it has no statement to run")
              .At(source_.file)
              .Next("write statements under `-- ferry:up`"));
    }
    if (migration_.repeatable) return;
    for (const Section& section : layout.sections) {
      if (section.directive.kind == Kind::kDown) return;
    }
    source_.Add(Error(ErrorCode::kMissingDown, "the migration does not say how it is undone")
                    .At(source_.file)
                    .Next("write `-- ferry:down` with statements, or `-- ferry:down irreversible reason=…`"));
  }

 private:
  void ReadSection(const Section& section, const std::vector<Placeholder>& placeholders) {
    const Kind kind = section.directive.kind;
    if (migration_.repeatable && !AllowedInRepeatable(section)) return;
    if ((kind == Kind::kDown && std::exchange(has_down_, true)) ||
        (kind == Kind::kVerify && std::exchange(has_verify_, true))) {
      return source_.Add(source_.At(
          ErrorCode::kUnknownDirective,
          absl::StrCat("a second `-- ferry:", kind == Kind::kDown ? "down" : "verify", "`: there may be one"),
          section.at));
    }
    const std::optional<FilledText> body = source_.WithValues(section.begin, section.end, placeholders);
    if (!body.has_value()) return;
    const sql::Place place = source_.places.At(section.begin);
    const absl::StatusOr<std::vector<sql::Statement>> statements =
        sql::Split(body->text, source_.file, place.line, place.column, body->replaced);
    if (!statements.ok()) return source_.Add(statements.status());
    for (const sql::Statement& statement : *statements) CheckAllowed(statement);
    Accept(section, *statements);
  }

  // A repeatable file takes effect in one transaction, together with its row in the ledger, so that a failed
  // one leaves nothing and no state in between has to be remembered.
  bool AllowedInRepeatable(const Section& section) {
    const Kind kind = section.directive.kind;
    const auto refuse = [&](absl::string_view why, absl::string_view next) {
      source_.Add(source_.At(ErrorCode::kRepeatableShape, why, section.at).Next(next));
      return false;
    };
    if (kind == Kind::kDown) {
      return refuse("a repeatable file has no down: it is replaced by its next text, not undone",
                    "to take away what it made, write a versioned migration that drops it, and delete this "
                    "file");
    }
    if (kind != Kind::kUp && kind != Kind::kVerify) {
      return refuse("a repeatable file has only `-- ferry:up` and `-- ferry:verify`",
                    "put what changes rows into a versioned migration: ferry new NAME");
    }
    if (kind == Kind::kUp && std::exchange(has_up_, true)) {
      return refuse("a second `-- ferry:up`: a repeatable file commits as one",
                    "join them, or make two files");
    }
    return true;
  }

  void CheckRepeatableUp(const std::vector<sql::Statement>& statements) {
    for (const sql::Statement& statement : statements) {
      if (!migration_.repeatable || statement.transactional) continue;
      source_.Add(Fail(ErrorCode::kRepeatableShape,
                       absl::StrCat(statement.tag, " cannot run in a transaction: a repeatable file must"),
                       statement)
                      .Next("put it into a versioned migration: ferry new NAME"));
    }
  }

  Error Fail(ErrorCode code, absl::string_view message, const sql::Statement& statement) const {
    return Error(code, message).At(source_.file, statement.line, statement.column).Statement(statement.text);
  }

  void CheckAllowed(const sql::Statement& statement) {
    if (statement.forbidden.empty()) return;
    source_.Add(Fail(ErrorCode::kForbiddenStatement,
                     absl::StrCat("a migration may not contain this statement: ", statement.forbidden),
                     statement));
  }

  void Accept(const Section& section, const std::vector<sql::Statement>& statements) {
    switch (section.directive.kind) {
      case Kind::kUp:
        if (statements.empty()) {
          source_.Add(source_.At(ErrorCode::kEmptyMigration, "this section has no statement", section.at));
        }
        CheckRepeatableUp(statements);
        return up_.AddStatements(statements);
      case Kind::kBackfill:
        return AcceptBackfill(section, statements);
      case Kind::kTransform:
        return AcceptTransform(section, statements);
      case Kind::kDown:
        return AcceptDown(section, statements);
      case Kind::kVerify:
        return AcceptVerify(statements);
    }
  }

  void AcceptBackfill(const Section& section, const std::vector<sql::Statement>& statements) {
    if (statements.size() != 1) {
      return source_.Add(
          source_.At(ErrorCode::kBackfillShape,
                     absl::StrCat("a backfill section holds exactly one UPDATE or DELETE, not ",
                                  statements.size(), " statements"),
                     section.at));
    }
    const absl::Status status = sql::CheckBackfill(statements[0], section.directive.table);
    if (!status.ok()) {
      source_.Add(Annotate(status, [this](ErrorDetail& detail) { detail.file = source_.file; }));
    }
    up_.AddBackfill(statements[0], section.directive.table, section.directive.batch);
  }

  void AcceptTransform(const Section& section, const std::vector<sql::Statement>& statements) {
    if (statements.size() != 1) {
      return source_.Add(source_.At(ErrorCode::kTransformShape,
                                    absl::StrCat("a transform section holds exactly one SELECT, not ",
                                                 statements.size(), " statements"),
                                    section.at));
    }
    const Directive& options = section.directive;
    const absl::StatusOr<sql::TableName> table =
        sql::CheckTransform(statements[0], {options.table, options.key, options.set});
    if (!table.ok()) {
      return source_.Add(
          Annotate(table.status(), [this](ErrorDetail& detail) { detail.file = source_.file; }));
    }
    up_.AddTransform(statements[0], *table, options);
  }

  void AcceptDown(const Section& section, const std::vector<sql::Statement>& statements) {
    migration_.irreversible = section.directive.irreversible;
    migration_.irreversible_reason = section.directive.reason;
    if (migration_.irreversible && !statements.empty()) {
      return source_.Add(Fail(ErrorCode::kMissingDown,
                              "down is said to be irreversible, yet has statements that would never run",
                              statements[0]));
    }
    if (!migration_.irreversible && statements.empty()) {
      return source_.Add(
          source_.At(ErrorCode::kMissingDown, "down has no statement", section.at)
              .Next("write what undoes the migration, or `-- ferry:down irreversible reason=…`"));
    }
    down_.AddStatements(statements);
  }

  void AcceptVerify(const std::vector<sql::Statement>& statements) {
    for (const sql::Statement& statement : statements) {
      if (statement.kind == sql::Kind::kQuery) continue;
      source_.Add(Fail(ErrorCode::kVerifyShape,
                       absl::StrCat("verify holds queries that only read, not ", statement.tag), statement)
                      .Next("write a SELECT that returns one row with one boolean"));
    }
    migration_.verify = statements;
  }

  Source& source_;
  Migration& migration_;
  SegmentBuilder up_, down_;
  bool has_up_ = false, has_down_ = false, has_verify_ = false;
};

struct Outcome {
  Migration migration;
  std::vector<absl::Status> problems;
};

// Whether the layout's problems make nonsense of every later one.
bool SpoilsStatements(const std::vector<absl::Status>& problems) {
  return std::any_of(problems.begin(), problems.end(),
                     [](const absl::Status& p) { return HasCode(p, ErrorCode::kSqlSyntax); });
}

void SortByPlace(std::vector<absl::Status>& problems) {
  const auto key = [](const absl::Status& p) {
    const ErrorDetail d = DetailOf(p);
    return std::make_pair(d.line == 0 ? std::numeric_limits<int>::max() : d.line, d.column);
  };
  std::stable_sort(problems.begin(), problems.end(),
                   [&key](const absl::Status& a, const absl::Status& b) { return key(a) < key(b); });
}

Outcome Read(absl::string_view file_name, absl::string_view bytes, const Values& values,
             absl::string_view environment) {
  Outcome outcome;
  absl::StatusOr<FileName> name = ParseFileName(file_name);
  if (!name.ok()) {
    outcome.problems.push_back(name.status());
    return outcome;
  }
  Migration& migration = outcome.migration;
  migration.version = name->version;
  migration.repeatable = name->repeatable;
  migration.name = std::move(name->name);
  migration.file = std::string(file_name);
  migration.canonical = CanonicalBytes(bytes);
  migration.checksum = Sha256Hex(migration.canonical);
  Source source(file_name, migration.canonical, values, environment);
  const Layout layout = ReadLayout(source);
  if (!SpoilsStatements(source.problems)) {
    ReadHeader(source, layout, migration);
    BodyReader body(source, migration);
    body.Read(layout);
    if (source.problems.empty()) body.CheckWhole(layout);
  }
  migration.uses = std::move(source.used);
  if (migration.repeatable) {
    migration.irreversible = true;
    migration.irreversible_reason = "a repeatable file is replaced by its next text, not undone";
    if (!migration.uses.empty()) {
      migration.checksum = Sha256Hex(absl::StrCat(migration.checksum, values.Fingerprint(migration.uses)));
    }
  }
  outcome.problems = std::move(source.problems);
  SortByPlace(outcome.problems);
  return outcome;
}

}  // namespace

std::string Migration::id() const {
  return repeatable ? absl::StrCat(kRepeatablePrefix, name) : version.ToString();
}

std::string CanonicalBytes(absl::string_view bytes) {
  absl::ConsumePrefix(&bytes, "\xEF\xBB\xBF");
  return absl::StrReplaceAll(bytes, {{"\r\n", "\n"}});
}

absl::StatusOr<Migration> ParseMigration(absl::string_view file_name, absl::string_view bytes,
                                         const Values& values, absl::string_view environment) {
  Outcome outcome = Read(file_name, bytes, values, environment);
  if (!outcome.problems.empty()) return outcome.problems.front();
  return std::move(outcome.migration);
}

std::vector<absl::Status> MigrationProblems(absl::string_view file_name, absl::string_view bytes,
                                            const Values& values, absl::string_view environment) {
  return Read(file_name, bytes, values, environment).problems;
}

}  // namespace ferry::migration
