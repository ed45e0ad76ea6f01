// Backups as their agents' manifests describe them. Pure; any thread.
#ifndef FERRY_CLI_PRINT_BACKUPS_H_
#define FERRY_CLI_PRINT_BACKUPS_H_

#include <string>

#include "cli/print/screen.h"
#include "ferry/v1/ferry.pb.h"

namespace ferry::cli {

// `ferry backup list ENV`.
std::string BackupListScreen(const v1::ListBackupsResponse& backups, const std::string& environment,
                             const Screen& screen);
// `ferry backup verify ENV ID`, once it has verified.
std::string BackupVerifiedLine(const v1::BackupInfo& backup, const Screen& screen);

}  // namespace ferry::cli

#endif  // FERRY_CLI_PRINT_BACKUPS_H_
