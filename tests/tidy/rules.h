// The house rules as data. Section 3 of the design is the source of the link table; docs/decisions says why
// for the rest.
#ifndef FERRY_TESTS_TIDY_RULES_H_
#define FERRY_TESTS_TIDY_RULES_H_

#include <string>
#include <vector>

namespace ferry::tidy {

// What the files under `folder` may include, besides their own folder, the standard library, absl and plain
// system headers. The rule with the longest `folder` that holds a file is the one that counts.
struct FolderRule {
  std::string folder;                 // "core/sql"
  std::vector<std::string> project;   // prefixes of our own headers: "core/base/"
  std::vector<std::string> families;  // names of families below
};
const std::vector<FolderRule>& FolderRules();

// What test code beside the sources (`*_test.cc`, `*_fixture.*`, `conformance*`, `testing/`) may include on
// top of its folder's rule.
const FolderRule& TestCodeRule();

// Headers that are not ours, by the prefix or (beginning with `*`) the suffix of their name; the first match
// counts. A header of no family, that is neither a standard nor a plain system header, is refused everywhere.
struct Family {
  std::string name;
  std::vector<std::string> patterns;
};
const std::vector<Family>& Families();

// The folders that are walked, and the first parts of every include of our own.
const std::vector<std::string>& TopFolders();

enum class Where { kCode, kComments };

// A word that must not occur. Words end where identifiers end; `call` also asks for a `(` behind it. Literals
// are not looked at, and comments only by Where::kComments.
struct WordRule {
  std::string rule;
  std::vector<std::string> words;
  bool call = false;
  Where where = Where::kCode;
  bool headers_only = false;
  std::string except;  // a file or, ending in `/`, a folder where the word may stand
  std::string advice;
};
const std::vector<WordRule>& WordRules();

// Most lines a file may have.
constexpr int kLongestHeader = 250;
constexpr int kLongestSource = 600;
constexpr int kLongestTest = 700;
constexpr int kLongestMain = 200;

// One finding of `rule` in `file` that is accepted, and why. One that accepts nothing any more is itself a
// finding.
struct Exception {
  std::string file;
  std::string rule;
  std::string reason;
};
const std::vector<Exception>& Exceptions();

}  // namespace ferry::tidy

#endif  // FERRY_TESTS_TIDY_RULES_H_
