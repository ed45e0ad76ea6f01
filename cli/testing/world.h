// The world of a command under test: a folder of its own, a clock that moves when somebody sleeps, streams in
// memory, and a fake controller. Run() is the whole program without a process.
#ifndef FERRY_CLI_TESTING_WORLD_H_
#define FERRY_CLI_TESTING_WORLD_H_

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/context.h"
#include "cli/testing/fake_controller.h"

namespace ferry::cli {

class FakeClock final : public Clock {
 public:
  absl::Time Now() const override { return start_ + elapsed_; }
  absl::Duration Elapsed() const override { return elapsed_; }
  void Advance(absl::Duration duration) { elapsed_ += duration; }

 private:
  // Monday, 23 November 2026, 14:02:00 in Berlin.
  const absl::Time start_ = absl::FromCivil(absl::CivilSecond(2026, 11, 23, 13, 2, 0), absl::UTCTimeZone());
  absl::Duration elapsed_;
};

class FakeRandom final : public RandomSource {
 public:
  uint64_t Next() override { return next_ += 0x1000193; }

 private:
  uint64_t next_ = 0x1f3a9c27;
};

class World {
 public:
  World();
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Runs `ferry` with these words; returns the exit code. `out` and `err` hold what this run printed.
  int Run(const std::vector<std::string>& arguments);
  // Streams are terminals from now on.
  void UseTerminal(size_t columns = 100);

  std::string Write(const std::string& name, absl::string_view bytes);  // in `folder`; returns the path
  std::string Read(const std::string& name) const;
  absl::Time Now() const { return clock.Now(); }

  FakeController controller;
  FakeClock clock;
  FakeRandom random;
  std::map<std::string, std::string> environment;
  std::string folder;
  std::string input;
  bool in_terminal = false;
  bool terminal = false;
  size_t columns = 0;
  bool interrupted = false;
  std::string out, err;
  // `out` and then `err`, with escape characters as "<ESC>", the folder as "<DIR>", and carriage returns as
  // "<CR>".
  std::string Screen() const;
};

// Compares with cli/testdata/<name>.txt; FERRY_UPDATE_GOLDEN=1 writes the file instead.
void ExpectGolden(const std::string& name, const std::string& actual);

// No line of `text`, escape sequences aside, is wider than `columns`.
void ExpectFits(const std::string& text, size_t columns);

}  // namespace ferry::cli

#endif  // FERRY_CLI_TESTING_WORLD_H_
