// What is known of each kind of object, found by doing it; docs/schema-coverage.md prints the result.
// FERRY_UPDATE_GOLDEN=1 writes the table there anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/render/render.h"
#include "core/sql/parser.h"
#include "tests/property/trial.h"
#include "tests/schema/probes.h"

namespace ferry::test {
namespace {

using property::Database;
using schema::ObjectKind;
using schema::Snapshot;

constexpr char kBegin[] = "<!-- written by tests/schema/coverage_test.cc -->\n";
constexpr char kEnd[] = "<!-- end -->\n";

absl::Status RunScript(const Database& database, const std::string& script) {
  const auto split = sql::Split(script, "probe", 1);
  if (!split.ok()) return split.status();
  std::vector<std::string> statements;
  for (const auto& statement : *split) statements.push_back(statement.text);
  return database.Run(statements);
}

struct Row {
  std::string read = "no", fingerprinted = "no", diffed = "no", rendered = "no", commented = "no",
              granted = "no";
  std::string problem;
};

// One kind, step by step: each is done in one database and brought to the other by the SQL between the two.
class Prober {
 public:
  explicit Prober(const Probe& probe) : probe_(probe) {}

  Row Run() {
    const absl::Status one = RunScript(by_hand_, probe_.setup), other = RunScript(by_script_, probe_.setup);
    if (!one.ok() || !other.ok()) return Failed(one.ok() ? other : one);
    const auto start = by_hand_.Read();
    if (!start.ok()) return Failed(start.status());
    before_ = last_ = *start;
    const bool created = Step(probe_.create);
    row_.read = YesOrNo(absl::c_any_of(diff::Compare({{"a", &before_}, {"b", &last_}}).differences,
                                       [&](const diff::Difference& d) { return d.id.kind == probe_.kind; }));
    const bool changed = Change();
    row_.commented = Trait(probe_.comment);
    row_.granted = Trait(probe_.grant);
    const bool dropped = Follow(before_);
    row_.rendered = YesOrNo(row_.read == "yes" && created && changed && dropped);
    return row_;
  }

 private:
  static std::string YesOrNo(bool yes) { return yes ? "yes" : "no"; }
  Row Failed(const absl::Status& status) {
    row_.problem = std::string(status.message());
    return row_;
  }

  bool Change() {
    if (probe_.change.empty()) {
      row_.fingerprinted = row_.diffed = row_.read;  // there is nothing of it but its being there
      return true;
    }
    const Snapshot old = last_;
    const bool followed = Step(probe_.change);
    row_.fingerprinted = YesOrNo(old.root != last_.root || old.access_root != last_.access_root);
    row_.diffed = YesOrNo(!diff::Compare({{"a", &old}, {"b", &last_}}).equal());
    return followed;
  }

  std::string Trait(const std::string& script) {
    if (script.empty()) return "–";
    const Snapshot old = last_;
    const bool followed = Step(script);
    return YesOrNo(followed && !diff::Compare({{"a", &old}, {"b", &last_}}).equal());
  }

  // Runs it in the one database, and lets the other follow.
  bool Step(const std::string& script) {
    const absl::Status run = RunScript(by_hand_, script);
    const auto read = by_hand_.Read();
    if (!run.ok() || !read.ok()) {
      Failed(run.ok() ? read.status() : run);
      return false;
    }
    last_ = *read;
    return Follow(last_);
  }

  bool Follow(const Snapshot& wanted) {
    const auto is = by_script_.Read();
    if (!is.ok()) return !Failed(is.status()).problem.empty() && false;
    render::Options options;
    options.allow_data_loss = true;
    const auto script = render::Render(*is, wanted, options);
    if (!script.ok()) return !Failed(script.status()).problem.empty() && false;
    std::vector<std::string> statements = {"SET check_function_bodies = off"};
    for (const render::Statement& statement : script->statements) statements.push_back(statement.sql);
    const absl::Status run = by_script_.Run(statements);
    if (!run.ok()) return !Failed(run).problem.empty() && false;
    const auto after = by_script_.Read();
    if (!after.ok()) return !Failed(after.status()).problem.empty() && false;
    const std::string left = property::Describe(diff::Compare({{"is", &*after}, {"wanted", &wanted}}));
    if (left.empty()) return true;
    row_.problem = left;
    return false;
  }

  const Probe& probe_;
  Database by_hand_, by_script_;
  Snapshot before_, last_;
  Row row_;
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(CoverageTest, TheDocumentedTableIsWhatIsTrue) {
  std::string table =
      absl::StrCat(kBegin, "\n| kind | read | fingerprinted | diffed | rendered | commented | granted |\n",
                   "|---|---|---|---|---|---|---|\n");
  for (const Probe& probe : Probes()) {
    const Row row = Prober(probe).Run();
    absl::StrAppend(&table, "| ", probe.name(), " | ", row.read, " | ", row.fingerprinted, " | ", row.diffed,
                    " | ", row.rendered, " | ", row.commented, " | ", row.granted, " |\n");
    if (!row.problem.empty()) std::printf("%s: %s\n", probe.name().c_str(), row.problem.c_str());
  }
  absl::StrAppend(&table, "\n", kEnd);
  const std::string path = absl::StrCat(std::getenv("FERRY_SOURCE_DIR"), "/docs/schema-coverage.md");
  std::string page = ReadFile(path);
  const size_t begin = page.find(kBegin), end = page.find(kEnd);
  ASSERT_TRUE(begin != std::string::npos && end != std::string::npos)
      << path << " has no place for the table";
  if (std::getenv("FERRY_UPDATE_GOLDEN") != nullptr) {
    page.replace(begin, end + sizeof(kEnd) - 1 - begin, table);
    std::ofstream(path) << page;
  }
  EXPECT_NE(page.find(table), std::string::npos) << "if that is right: FERRY_UPDATE_GOLDEN=1\n" << table;
}

TEST(CoverageTest, EveryKindOfADatabaseHasAProbe) {
  const std::set<ObjectKind> of_the_server = {ObjectKind::kRole, ObjectKind::kSetting,
                                              ObjectKind::kTablespace};
  std::set<ObjectKind> probed = of_the_server;
  for (const Probe& probe : Probes()) probed.insert(probe.kind);
#define FERRY_KIND_PROBED(enumerator, name, type) \
  EXPECT_TRUE(probed.contains(ObjectKind::enumerator)) << name;
  FERRY_SCHEMA_KINDS(FERRY_KIND_PROBED)
#undef FERRY_KIND_PROBED
}

}  // namespace
}  // namespace ferry::test
