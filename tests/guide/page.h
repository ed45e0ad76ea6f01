// A page of docs/guide, read as steps that can be run. Pure; any thread.
//
//   ```console            lines `$ …` are commands (`> …` continues one), the others what each one says, both
//                         streams together; `…` stands for any text in a line, alone for any lines
//   ```console exit=5     … and the last command ends with 5, all others with 0
//   ```sql file=NAME      the block is what NAME in the project's folder holds from then on
//   <!-- setup:           bash that a reader need not see; every command of it must end with 0
//   -->
//
// Other blocks and comments are for the reader alone.
#ifndef FERRY_TESTS_GUIDE_PAGE_H_
#define FERRY_TESTS_GUIDE_PAGE_H_

#include <string>
#include <vector>

namespace ferry::test {

struct PageStep {
  enum class Kind { kSetup, kFile, kCommand };
  Kind kind = Kind::kCommand;
  int line = 0;                       // of the page, from 1
  std::string text;                   // the script, the file's bytes, or the command
  std::string file;                   // kFile
  std::vector<std::string> expected;  // kCommand: lines of output
  int exit_code = 0;                  // kCommand
};

struct Page {
  std::string title;  // of the first `# ` line
  std::vector<PageStep> steps;
  std::vector<std::string> problems;  // "12: …": what makes it no page that can be run
};

// A page without a title, without a command, or with a block that is not understood has problems.
Page ReadPage(const std::string& markdown);

// Whether what a command said is what the page expects; spaces at the end of a line do not count.
bool SaysAsExpected(const std::vector<std::string>& expected, const std::string& said);

}  // namespace ferry::test

#endif  // FERRY_TESTS_GUIDE_PAGE_H_
