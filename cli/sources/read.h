// Reading the schemas that are to be compared.
#ifndef FERRY_CLI_SOURCES_READ_H_
#define FERRY_CLI_SOURCES_READ_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/context.h"
#include "cli/sources/source.h"
#include "core/render/plan_renames.h"
#include "core/schema/snapshot.h"
#include "workbench/source.h"

namespace ferry::cli {

struct ReadOptions {
  std::string scratch;    // --scratch; empty: see ScratchUrl
  std::string values_of;  // the environment whose values plans and folders get; empty: the only one among the
                          // sources, else the first of values.yaml
  workbench::TakeOptions take;  // cluster objects: no source may be built
};

struct ReadSchema {
  std::string name;  // the source's; an environment of several targets gives one each, "prod/prod-1"
  schema::Snapshot snapshot;
  std::string text;                         // of file: and models:, the SQL itself
  std::vector<render::RenameStep> renamed;  // of plan: and dir:, what its migrations rename
};

// Reads all sources side by side, and prints notes about what could not be run to stderr. Databases are only
// read. The controller is asked only for environments and plans, and a scratch server is needed only for what
// is built; each of its databases is dropped before this returns, also after an error and after Ctrl-C.
// Errors: kCancelled after Ctrl-C; kScratch: nothing says where scratch databases may be made; those of
// workbench/source.h, workbench/models.h, Connect, GetSnapshots, FetchPlan and BuildPlan.
absl::StatusOr<std::vector<ReadSchema>> ReadSources(Context& context, const std::vector<Source>& sources,
                                                    const ReadOptions& options);

}  // namespace ferry::cli

#endif  // FERRY_CLI_SOURCES_READ_H_
