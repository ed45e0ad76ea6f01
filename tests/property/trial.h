// The properties, tried on real databases of the test cluster.
#ifndef FERRY_TESTS_PROPERTY_TRIAL_H_
#define FERRY_TESTS_PROPERTY_TRIAL_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/diff/diff.h"
#include "core/schema/snapshot.h"
#include "pg/session/session.h"
#include "tests/property/model.h"

namespace ferry::property {

// A database of the shared test cluster, with the roles of the generator; dropped with the object.
class Database {
 public:
  Database();
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // One after the other, each by itself. Names the one that fails.
  absl::Status Run(const std::vector<std::string>& statements) const;
  absl::StatusOr<schema::Snapshot> Read() const;
  std::string Dump() const;  // pg_dump -s
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::unique_ptr<pg::Session> session_;
};

struct Verdict {
  std::string failure;  // "": every property holds; else which does not, and how
  std::string script;   // that was run last

  bool holds() const { return failure.empty(); }
};

// A with the SQL from A to B equals B; B to B is nothing; and back it equals A again.
Verdict TryConvergence(const Schema& a, const Schema& b);
// Two schemas that read the same are dumped the same: nothing that pg_dump shows is missed.
Verdict TryReading(const Schema& a, const Schema& b);

// One line for each object that differs, with its fields; empty when nothing does.
std::string Describe(const diff::DiffResult& result);

// A smaller pair for which `fails` still says yes, found by leaving out items; at most `tries` are tried.
void Shrink(Schema& a, Schema& b, int tries, const std::function<bool(const Schema&, const Schema&)>& fails);

}  // namespace ferry::property

#endif  // FERRY_TESTS_PROPERTY_TRIAL_H_
