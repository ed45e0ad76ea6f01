// Ends work on databases when somebody asks for it: Ctrl-C must still drop the scratch databases. Any thread.
#ifndef FERRY_WORKBENCH_INTERRUPT_H_
#define FERRY_WORKBENCH_INTERRUPT_H_

#include <functional>
#include <thread>
#include <vector>

#include "core/base/mutex.h"
#include "pg/scratch/build.h"

namespace ferry::workbench {

// While it lives, a thread of its own asks `asked` about ten times a second. From the first true on, every
// session that was given to Running() is cancelled, again and again, until this object goes: what runs there
// ends with kCancelled, and whoever made a scratch database drops it on the way out.
class Interrupt {
 public:
  // `asked` is called on that thread; it must stay callable until the destructor has returned.
  explicit Interrupt(std::function<bool()> asked);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // What sessions are given to; this object must outlive it.
  scratch::Running Running();
  bool happened();

 private:
  void Watch();

  const std::function<bool()> asked_;
  Mutex mutex_;
  CondVar wake_;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  bool happened_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<pg::Canceller> sessions_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace ferry::workbench

#endif  // FERRY_WORKBENCH_INTERRUPT_H_
