#include <algorithm>
#include <memory>
#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/commands/commands.h"
#include "cli/commands/new_auto.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/migration/scaffold.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

struct Options {
  std::string name;
  std::string folder;
  bool repeatable = false;
  AutoOptions automatic;
};

// "Add adjusted close" and "add-close" are what people type; the file gets add_adjusted_close, add-close.
absl::StatusOr<std::string> MigrationName(const std::string& typed) {
  const std::string name = absl::StrReplaceAll(typed, {{" ", "_"}});
  const bool good = !name.empty() && name.size() <= 100 && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-';
  });
  if (good) return name;
  return Error(ErrorCode::kUsage, absl::StrCat("\"", typed,
                                               "\" cannot be the name of a migration: letters, digits, "
                                               "'.', '_' and '-', at most 100"))
      .Next("ferry new add_adjusted_close");
}

absl::StatusOr<int> RunNew(Context& context, const Options& options) {
  RETURN_IF_ERROR(CheckAuto(options.automatic));
  if (options.automatic.wanted && options.repeatable) {
    return Error(ErrorCode::kUsage, "--auto writes a version: --repeatable does not go with it")
        .Next("ferry new NAME --auto --to SOURCE");
  }
  ASSIGN_OR_RETURN(const std::string name, MigrationName(options.name));
  ASSIGN_OR_RETURN(const std::string folder, MigrationFolder(context, options.folder));
  ASSIGN_OR_RETURN(const FolderContent content, ReadFolder(folder));
  if (options.automatic.wanted) {
    const absl::StatusOr<int> code = WriteAuto(context, name, content, options.automatic);
    if (!HasCode(code.status(), ErrorCode::kCancelled)) return code;
    Fail(context, code.status());
    return kExitInterrupted;
  }
  const std::string author = context.user.substr(0, context.user.find('@'));
  const std::string date = absl::FormatTime("%Y-%m-%d", context.clock.Now(), context.zone);
  std::string path = Join(folder, migration::RepeatableFileName(name));
  std::string text = migration::NewRepeatableText(name, author, date);
  if (!options.repeatable) {
    ASSIGN_OR_RETURN(const migration::Version version, migration::NextVersion(content.files));
    path = Join(folder, migration::MigrationFileName(version, name));
    text = migration::NewMigrationText(version, name, author, date);
  }
  RETURN_IF_ERROR(WriteNewFile(path, text));
  context.out << report::Visible(path) << "\n";
  if (!context.options.quiet) context.err << "  next: edit it, then ferry sum\n";
  return kExitOk;
}

}  // namespace

void AddNew(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("new", "Writes the next migration file, to be filled in")
      .Argument("NAME", &options->name, "what it does, in a few words")
      .Option("--dir", "DIR", &options->folder, "folder of migrations (the project's)")
      .Flag("--repeatable", &options->repeatable, "a file R_NAME.sql, which runs again whenever it changes")
      .Flag("--auto", &options->automatic.wanted, "write it from a difference, proven in scratch databases")
      .Option("--from", "SOURCE", &options->automatic.from, "with --auto: where it starts (the folder)")
      .Option("--to", "SOURCE", &options->automatic.to, "with --auto: where it leads; as in ferry diff")
      .Options("--allow", "LOSS", &options->automatic.sql.allow,
               "with --auto: data-loss, or data-loss:public.prices")
      .Options("--renamed", "OLD=NEW", &options->automatic.sql.renamed,
               "with --auto: public.prices=bars, public.prices.close=close_price")
      .Option("--scratch", "URL", &options->automatic.scratch,
              "with --auto: server for scratch databases (FERRY_SCRATCH)")
      .Example("ferry new add_adjusted_close")
      .Example("ferry new add_adjusted_close --auto --to models:'python3 models.py'")
      .Example("ferry new --repeatable daily_views")
      .Run([options](Context& context) { return RunNew(context, *options); });
}

}  // namespace ferry::cli
