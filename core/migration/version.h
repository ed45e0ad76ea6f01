// A migration's version: MAJOR.MINOR.PATCH, ordered as semantic versions. Value; any thread.
#ifndef FERRY_CORE_MIGRATION_VERSION_H_
#define FERRY_CORE_MIGRATION_VERSION_H_

#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace ferry::migration {

class Version {
 public:
  Version() = default;  // 0.0.0: before the first migration; no migration may have it
  Version(uint32_t major, uint32_t minor, uint32_t patch) : parts_{major, minor, patch} {}

  // Three decimal numbers of at most nine digits, without leading zeros. Anything else: kBadVersion.
  static absl::StatusOr<Version> Parse(absl::string_view text);

  std::string ToString() const;
  uint32_t breaking_number() const { return parts_[0]; }  // MAJOR
  Version NextFeature() const { return {parts_[0], parts_[1] + 1, 0}; }
  bool is_zero() const { return *this == Version(); }

  friend bool operator==(const Version&, const Version&) = default;
  friend std::strong_ordering operator<=>(const Version&, const Version&) = default;

 private:
  std::array<uint32_t, 3> parts_{};
};

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_VERSION_H_
