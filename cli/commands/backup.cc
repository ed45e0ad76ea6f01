#include <memory>
#include <ostream>

#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/print/backups.h"
#include "cli/print/json.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

struct Options {
  std::string environment, backup_id;
};

absl::StatusOr<int> RunList(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::ListBackupsRequest request;
  request.set_environment(options.environment);
  ASSIGN_OR_RETURN(const v1::ListBackupsResponse response, client->ListBackups(request));
  if (context.options.json()) {
    context.out << JsonDocument("backups", response);
  } else if (context.options.quiet) {
    for (const v1::BackupInfo& b : response.backups()) context.out << report::Visible(b.backup_id()) << "\n";
  } else {
    context.out << BackupListScreen(response, options.environment, ScreenOf(context));
  }
  return kExitOk;
}

absl::StatusOr<int> RunVerify(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::VerifyBackupRequest request;
  request.set_environment(options.environment);
  request.set_backup_id(options.backup_id);
  ASSIGN_OR_RETURN(const v1::VerifyBackupResponse response, client->VerifyBackup(request));
  if (context.options.json()) {
    context.out << JsonDocument("backup", response.backup());
  } else if (context.options.quiet) {
    context.out << report::Visible(response.backup().backup_id()) << "\n";
  } else {
    context.out << BackupVerifiedLine(response.backup(), ScreenOf(context));
  }
  return kExitOk;
}

}  // namespace

void AddBackup(CommandLine& line) {
  auto options = std::make_shared<Options>();
  Command backup = line.Add("backup", "The backups that agents took before every change");
  backup.Example("ferry backup list prod");
  backup.Add("list", "Every backup of an environment's targets, newest first")
      .Argument("ENV", &options->environment, "the environment")
      .PrintsData()
      .Example("ferry backup list prod")
      .Run([options](Context& context) { return RunList(context, *options); });
  backup.Add("verify", "Reads every byte of a backup and compares it with its manifest")
      .Argument("ENV", &options->environment, "the environment")
      .Argument("ID", &options->backup_id, "the backup's id, or the end of it")
      .PrintsData()
      .Example("ferry backup verify prod 1f3a9c27.1")
      .Run([options](Context& context) { return RunVerify(context, *options); });
}

}  // namespace ferry::cli
