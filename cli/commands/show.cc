#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/print/show.h"
#include "cli/records.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

struct Options {
  std::string version;
  bool sql = false;
};

// Exactly the file's bytes; on a terminal made safe, line by line.
void PrintFile(Context& context, const migration::Migration& m) {
  if (!context.out_terminal.interactive) {
    context.out << m.canonical;
    return;
  }
  for (const std::string& line : report::VisibleLines(m.canonical)) context.out << line << "\n";
}

absl::StatusOr<int> RunShow(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  ASSIGN_OR_RETURN(const v1::ListPlansResponse plans, client->ListPlans({}));
  const v1::PlanInfo* newest = PlanWith(plans, options.version);
  if (newest == nullptr) {
    return Error(ErrorCode::kVersionUnknown,
                 absl::StrCat("no registered plan has version \"", options.version, "\""))
        .Next("ferry plan show, or for a new file: ferry plan register");
  }
  ASSIGN_OR_RETURN(const FullPlan full, FetchPlan(*client, newest->digest()));
  const migration::Migration* m = full.plan.Find(options.version);
  if (m == nullptr) return Error(ErrorCode::kInternal, "a plan lost one of its migrations");
  if (options.sql) {
    PrintFile(context, *m);
    return kExitOk;
  }
  ASSIGN_OR_RETURN(const v1::GetStatusResponse status, client->GetStatus({}));
  Shown shown{*m, {}, status};
  for (const v1::PlanInfo& plan : plans.plans()) {
    for (const v1::MigrationInfo& info : plan.migrations()) {
      if (info.version() == options.version && info.checksum() == m->checksum) shown.plans.push_back(&plan);
    }
  }
  if (context.options.json()) {
    context.out << ShowJson(shown);
  } else if (context.options.quiet) {
    context.out << report::Visible(m->file) << "\n";
  } else {
    context.out << ShowScreen(shown, ScreenOf(context));
  }
  return kExitOk;
}

}  // namespace

void AddShow(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("show", "One migration: what it does, undoes and checks, and where it is applied")
      .Argument("VERSION", &options->version, "of a registered plan")
      .Flag("--sql", &options->sql, "the file as it was registered, byte for byte")
      .PrintsData()
      .Example("ferry show 1.1.0")
      .Example("ferry show 1.1.0 --sql | less")
      .Run([options](Context& context) { return RunShow(context, *options); });
}

}  // namespace ferry::cli
