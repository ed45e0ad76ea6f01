// SHA-256, the only hash of plans, migrations, snapshots, backups and event chains.
#ifndef FERRY_CORE_BASE_HASH_H_
#define FERRY_CORE_BASE_HASH_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace ferry {

// SHA-256 over bytes handed in piece by piece. One thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void Update(absl::string_view bytes);
  // Adds the length (8 bytes, big endian) and then the bytes, so that ("ab","c") and ("a","bc") differ.
  void UpdateFramed(absl::string_view bytes);
  // 64 lower-case hexadecimal digits. Call once, last.
  std::string HexDigest();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string Sha256Hex(absl::string_view bytes);

}  // namespace ferry

#endif  // FERRY_CORE_BASE_HASH_H_
