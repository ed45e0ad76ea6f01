#include "workbench/interrupt.h"

#include <utility>

namespace ferry::workbench {
namespace {

constexpr absl::Duration kTick = absl::Milliseconds(100);

}  // namespace

Interrupt::Interrupt(std::function<bool()> asked) : asked_(std::move(asked)), thread_([this] { Watch(); }) {}

Interrupt::~Interrupt() {
  {
    MutexLock lock(&mutex_);
    done_ = true;
    wake_.NotifyAll();
  }
  thread_.join();
}

scratch::Running Interrupt::Running() {
  return [this](const pg::Canceller& session) {
    MutexLock lock(&mutex_);
    sessions_.push_back(session);
  };
}

bool Interrupt::happened() {
  MutexLock lock(&mutex_);
  return happened_;
}

void Interrupt::Watch() {
  MutexLock lock(&mutex_);
  while (!done_) {
    happened_ = happened_ || asked_();
    if (happened_) {
      for (const pg::Canceller& session : sessions_) session.Cancel().IgnoreError();
    }
    wake_.WaitFor(&mutex_, kTick);
  }
}

}  // namespace ferry::workbench
