// A small file system of its own, to be filled.
#ifndef FERRY_TESTS_FAULT_TMPFS_H_
#define FERRY_TESTS_FAULT_TMPFS_H_

#include <memory>
#include <string>

namespace ferry::test {

// Mounted over a folder until the object goes.
class Tmpfs {
 public:
  // Null where mounting is not permitted. `folder` is made when it is not there.
  static std::unique_ptr<Tmpfs> Mount(const std::string& folder, int kilobytes);
  ~Tmpfs();
  Tmpfs(const Tmpfs&) = delete;
  Tmpfs& operator=(const Tmpfs&) = delete;

  // Takes all the room that is left, but for `kilobytes`.
  void Fill(int kilobytes = 0);
  void Free();
  const std::string& folder() const { return folder_; }

 private:
  explicit Tmpfs(std::string folder) : folder_(std::move(folder)) {}
  const std::string folder_;
};

}  // namespace ferry::test

#endif  // FERRY_TESTS_FAULT_TMPFS_H_
