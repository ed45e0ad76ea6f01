#include "cli/commands/from_database.h"

#include <algorithm>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/print/proof.h"
#include "cli/print/text.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

constexpr char kFirstVersion[] = "1.0.0";

std::string VersionOf(const FromDatabase& from) {
  return from.version.empty() ? std::string(kFirstVersion) : from.version;
}

// "7 tables, 2 views, 1 function"
std::string Inventory(const schema::Snapshot& snapshot) {
  std::string text;
  for (const schema::ObjectKind kind :
       {schema::ObjectKind::kTable, schema::ObjectKind::kView, schema::ObjectKind::kFunction}) {
    const int64_t count =
        std::count_if(snapshot.objects.begin(), snapshot.objects.end(),
                      [kind](const schema::Object& object) { return object.id.kind == kind; });
    if (count > 0) absl::StrAppend(&text, text.empty() ? "" : ", ", Count(count, schema::KindName(kind)));
  }
  return text.empty() ? "no table, view or function" : text;
}

}  // namespace

absl::Status CheckFromDatabase(const FromDatabase& from) {
  if (from.url.empty() && !(from.version.empty() && from.scratch.empty())) {
    return Error(ErrorCode::kUsage, "--version and --scratch go together with --from-db")
        .Next("ferry init --from-db URL");
  }
  if (migration::Version::Parse(VersionOf(from)).ok()) return absl::OkStatus();
  return Error(ErrorCode::kUsage, absl::StrCat("\"", from.version, "\" is not a version: MAJOR.MINOR.PATCH"))
      .Next("ferry init --from-db URL --version 1.0.0");
}

absl::StatusOr<workbench::InitialMigration> WriteInitialMigration(Context& context, const FromDatabase& from,
                                                                  const std::string& folder) {
  ASSIGN_OR_RETURN(const FolderContent content, ReadFolder(folder));
  if (!content.files.empty()) {
    return Error(ErrorCode::kFileSystem,
                 absl::StrCat("there are migrations in \"", folder, "\" already: ", content.files[0].name))
        .Next("an empty folder: ferry init DIR --from-db URL");
  }
  workbench::InitRequest request;
  request.url = from.url;
  ASSIGN_OR_RETURN(request.version, migration::Version::Parse(VersionOf(from)));
  request.author = context.user.substr(0, context.user.find('@'));
  request.date = absl::FormatTime("%Y-%m-%d", context.clock.Now(), context.zone);
  ASSIGN_OR_RETURN(workbench::InitialMigration initial, workbench::InitFromDatabase(request));
  const std::string path = Join(folder, initial.file_name);
  RETURN_IF_ERROR(WriteNewFile(path, initial.text));
  context.out << report::Visible(path) << "\n";
  if (context.options.quiet) return initial;
  context.err << report::Visible(
                     absl::StrCat("PostgreSQL ", initial.live.server_version, ", ", initial.live.database,
                                  ": ", Inventory(initial.live.snapshot), "; ",
                                  Count(static_cast<int64_t>(initial.live.statements.size()), "statement")))
              << "\n";
  for (const std::string& note : initial.notes) context.err << "note: " << report::Visible(note) << "\n";
  return initial;
}

absl::StatusOr<int> ProveInitialMigration(Context& context, const FromDatabase& from,
                                          const workbench::InitialMigration& initial,
                                          const std::string& folder) {
  ASSIGN_OR_RETURN(const std::string scratch, ScratchUrl(context, from.scratch, folder));
  const std::string next = absl::StrCat(
      "  next: read it, then ferry plan register, then ferry baseline ENV --at ", VersionOf(from), "\n");
  if (scratch.empty()) {
    context.err << "not proven: give --scratch URL, a server where scratch databases may be made\n" << next;
    return kExitOk;
  }
  ASSIGN_OR_RETURN(const workbench::Proof proof, workbench::Prove(initial, scratch));
  if (proof.equal()) {
    context.err << "proven: built from the file, a scratch database is the same\n" << next;
    return kExitOk;
  }
  context.out << ProofText(proof, context.out_terminal.color);
  context.err << "different: what the file builds is not what the database has; the file is kept\n"
                 "  next: mend the file or the database, then compare again in an empty folder\n";
  return kExitDifferent;
}

}  // namespace ferry::cli
