// A migration file that the workbench writes. Pure; any thread.
#ifndef FERRY_WORKBENCH_TEXT_H_
#define FERRY_WORKBENCH_TEXT_H_

#include <string>

#include "core/migration/version.h"

namespace ferry::workbench {

struct MigrationParts {
  migration::Version version;
  std::string name, description;
  std::string author, date;  // left out where empty
  std::string header;        // more header lines, each ended by a newline
  bool breaking = false;
  std::string up;            // statements, or sections with their directives; `${name}` in it stays as it is
  std::string down;          // a section with its directive; needed unless there is …
  std::string irreversible;  // … the reason why there is none
  std::string verify;        // queries, likewise
};

std::string MigrationText(const MigrationParts& parts);

}  // namespace ferry::workbench

#endif  // FERRY_WORKBENCH_TEXT_H_
