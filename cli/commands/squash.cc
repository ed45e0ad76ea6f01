#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/print/proof.h"
#include "cli/print/text.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/migration/file_name.h"
#include "core/migration/sum.h"
#include "core/report/escape.h"
#include "workbench/squash.h"

namespace ferry::cli {
namespace {

struct Options {
  std::string up_to, scratch, folder;
  std::string name = "squashed_history";
};

absl::StatusOr<workbench::SquashRequest> RequestOf(const Context& context, const Options& options,
                                                   const FolderContent& content) {
  workbench::SquashRequest request;
  const absl::StatusOr<migration::Version> up_to = migration::Version::Parse(options.up_to);
  if (!up_to.ok()) {
    return Error(ErrorCode::kUsage,
                 options.up_to.empty()
                     ? "squash needs the version up to which: --up-to VERSION"
                     : absl::StrCat("\"", options.up_to, "\" is not a version: MAJOR.MINOR.PATCH"))
        .Next("ferry squash --up-to 1.4.0 --scratch URL");
  }
  if (!migration::IsMigrationName(options.name)) {
    return Error(ErrorCode::kUsage, absl::StrCat("\"", options.name, "\" cannot be the name of a migration"))
        .Next("ferry squash --up-to VERSION --name squashed_history");
  }
  ASSIGN_OR_RETURN(request.scratch_url, ScratchUrl(context, options.scratch, content.folder));
  if (request.scratch_url.empty()) {
    return Error(ErrorCode::kScratch, "a squash is proven in scratch databases, and nothing says where")
        .TargetState("unchanged: no file was touched")
        .Next("give --scratch URL, a server where scratch databases may be made (or FERRY_SCRATCH)");
  }
  RETURN_IF_ERROR(migration::BuildPlanWithSum(content.files, content.sum).status());
  request.files = content.files;
  request.up_to = *up_to;
  request.name = options.name;
  request.author = context.user.substr(0, context.user.find('@'));
  request.date = absl::FormatTime("%Y-%m-%d", context.clock.Now(), context.zone);
  return request;
}

// The new file is durable before an old one goes.
absl::Status Replace(const FolderContent& content, const workbench::Squashed& squashed) {
  RETURN_IF_ERROR(WriteNewFile(Join(content.folder, squashed.file_name), squashed.text));
  RETURN_IF_ERROR(SyncFolder(content.folder));
  for (const std::string& name : squashed.replaced) RETURN_IF_ERROR(RemoveFile(Join(content.folder, name)));
  ASSIGN_OR_RETURN(const FolderContent after, ReadFolder(content.folder));
  return ReplaceFile(Join(content.folder, migration::kSumFileName), migration::RenderSum(after.files));
}

absl::StatusOr<int> RunSquash(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const std::string folder, MigrationFolder(context, options.folder));
  ASSIGN_OR_RETURN(const FolderContent content, ReadFolder(folder));
  ASSIGN_OR_RETURN(const workbench::SquashRequest request, RequestOf(context, options, content));
  ASSIGN_OR_RETURN(const workbench::Squashed squashed, workbench::Squash(request));
  if (!squashed.proof.equal()) {
    context.out << ProofText(squashed.proof, context.out_terminal.color);
    context.err << "different: one file does not make what the history makes; no file was touched\n"
                   "  next: mend what differs, or squash up to a version before it\n";
    return kExitDifferent;
  }
  RETURN_IF_ERROR(Replace(content, squashed));
  context.out << report::Visible(Join(folder, squashed.file_name)) << "\n";
  if (context.options.quiet) return kExitOk;
  for (const std::string& note : squashed.notes) context.err << "note: " << report::Visible(note) << "\n";
  context.err << "replaces " << Count(static_cast<int64_t>(squashed.replaced.size()), "file") << ": "
              << report::Visible(absl::StrJoin(squashed.replaced, ", ")) << "\n"
              << "proven: schema, rows and grants are the same in scratch databases ("
              << Count(static_cast<int64_t>(squashed.statements), "statement") << ", " << squashed.with_rows
              << " with rows)\n"
              << "  next: promote the old plan to every target first; then ferry plan register\n";
  return kExitOk;
}

}  // namespace

void AddSquash(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("squash", "Makes one migration of all up to a version, proven equal")
      .OptionalArgument("DIR", &options->folder, "folder of migrations (the project's)")
      .Option("--up-to", "VERSION", &options->up_to, "the last one to squash; always needed")
      .Option("--scratch", "URL", &options->scratch, "server for scratch databases (FERRY_SCRATCH)")
      .Option("--name", "NAME", &options->name, "of the new file (squashed_history)")
      .Example("ferry squash --up-to 1.4.0 --scratch postgresql://ana@localhost")
      .Run([options](Context& context) { return RunSquash(context, *options); });
}

}  // namespace ferry::cli
