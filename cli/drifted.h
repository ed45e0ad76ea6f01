// What the controller says of the drift of an environment, ready to be shown and acted upon. Values.
#ifndef FERRY_CLI_DRIFTED_H_
#define FERRY_CLI_DRIFTED_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/diff/diff.h"
#include "core/schema/object.h"
#include "ferry/v1/ferry.pb.h"

namespace ferry::cli {

struct DriftedObject {
  schema::ObjectId id;
  schema::ObjectKind parent_kind = schema::ObjectKind::kTable;
  std::optional<schema::Object> expected, actual;  // nothing: should not be there, is gone
  std::vector<v1::ForeignStatement> causes;        // oldest first
  std::optional<v1::IgnoredDrift> decision;        // the newest about it as it is now
  bool ignored = false;                            // the decision holds

  // "index public.prices.prices_volume_idx": what people type.
  std::string word() const;
  // '+': should not be there, '-': is gone, '~': is another one.
  char sign() const { return !expected.has_value() ? '+' : !actual.has_value() ? '-' : '~'; }
  // Fields that differ; of an object that only one side has, those without their default value.
  std::vector<diff::FieldChange> fields() const;
};

struct DriftedTarget {
  v1::TargetDrift message;
  // In the order of a screen: a table or other object that stands alone, then what belongs to it.
  std::vector<DriftedObject> objects;

  bool answered() const { return message.has_report(); }
  // Something is not as it should be that nobody lives with. Also true where only the fingerprints say so.
  bool drifted() const;
  size_t ignored() const;
};

struct DriftedEnvironment {
  std::string name;
  std::vector<DriftedTarget> targets;

  bool drifted() const;
  bool answered() const;  // all of them
};

// Only objects that one of `patterns` selects (core/drift/select.h), all without patterns. kProtocol: what
// this version cannot read.
absl::StatusOr<DriftedEnvironment> DriftedFrom(const std::string& environment,
                                               const v1::GetDriftResponse& response,
                                               const std::vector<std::string>& patterns, absl::Time now);

}  // namespace ferry::cli

#endif  // FERRY_CLI_DRIFTED_H_
