#include "core/sql/big_stack.h"

#include <pthread.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::sql {
namespace {

thread_local bool on_big_stack = false;

extern "C" void* CallWork(void* work) {
  on_big_stack = true;
  (*static_cast<absl::FunctionRef<void()>*>(work))();
  return nullptr;
}

}  // namespace

absl::Status RunOnBigStack(absl::FunctionRef<void()> work) {
  if (on_big_stack) {
    work();
    return absl::OkStatus();
  }
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  int error = pthread_attr_setstacksize(&attributes, kBigStackBytes);
  pthread_t thread;
  if (error == 0) error = pthread_create(&thread, &attributes, CallWork, &work);
  pthread_attr_destroy(&attributes);
  if (error != 0) {
    return Error(ErrorCode::kInternal, absl::StrCat("no thread for the SQL parser: ", strerror(error)))
        .Next("raise the limit on virtual memory (ulimit -v) or on threads (ulimit -u)");
  }
  pthread_join(thread, nullptr);
  return absl::OkStatus();
}

}  // namespace ferry::sql
