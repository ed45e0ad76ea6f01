// A private folder that goes away with the object.
#ifndef FERRY_TESTS_SUPPORT_TEMP_DIR_H_
#define FERRY_TESTS_SUPPORT_TEMP_DIR_H_

#include <string>

#include "absl/strings/string_view.h"

namespace ferry::test {

// `ferry-test-PID-XXXXXX`, mode 0700, in /dev/shm where that can be written, else in $TMPDIR or /tmp. The
// path is short enough for a socket. A forked child does not remove it. Folders of processes that died
// without cleaning up are removed by the next process that makes one.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  // path()/name
  std::string File(absl::string_view name) const;
  // Writes the file and returns its path; folders between are made.
  std::string Write(absl::string_view name, absl::string_view bytes) const;

 private:
  std::string path_;
  int owner_;  // pid
};

// The folder in which TempDir makes its folders.
std::string TempRoot();
// The bytes of a file; aborts when it cannot be read.
std::string ReadFile(const std::string& path);

}  // namespace ferry::test

#endif  // FERRY_TESTS_SUPPORT_TEMP_DIR_H_
