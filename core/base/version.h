// The version of this software, one for all programs.
#ifndef FERRY_CORE_BASE_VERSION_H_
#define FERRY_CORE_BASE_VERSION_H_

namespace ferry {

inline constexpr char kSoftwareVersion[] = "0.1.0";

}  // namespace ferry

#endif  // FERRY_CORE_BASE_VERSION_H_
