// The migrations of a campaign, and what must be there after them. Every effect is an INSERT into a table
// without a unique key, so that a second application would be counted.
#ifndef FERRY_TESTS_FAULT_WORKLOAD_H_
#define FERRY_TESTS_FAULT_WORKLOAD_H_

#include <map>
#include <random>
#include <string>
#include <vector>

namespace ferry::test {

using Random = std::mt19937_64;

// Below `end`, which is at least 1.
int Below(Random& random, int end);

// What a migration does and is.
enum class Shape { kPlain, kBackfill, kIndex, kReindex, kDetach, kTwoSections };
constexpr int kShapes = 6;

struct Change {
  std::string version;
  std::string up, down, verify;             // bodies of the sections
  std::map<std::string, int> up_effects;    // rows of the table effect that its application adds
  std::map<std::string, int> down_effects;  // and its rollback
};

// The change that everything builds on: the table effect, and the trigger function note(text).
Change Foundation(const std::string& version);
// A change whose objects carry `number` in their names: any two can stand beside each other.
Change Draw(Random& random, const std::string& version, int number);
Change Make(Shape shape, const std::string& version, int number);

// What should be there: grows with what is known to have happened.
class Expected {
 public:
  void Applied(const Change& change);
  void RolledBack(const Change& change);
  void Also(const std::string& effect) { ++effects_[effect]; }
  const std::vector<std::string>& versions() const { return versions_; }
  // "name count" lines, sorted by name, as the query kEffects gives them.
  std::string Effects() const;

 private:
  std::vector<std::string> versions_;
  std::map<std::string, int> effects_;
};

// One cell: "name count" lines.
inline constexpr char kEffects[] =
    "SELECT coalesce(string_agg(what || ' ' || n, E'\\n' ORDER BY what COLLATE \"C\"), '') FROM (SELECT what,"
    " count(*) AS n FROM public.effect GROUP BY what) AS x";

}  // namespace ferry::test

#endif  // FERRY_TESTS_FAULT_WORKLOAD_H_
