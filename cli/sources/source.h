// The words by which people name a schema to compare. Pure; any thread.
#ifndef FERRY_CLI_SOURCES_SOURCE_H_
#define FERRY_CLI_SOURCES_SOURCE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace ferry::cli {

struct Source {
  enum class Kind {
    kEnvironment,  // prod, env:prod: its targets, read by their agents
    kPlan,         // plan:1.4.0, plan:newest: the registered plan up to there
    kFolder,       // dir:migrations: a folder of migrations
    kFile,         // file:schema.sql: plain SQL
    kDatabase,     // postgresql://ana@db1/trading, postgres://…, "service=prod": a database, only read
    kModels,       // models:'python3 models.py': the SQL that a command prints
  };
  Kind kind = Kind::kEnvironment;
  std::string value;  // without the prefix; a database's URL as it was given
  std::string name;   // what is printed: never a password
};

// kUsage, with what was probably meant: no such kind, an empty value, a name that no environment can have, a
// version that is none, a command that cannot be split. kConnectionSetting: a URL that cannot be read or
// holds a password; nothing of it is shown.
absl::StatusOr<Source> ParseSource(const std::string& word);
absl::StatusOr<std::vector<Source>> ParseSources(const std::vector<std::string>& words);

// Whether it is built in a scratch database.
bool IsBuilt(const Source& source);

}  // namespace ferry::cli

#endif  // FERRY_CLI_SOURCES_SOURCE_H_
