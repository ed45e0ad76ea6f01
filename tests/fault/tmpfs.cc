#include "tests/fault/tmpfs.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"

namespace ferry::test {

std::unique_ptr<Tmpfs> Tmpfs::Mount(const std::string& folder, int kilobytes) {
  std::filesystem::create_directories(folder);
  const std::string options = absl::StrCat("size=", kilobytes, "k,mode=0777");
  if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, options.c_str()) != 0) return nullptr;
  return std::unique_ptr<Tmpfs>(new Tmpfs(folder));
}

Tmpfs::~Tmpfs() { ::umount2(folder_.c_str(), MNT_DETACH); }

void Tmpfs::Fill(int kilobytes) {
  struct statvfs room {};
  if (::statvfs(folder_.c_str(), &room) != 0) return;
  const int file = ::open((folder_ + "/filler").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const int64_t left = static_cast<int64_t>(room.f_bavail) * static_cast<int64_t>(room.f_frsize);
  const std::string block(65536, 'x');
  for (int64_t more = left - int64_t{1024} * kilobytes; more > 0;) {
    const ssize_t wrote =
        ::write(file, block.data(), std::min<size_t>(block.size(), static_cast<size_t>(more)));
    if (wrote <= 0) break;
    more -= wrote;
  }
  ::close(file);
}

void Tmpfs::Free() { ::unlink((folder_ + "/filler").c_str()); }

}  // namespace ferry::test
