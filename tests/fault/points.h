// The fail points that the sources have, read from the sources, so that a new one is used without a list.
#ifndef FERRY_TESTS_FAULT_POINTS_H_
#define FERRY_TESTS_FAULT_POINTS_H_

#include <string>
#include <vector>

namespace ferry::test {

// The names of FAULT_POINT("…") in the sources below these folders of $FERRY_SOURCE_DIR, sorted; tests are
// left out. Aborts without the sources.
std::vector<std::string> FaultPoints(const std::vector<std::string>& folders);

}  // namespace ferry::test

#endif  // FERRY_TESTS_FAULT_POINTS_H_
