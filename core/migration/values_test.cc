// Values of environments: what they replace, what they leave alone, and where errors point.
#include "core/migration/values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/migration/example.h"
#include "core/migration/placeholder.h"
#include "core/migration/sum.h"
#include "core/sql/tokens.h"

namespace ferry::migration {
namespace {

using ::testing::HasSubstr;

constexpr char kValues[] =
    "dev: { schema: app_dev, owner: dev, rows: 10 }\n"
    "prod: { schema: app, owner: data_owner, rows: 1000000 }\n";

Values Some() {
  const auto values = Values::Parse(kValues);
  EXPECT_TRUE(values.ok()) << ErrorText(values.status());
  return values.ok() ? *values : Values();
}

// A migration 1.0.0_a.sql whose first section begins in line 3.
SourceFile Body(absl::string_view body, absl::string_view header = "") {
  return FileWith("1.0.0", "a", absl::StrCat(body, "\n-- ferry:down\nSELECT 1;\n"), header);
}

Migration In(const std::string& environment, const SourceFile& file) {
  const auto migration = ParseMigration(file.name, file.bytes, Some(), environment);
  EXPECT_TRUE(migration.ok()) << ErrorText(migration.status());
  return migration.ok() ? *migration : Migration();
}

std::string FirstIn(const std::string& environment, absl::string_view body) {
  const Migration m = In(environment, Body(absl::StrCat("-- ferry:up\n", body)));
  return m.up.empty() ? "" : m.up[0].statements[0].text;
}

TEST(ValuesTest, EachEnvironmentHasItsOwn) {
  constexpr char kText[] = "CREATE TABLE ${schema}.t (a int DEFAULT ${rows}, b text DEFAULT '${owner}')";
  EXPECT_EQ(FirstIn("dev", kText), "CREATE TABLE app_dev.t (a int DEFAULT 10, b text DEFAULT 'dev')");
  EXPECT_EQ(FirstIn("prod", kText),
            "CREATE TABLE app.t (a int DEFAULT 1000000, b text DEFAULT 'data_owner')");
}

TEST(ValuesTest, StandInEverySectionAndInRoleAndSearchPath) {
  const SourceFile file =
      FileWith("1.0.0", "a",
               "-- ferry:up\nSELECT '${schema}';\n-- ferry:backfill table=t batch=5\n"
               "UPDATE t SET a = ${rows} WHERE a IS NULL;\n-- ferry:down\nDROP TABLE ${schema}.t;\n"
               "-- ferry:verify\nSELECT ${rows} > 1;\n",
               "-- role: ${owner}\n-- search_path: ${schema}, public\n");
  const Migration m = In("prod", file);
  EXPECT_EQ(m.role, "data_owner");
  EXPECT_EQ(m.search_path, "app, public");
  EXPECT_EQ(m.up[1].statements[0].text, "UPDATE t SET a = 1000000 WHERE a IS NULL");
  EXPECT_EQ(m.down[0].statements[0].text, "DROP TABLE app.t");
  EXPECT_EQ(m.verify[0].text, "SELECT 1000000 > 1");
  EXPECT_EQ(m.uses, (std::set<std::string>{"owner", "rows", "schema"}));
}

TEST(ValuesTest, NotInCommentsNorDollarQuotesNorBehindASecondDollar) {
  EXPECT_EQ(FirstIn("dev", "SELECT /* ${schema} */ $$${schema}$$, $x$ ${no_such} $x$"),
            "SELECT /* ${schema} */ $$${schema}$$, $x$ ${no_such} $x$");
  EXPECT_EQ(FirstIn("dev", "SELECT '$${schema}', \"${schema}\", '${', '${1}', '$schema'"),
            "SELECT '${schema}', \"app_dev\", '${', '${1}', '$schema'");
}

TEST(ValuesTest, TheMigrationsChecksumIsTheSameEverywhereTheSegmentsAreNot) {
  const SourceFile file = Body("-- ferry:up\nCREATE TABLE ${schema}.t (a int);\n-- ferry:up\nSELECT 2;");
  const Migration dev = In("dev", file), prod = In("prod", file);
  EXPECT_EQ(dev.checksum, prod.checksum);
  EXPECT_NE(dev.up[0].checksum, prod.up[0].checksum);
  EXPECT_EQ(dev.up[1].checksum, prod.up[1].checksum);
}

TEST(ValuesTest, TextThatHoldsBracesIsWrittenSoThatItStays) {
  constexpr char kText[] = "SELECT '${a} $${b} ${1}', $x$ ${c} $x$, '${a'";
  const std::string escaped = EscapePlaceholders(kText);
  EXPECT_EQ(escaped, "SELECT '$${a} $$${b} ${1}', $x$ ${c} $x$, '${a'");
  EXPECT_EQ(FirstIn("dev", escaped), kText);
}

struct Bad {
  const char* body;
  ErrorCode code;
  int line, column;
  const char* message;
};

TEST(ValuesTest, ErrorsPointIntoTheFile) {
  const Bad cases[] = {
      {"SELECT '${rows}', ${schema} FRM t a;", ErrorCode::kSqlSyntax, 4, 33, "at or near \"t\""},
      {"SELECT '${rows}';\nSELECT ${owner}\n FRM t a;", ErrorCode::kSqlSyntax, 6, 6, "at or near \"t\""},
      {"SELECT '${owner}é${rows}'; COMMIT;", ErrorCode::kForbiddenStatement, 4, 28, "COMMIT"},
      {"SELECT '${schema}'; ALTER SYSTEM SET a = ${rows};", ErrorCode::kForbiddenStatement, 4, 21, "ALTER"},
      {"SELECT ${schema} ${rows};", ErrorCode::kSqlSyntax, 4, 18, "syntax error"},
      {"SELECT '${schema}', '${nosuch}';", ErrorCode::kPlaceholder, 4, 22,
       "${nosuch} has no value in environment \"prod\""},
      {"SELECT '${NAME}';", ErrorCode::kPlaceholder, 4, 9, "${NAME} has no value"},
  };
  for (const Bad& c : cases) {
    const SourceFile file = Body(absl::StrCat("-- ferry:up\n", c.body));
    const absl::Status status = ParseMigration(file.name, file.bytes, Some(), "prod").status();
    EXPECT_EQ(CodeName(CodeOf(status)), CodeName(c.code)) << c.body << "\n" << ErrorText(status);
    EXPECT_EQ(DetailOf(status).file, "1.0.0_a.sql");
    EXPECT_EQ(DetailOf(status).line, c.line) << c.body << "\n" << ErrorText(status);
    EXPECT_EQ(DetailOf(status).column, c.column) << c.body << "\n" << ErrorText(status);
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.message));
  }
}

