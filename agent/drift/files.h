// The agent's copies of whole schemas of one target: what should be there, and what was there when it had
// drifted. Files FOLDER/TARGET.pb, .next.pb and .drifted.pb, 0600, written as a new file, fsync and rename. A
// copy that is not whole, or not of the roots that are asked for, is as good as none. One thread at a time.
#ifndef FERRY_AGENT_DRIFT_FILES_H_
#define FERRY_AGENT_DRIFT_FILES_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/schema/snapshot.h"

namespace ferry::drift {

struct Roots {
  std::string root, access_root;
  friend bool operator==(const Roots&, const Roots&) = default;
};
inline Roots RootsOf(const schema::Snapshot& snapshot) { return {snapshot.root, snapshot.access_root}; }

class Files {
 public:
  // The folder is made (0700) with the first file.
  Files(std::string folder, std::string target_id)
      : folder_(std::move(folder)), base_(folder_ + "/" + target_id) {}

  // What should be there; nothing where there is no copy with these roots. `position`: of the reading by
  // which it was found.
  std::optional<schema::Snapshot> Expected(const Roots& roots, std::string* position = nullptr);

  // Whether a copy says of itself that it has these roots: without computing them again.
  bool HasExpected(const Roots& roots) const;

  // Two steps around the ledger's row, so that a kill at any moment leaves the copy of whatever row is the
  // newest: Prepare keeps the copy before it, Keep lets it go. kFileSystem.
  absl::Status Prepare(const schema::Snapshot& expected, const std::string& position);
  absl::Status Keep();

  // What was there when it was last seen to be something else than `expected`, and since when.
  struct Drifted {
    schema::Snapshot schema;
    absl::Time since;
    std::string position;      // of the reading (watch::Position)
    std::string causes_since;  // of the last reading before the drift
  };
  std::optional<Drifted> LastDrifted(const Roots& expected) const;
  absl::Status KeepDrifted(const Roots& expected, const Drifted& drifted);
  void ForgetDrifted();

 private:
  absl::Status Write(const std::string& path, const Roots& expected, const Drifted& kept);
  const std::string folder_, base_;
};

}  // namespace ferry::drift

#endif  // FERRY_AGENT_DRIFT_FILES_H_
