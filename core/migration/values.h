// `values.yaml`, the file beside the migrations that says what `${name}` stands for in each environment:
//   dev:  { schema: app_dev, workers: 2 }
//   prod: { schema: app, workers: 16 }
// It is part of the plan, so values are approved with it and nobody can change them on the way. Values are
// text without control characters: a value never adds a line. Pure; any thread.
#ifndef FERRY_CORE_MIGRATION_VALUES_H_
#define FERRY_CORE_MIGRATION_VALUES_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace ferry::migration {

inline constexpr char kValuesFileName[] = "values.yaml";
inline constexpr size_t kMaxValueBytes = 1000;

class Values {
 public:
  Values() = default;  // of a folder without values.yaml

  // kConfig with line and column: what core/config refuses, a name of an environment or value that cannot be
  // one ([a-z_][a-z0-9_]*), a value that is no scalar, too long, or has control characters.
  static absl::StatusOr<Values> Parse(absl::string_view bytes);

  bool exists() const { return exists_; }
  const std::vector<std::string>& environments() const { return order_; }  // in the order of the file

  // What `${name}` stands for in `environment`. kPlaceholder without a place, saying which of the three is
  // missing: the file, the environment in it, the value.
  absl::StatusOr<std::string> Get(absl::string_view environment, absl::string_view name) const;

  // Changes with any value of one of `names` in any environment: 64 hex digits.
  std::string Fingerprint(const std::set<std::string>& names) const;

  // A kPlaceholder at its line for each value whose name is not among `used`.
  std::vector<absl::Status> Unused(const std::set<std::string>& used) const;

 private:
  struct Value {
    std::string text;
    int line = 0, column = 0;
  };
  bool exists_ = false;
  std::vector<std::string> order_;
  std::map<std::string, std::map<std::string, Value>> values_;  // by environment and name
};

}  // namespace ferry::migration

#endif  // FERRY_CORE_MIGRATION_VALUES_H_