TEST(ValuesTest, AStatementKnowsWhereItsTextStandsInTheFile) {
  const Migration m =
      In("prod", Body("-- ferry:up\nSELECT '${rows}'; SELECT ${rows}, '${owner}', oops,\n oops2;"));
  const sql::Statement& s = m.up[0].statements[1];
  EXPECT_EQ(s.column, 19);
  const sql::PlaceFinder finder(s.text, s.line, s.column, s.replaced);
  const sql::Place first = finder.At(s.text.find("oops")), second = finder.At(s.text.find("oops2"));
  EXPECT_EQ(std::make_pair(first.line, first.column), std::make_pair(4, 47));
  EXPECT_EQ(std::make_pair(second.line, second.column), std::make_pair(5, 2));
  EXPECT_EQ(finder.At(s.text.find("1000000") + 3).column, 26) << "inside a value: where its name stands";
}

TEST(ValuesTest, RefusesAFileThatIsNotEnvironmentsOfNamesOfValues) {
  const Bad cases[] = {
      {"", ErrorCode::kConfig, 1, 1, "empty"},
      {"- dev\n", ErrorCode::kConfig, 1, 1, "key: value"},
      {"dev: 1\n", ErrorCode::kConfig, 1, 6, "a map"},
      {"Dev: { a: 1 }\n", ErrorCode::kConfig, 1, 6, "cannot name an environment"},
      {"dev:\n  a: 1\n  Bad: 2\n", ErrorCode::kConfig, 3, 8, "cannot name a value"},
      {"dev:\n  a: 1\n  a: 2\n", ErrorCode::kConfig, 3, 3, "repeated"},
      {"dev:\n  a: [1, 2]\n", ErrorCode::kConfig, 2, 6, "a list"},
      {"dev:\n  a:\n", ErrorCode::kConfig, 2, 3, "found nothing"},
      {"dev: { a: '' }\n", ErrorCode::kConfig, 1, 11, "found nothing"},
      {"dev: { a: \"x\\ny\" }\n", ErrorCode::kConfig, 1, 11, "one line"},
      {"{}\n", ErrorCode::kConfig, 1, 1, "no environment"},
  };
  for (const Bad& c : cases) {
    const absl::Status status = Values::Parse(c.body).status();
    EXPECT_EQ(CodeName(CodeOf(status)), CodeName(c.code)) << c.body << "\n" << ErrorText(status);
    EXPECT_EQ(DetailOf(status).file, "values.yaml");
    EXPECT_EQ(DetailOf(status).line, c.line) << c.body << "\n" << ErrorText(status);
    EXPECT_EQ(DetailOf(status).column, c.column) << c.body << "\n" << ErrorText(status);
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.message)) << c.body;
  }
}

