// One migration file, read: header, sections, segments. Source of the format: design, "A migration on disk".
// Values only; any thread.
#ifndef FERRY_CORE_MIGRATION_MIGRATION_H_
#define FERRY_CORE_MIGRATION_MIGRATION_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/migration/values.h"
#include "core/migration/version.h"
#include "core/sql/statement.h"

namespace ferry::migration {

// Consecutive statements that commit together.
struct Segment {
  enum class Kind {
    kTransaction,  // consecutive transactional statements of one section
    kStandalone,   // one statement that cannot run in a transaction
    kBackfill,     // one UPDATE or DELETE, run in key ranges
    kTransform     // one SELECT whose rows a program answers, in batches by key
  };
  int index = 0;  // its place in Migration::up or ::down, from 0
  Kind kind = Kind::kTransaction;
  std::vector<sql::Statement> statements;  // at least one
  sql::TableName table;                    // backfill and transform only
  int batch = 0;                           // backfill and transform only: rows in a slice
  std::string program;                     // transform only: a name in the agent's file
  std::vector<std::string> key, set;       // transform only: columns that name a row, that answers may write
  std::string checksum;  // sha256 over the kind, the statements' texts (values in them) and, for a transform,
                         // program and columns; 64 hex digits
};

// A version that a squash stands for, with the bytes it had.
struct SquashedVersion {
  Version version;
  std::string checksum;
};

struct Migration {
  Version version;                        // 0.0.0 of a repeatable file
  bool repeatable = false;                // R_name.sql: runs again whenever its checksum has changed
  std::string name;                       // [A-Za-z0-9_.-]+
  std::string description, author, date;  // date: YYYY-MM-DD or ""
  std::string reviewed_by;                // who looked at it, as the header says
  bool breaking = false;
  std::vector<Version> requires_versions;  // each lower than `version`
  std::vector<SquashedVersion> squashes;   // ascending, the last is `version`; empty: no squash
  // Objects whose drift it deals with, each as diff::PlainName writes it: "index public.prices.volume_idx".
  std::vector<std::string> drift;
  std::string role;                    // owner of what is created, an unquoted name; "" = the login itself
  std::string search_path = "public";  // a checked list as SET search_path takes it
  std::string file;                    // file name only
  std::string canonical;               // its bytes, without byte order mark, CRLF turned to LF
  // sha256 of `canonical`, and, of a repeatable file, of the values that it uses in all environments. The
  // same in all environments; 64 hex digits.
  std::string checksum;
  std::vector<Segment> up;    // at least one
  std::vector<Segment> down;  // empty exactly when irreversible; no backfills, no transforms
  bool irreversible = false;
  std::string irreversible_reason;
  std::vector<sql::Statement> verify;  // queries; empty when the file has no verify section
  int requires_line = 0;               // where the header says `requires:`; 0 = nowhere
  std::set<std::string> uses;          // names of the values that stand in it

  // "1.4.0", or "R_name" of a repeatable file: what the ledger, steps and people call it.
  std::string id() const;
};

// Reads one file as it is in `environment`. The first problem as an error, always with `file_name`, and line
// and column where there is one: kBadVersion, kMigrationHeader, kUnknownDirective, kEmptyMigration,
// kMissingDown, kSqlSyntax, kForbiddenStatement, kBackfillShape, kTransformShape, kVerifyShape,
// kPlaceholder, kRequires, kRepeatableShape.
absl::StatusOr<Migration> ParseMigration(absl::string_view file_name, absl::string_view bytes,
                                         const Values& values = {}, absl::string_view environment = "");

// The same, but every problem that can be told apart, in file order; empty when the file is good.
std::vector<absl::Status> MigrationProblems(absl::string_view file_name, absl::string_view bytes,
                                            const Values& values = {}, absl::string_view environment = "");

// `bytes` without byte order mark and with LF line ends: what is hashed, parsed and sent.
std::string CanonicalBytes(absl::string_view bytes);

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_MIGRATION_H_
