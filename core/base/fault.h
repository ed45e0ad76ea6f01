// Fail points beside every durable step, compiled in test builds only. FERRY_FAULT="name=kill" arms one: the
// process kills itself with SIGKILL when it reaches FAULT_POINT("name"); "name=kill:3" at the third time.
// "name=stop" stops it there with SIGSTOP, until somebody continues it. "name=err" makes FaultError("name")
// return an error instead. Several are separated by commas.
// Thread-safe. In release builds all of it is nothing.
#ifndef FERRY_CORE_BASE_FAULT_H_
#define FERRY_CORE_BASE_FAULT_H_

#include "absl/status/status.h"

namespace ferry {

void ReachFaultPoint(const char* name);
absl::Status FaultError(const char* name);

}  // namespace ferry

#ifdef FERRY_FAULT_POINTS
#define FAULT_POINT(name) ::ferry::ReachFaultPoint(name)
#else
#define FAULT_POINT(name) static_cast<void>(0)
#endif

#endif  // FERRY_CORE_BASE_FAULT_H_
