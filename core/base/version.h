// The version of this software, one for all programs, and of the protocol between them.
#ifndef FERRY_CORE_BASE_VERSION_H_
#define FERRY_CORE_BASE_VERSION_H_

namespace ferry {

inline constexpr char kSoftwareVersion[] = "0.1.0";
// Spoken by controller and agents; peers that speak another one refuse each other.
inline constexpr int kProtocolVersion = 1;

}  // namespace ferry

#endif  // FERRY_CORE_BASE_VERSION_H_
