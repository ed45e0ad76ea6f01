#include "core/sql/big_stack.h"

#include <pthread.h>

#include <atomic>
#include <cstring>
#include <deque>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/mutex.h"

namespace ferry::sql {
namespace {

// Few threads that live as long as the process. libpg_query makes a thread-specific key in every thread in
// which it parses and never gives one back, and a process has 1024: a thread for each statement would leave
// none for OpenSSL and everybody else.
constexpr int kMostThreads = 4;

thread_local bool on_big_stack = false;

class Pool {
 public:
  absl::Status Run(absl::FunctionRef<void()> work) {
    Task task{work, false, {}};
    MutexLock lock(&mutex_);
    if (idle_ == 0 && threads_ < kMostThreads) {
      const int error = StartThread();
      if (error != 0 && threads_ == 0) {
        return Error(ErrorCode::kInternal, absl::StrCat("no thread for the SQL parser: ", strerror(error)))
            .Next("raise the limit on virtual memory (ulimit -v) or on threads (ulimit -u)");
      }
    }
    waiting_.push_back(&task);
    work_.NotifyOne();
    while (!task.done) task.changed.Wait(&mutex_);
    return absl::OkStatus();
  }

 private:
  struct Task {
    absl::FunctionRef<void()> work;
    bool done = false;
    CondVar changed;
  };

  int StartThread() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int error = pthread_attr_setstacksize(&attributes, kBigStackBytes);
    pthread_t thread;
    if (error == 0) error = pthread_create(&thread, &attributes, &Pool::Serve, this);
    pthread_attr_destroy(&attributes);
    if (error == 0) ++threads_;
    return error;
  }

  static void* Serve(void* self) {
    on_big_stack = true;
    static_cast<Pool*>(self)->Loop();
    return nullptr;
  }

  void Loop() {
    for (;;) {
      Task* const task = Take();
      task->work();
      MutexLock lock(&mutex_);
      task->done = true;
      task->changed.NotifyOne();  // under the mutex: the task is its caller's
    }
  }

  Task* Take() {
    MutexLock lock(&mutex_);
    ++idle_;
    while (waiting_.empty()) work_.Wait(&mutex_);
    --idle_;
    Task* const task = waiting_.front();
    waiting_.pop_front();
    return task;
  }

  Mutex mutex_;
  CondVar work_;
  std::deque<Task*> waiting_ ABSL_GUARDED_BY(mutex_);
  int threads_ ABSL_GUARDED_BY(mutex_) = 0;
  int idle_ ABSL_GUARDED_BY(mutex_) = 0;
};

std::atomic<Pool*>& ThePool() {
  static std::atomic<Pool*> pool{new Pool};  // never destroyed: its threads end with the process
  return pool;
}

// A forked child has none of the threads.
void StartAnew() { ThePool().store(new Pool); }

}  // namespace

absl::Status RunOnBigStack(absl::FunctionRef<void()> work) {
  if (on_big_stack) {
    work();
    return absl::OkStatus();
  }
  static const int registered = pthread_atfork(nullptr, nullptr, &StartAnew);
  static_cast<void>(registered);
  return ThePool().load()->Run(work);
}

}  // namespace ferry::sql
