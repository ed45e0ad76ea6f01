// A program's file, checked and kept in memory. Private to this folder.
#ifndef FERRY_AGENT_PROGRAM_IMAGE_H_
#define FERRY_AGENT_PROGRAM_IMAGE_H_

#include <string>

#include "absl/status/statusor.h"
#include "pg/process/child.h"

namespace ferry::program {

// A sealed copy in memory of the executable regular file at `path`, whose SHA-256 is `sha256` (64 lower-case
// digits). Open for reading, closed on exec. kTransformProgram; no message holds the path, which is this
// machine's alone.
absl::StatusOr<pg::Descriptor> LoadImage(const std::string& name, const std::string& path,
                                         const std::string& sha256);

}  // namespace ferry::program

#endif  // FERRY_AGENT_PROGRAM_IMAGE_H_
