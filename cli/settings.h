// Where a command finds its project and its controller. Reads files, opens no connection.
#ifndef FERRY_CLI_SETTINGS_H_
#define FERRY_CLI_SETTINGS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/context.h"
#include "core/migration/plan.h"

namespace ferry::cli {

inline constexpr char kProjectFile[] = "ferry.yaml";
inline constexpr char kDefaultController[] = "127.0.0.1:7420";

// `ferry.yaml`: project, migrations, controller, tls, scratch, differences. Unknown keys are refused: kConfig
// with file, line and column.
struct Project {
  std::string name;
  std::string file;         // path of ferry.yaml
  std::string migrations;   // folder; absolute, or relative to where the search began
  std::string controller;   // empty: not said
  std::string scratch;      // connection URL of a server for scratch databases; empty: not said
  std::string differences;  // file of intentional differences, seen from ferry.yaml; empty: not said
  rpc::TlsFiles tls;
};

// The nearest ferry.yaml in `folder` or above it; nothing when there is none.
absl::StatusOr<std::optional<Project>> FindProject(const std::string& folder);

// The folder of migrations that a command means: `asked`, or the project's. kConfig when there is neither.
absl::StatusOr<std::string> MigrationFolder(const Context& context, const std::string& asked);

// Where scratch databases may be made: `asked` (--scratch), $FERRY_SCRATCH, or `scratch:` of the ferry.yaml
// that is nearest to `folder`; empty when none of them says.
absl::StatusOr<std::string> ScratchUrl(const Context& context, const std::string& asked,
                                       const std::string& folder);

// The migrations and ferry.sum of a folder, as bytes.
struct FolderContent {
  std::string folder;
  std::vector<migration::SourceFile> files;  // every *.sql, and values.yaml when there is one
  std::optional<std::string> sum;            // ferry.sum when there is one

  int64_t migrations() const;  // how many of the files are *.sql
};
absl::StatusOr<FolderContent> ReadFolder(const std::string& folder);

// Address: --controller, $FERRY_CONTROLLER, ferry.yaml, $XDG_CONFIG_HOME/ferry/config.yaml (~/.config/…), the
// default. TLS files: the flags when any is given, else those of ferry.yaml, else those of config.yaml.
struct ControllerSettings {
  std::string address;
  rpc::TlsFiles tls;
};
absl::StatusOr<ControllerSettings> FindController(const Context& context);

// A client for the controller that FindController finds. Calls nothing yet.
absl::StatusOr<std::unique_ptr<rpc::FerryClient>> Connect(Context& context);

}  // namespace ferry::cli

#endif  // FERRY_CLI_SETTINGS_H_
