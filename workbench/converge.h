// The SQL that takes one schema to another, tried before it is printed.
#ifndef FERRY_WORKBENCH_CONVERGE_H_
#define FERRY_WORKBENCH_CONVERGE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/render/renames.h"
#include "core/render/render.h"
#include "core/schema/snapshot.h"
#include "pg/scratch/build.h"

namespace ferry::workbench {

struct ConvergeRequest {
  std::string from_name, to_name;          // for messages
  const schema::Snapshot* from = nullptr;  // must outlive the call, as must `to`
  const schema::Snapshot* to = nullptr;
  std::vector<render::Rename> renames;
  render::Options options;
  std::string scratch_url;  // needed for renames and for a proof
  bool prove = false;
};

struct Converged {
  render::Script script;           // the renames first
  std::vector<std::string> notes;  // sentences: what the proof could not look at
};

// With renames, `from` is built in a scratch database and they are run there, so that PostgreSQL itself says
// what follows from them. With `prove` the whole script is run on such a copy, and the result is compared
// with `to`. Owners and grants are proven where the scratch server has every role that they name; a note says
// when it has not. Errors:
// - kDataLoss and those of Render; kUsage: those of CheckRenames
// - kNotConverging: the copy is not what `from` is, a statement fails on it, or the script does not lead to
// `to`;
//   the message names what differs
// - kScratch: there is no scratch URL; those of ParseUrl, Database::Create and ReadSnapshot; kCancelled
absl::StatusOr<Converged> Converge(const ConvergeRequest& request, const scratch::Running& running = nullptr);

}  // namespace ferry::workbench

#endif  // FERRY_WORKBENCH_CONVERGE_H_