std::vector<SourceFile> Folder(const std::string& values, absl::string_view up = "SELECT '${a}';") {
  return {Body(absl::StrCat("-- ferry:up\n", up)), {kValuesFileName, values}};
}

TEST(PlanValuesTest, ArePartOfThePlanAndOfItsSum) {
  const std::vector<SourceFile> files = Folder("dev: { a: 1 }\n"), other = Folder("dev: { a: 2 }\n");
  const auto plan = BuildPlan(files);
  ASSERT_TRUE(plan.ok()) << ErrorText(plan.status());
  EXPECT_NE(plan->digest, BuildPlan(other)->digest);
  EXPECT_EQ(BuildPlan(plan->Sources())->digest, plan->digest);
  EXPECT_EQ(BuildPlan(files, "dev")->digest, plan->digest);
  EXPECT_TRUE(CheckSum(files, RenderSum(files)).ok());
  const absl::Status edited = CheckSum(other, RenderSum(files));
  EXPECT_TRUE(HasCode(edited, ErrorCode::kSumMismatch));
  EXPECT_EQ(DetailOf(edited).file, "values.yaml");
  EXPECT_TRUE(HasCode(CheckSum(files, RenderSum({files[0]})), ErrorCode::kSumMismatch));
}

TEST(PlanValuesTest, AnEnvironmentWithoutAnEntryIsNamed) {
  const absl::Status status = BuildPlan(Folder("dev: { a: 1 }\n"), "prod").status();
  EXPECT_TRUE(HasCode(status, ErrorCode::kPlaceholder));
  EXPECT_EQ(DetailOf(status).line, 4);
  EXPECT_EQ(DetailOf(status).column, 9);
  EXPECT_THAT(std::string(status.message()), HasSubstr("does not name that environment"));
  EXPECT_THAT(DetailOf(status).next, HasSubstr("prod: { a: … }"));
  EXPECT_TRUE(BuildPlan(Folder("dev: { a: 1 }\n", "SELECT 1;"), "prod").ok()) << "nothing needs a value";
}

std::vector<std::string> Summary(const std::vector<absl::Status>& problems) {
  std::vector<std::string> lines;
  for (const absl::Status& p : problems) {
    const ErrorDetail d = DetailOf(p);
    lines.push_back(
        absl::StrCat(CodeName(d.code), " ", d.file, ":", d.line, ":", d.column, " ", p.message()));
  }
  return lines;
}

TEST(LintValuesTest, LooksAtEveryEnvironmentAndNamesWhatNothingUses) {
  std::vector<SourceFile> files = Folder("dev: { a: 1, b: 2 }\nqa: { b: 2 }\nprod: { a: \"x' y\", b: 2 }\n");
  EXPECT_THAT(Summary(Lint(files, RenderSum(files))),
              ::testing::ElementsAre("FE0113 1.0.0_a.sql:4:9 ${a} has no value in environment \"qa\"",
                                     HasSubstr("with the values of \"prod\"")));
  files = Folder("dev: { a: 1, b: 2 }\nprod: { a: 2 }\n");
  EXPECT_THAT(Summary(Lint(files, RenderSum(files))),
              ::testing::ElementsAre(HasSubstr("FE0113 values.yaml:1:17 no migration uses the value \"b\"")));
  files = Folder("dev: { a: 1 }\nprod: { a: 2 }\n");
  EXPECT_THAT(Summary(Lint(files, RenderSum(files))), ::testing::IsEmpty());
}

}  // namespace
}  // namespace ferry::migration
