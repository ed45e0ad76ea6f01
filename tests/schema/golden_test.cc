// A dozen pairs of schemas, one for each group of object kinds: the SQL from the first to the second is what
// the golden file says, and turns one into the other. FERRY_UPDATE_GOLDEN=1 writes the files anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/render/render.h"
#include "core/sql/parser.h"
#include "tests/property/trial.h"

namespace ferry::property {
namespace {

std::string CasesFolder() { return absl::StrCat(std::getenv("FERRY_SOURCE_DIR"), "/tests/schema/cases"); }

std::vector<std::string> Cases() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(CasesFolder()))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class GoldenSchemaTest : public ::testing::TestWithParam<std::string> {
 protected:
  static std::string File(const std::string& name) {
    return absl::StrCat(CasesFolder(), "/", GetParam(), "/", name);
  }
  static void Load(const Database& database, const std::string& file) {
    std::vector<std::string> statements = {"SET search_path = public"};
    const auto split = sql::Split(ReadFile(File(file)), file, 1);
    ASSERT_TRUE(split.ok()) << ErrorText(split.status());
    for (const auto& statement : *split) statements.push_back(statement.text);
    statements.emplace_back("SET search_path = ''");
    const absl::Status run = database.Run(statements);
    ASSERT_TRUE(run.ok()) << run.message();
  }
};

TEST_P(GoldenSchemaTest, TheSqlIsAsRecordedAndConverges) {
  const Database a, b;
  ASSERT_NO_FATAL_FAILURE(Load(a, "a.sql"));
  ASSERT_NO_FATAL_FAILURE(Load(b, "b.sql"));
  const auto from = a.Read(), to = b.Read();
  ASSERT_TRUE(from.ok() && to.ok()) << ErrorText(from.status()) << ErrorText(to.status());
  render::Options options;
  options.allow_data_loss = true;
  const auto script = render::Render(*from, *to, options);
  ASSERT_TRUE(script.ok()) << ErrorText(script.status());

  const std::string text = render::ScriptText(*script);
  if (std::getenv("FERRY_UPDATE_GOLDEN") != nullptr) std::ofstream(File("expected.sql")) << text;
  EXPECT_EQ(ReadFile(File("expected.sql")), text) << "if that is right: FERRY_UPDATE_GOLDEN=1";

  std::vector<std::string> statements = {"SET check_function_bodies = off"};
  for (const render::Statement& statement : script->statements) statements.push_back(statement.sql);
  const absl::Status run = a.Run(statements);
  ASSERT_TRUE(run.ok()) << run.message();
  const auto after = a.Read();
  ASSERT_TRUE(after.ok()) << ErrorText(after.status());
  EXPECT_EQ(Describe(diff::Compare({{"is", &*after}, {"wanted", &*to}})), "");
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenSchemaTest, ::testing::ValuesIn(Cases()),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace ferry::property
