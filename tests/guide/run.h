// Runs a page in a world of its own: a controller, three databases with their agents, and a project folder
// with migrations/trading, which is the current directory. `ferry` is on the PATH, `psql service=prod`
// reaches a database. tests/guide/setup.sh is there for the hidden preparations.
#ifndef FERRY_TESTS_GUIDE_RUN_H_
#define FERRY_TESTS_GUIDE_RUN_H_

#include <string>

#include "tests/e2e/world.h"
#include "tests/guide/page.h"

namespace ferry::test {

class GuideWorld {
 public:
  GuideWorld();

  // "" when every step did as the page says; otherwise the first that did not: its line, what was expected
  // and what came. Prints every step with what it said when FERRY_GUIDE_SHOW is set.
  std::string Run(const Page& page);

 private:
  Finished Bash(const std::string& script);
  void WriteServices();

  World world_;
  Process::Options options_;
};

}  // namespace ferry::test

#endif  // FERRY_TESTS_GUIDE_RUN_H_
