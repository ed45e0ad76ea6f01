#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/print/text.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/migration/sum.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

struct Options {
  std::string folder;
  bool check = false;
};

absl::StatusOr<int> CheckOnly(Context& context, const FolderContent& content) {
  if (!content.sum.has_value()) {
    return Error(ErrorCode::kSumMismatch, absl::StrCat("there is no ", migration::kSumFileName))
        .Next("ferry sum");
  }
  const std::vector<absl::Status> problems = migration::SumProblems(content.files, *content.sum);
  for (const absl::Status& problem : problems) Fail(context, problem);
  if (!problems.empty()) return kExitFailed;
  if (!context.options.quiet) {
    context.out << "ok: " << migration::kSumFileName << " matches "
                << Count(content.migrations(), "migration") << "\n";
  }
  return kExitOk;
}

absl::StatusOr<int> RunSum(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const std::string folder, MigrationFolder(context, options.folder));
  ASSIGN_OR_RETURN(const FolderContent content, ReadFolder(folder));
  if (options.check) return CheckOnly(context, content);
  const std::string text = migration::RenderSum(content.files);
  const std::string path = Join(folder, migration::kSumFileName);
  if (content.sum == text) {
    if (!context.options.quiet) context.err << report::Visible(path) << " was right already\n";
    return kExitOk;
  }
  // What the new sum makes official: an edited old file should not slip through unseen.
  if (content.sum.has_value() && !context.options.quiet) {
    for (const absl::Status& change : migration::SumProblems(content.files, *content.sum)) {
      context.err << "note: " << report::Visible(change.message()) << "\n";
    }
  }
  RETURN_IF_ERROR(ReplaceFile(path, text));
  context.out << report::Visible(path) << "\n";
  if (!context.options.quiet) context.err << "  next: ferry lint, then ferry plan register\n";
  return kExitOk;
}

}  // namespace

void AddSum(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("sum", "Writes ferry.sum, which names edited, lost and reordered files")
      .OptionalArgument("DIR", &options->folder, "folder of migrations (the project's)")
      .Flag("--check", &options->check, "write nothing; end with 1 when it does not match")
      .Example("ferry sum --check")
      .Run([options](Context& context) { return RunSum(context, *options); });
}

}  // namespace ferry::cli
