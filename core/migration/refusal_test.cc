// Every way to write a migration wrongly, and the exact place that the user is shown.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/base/error.h"
#include "core/migration/example.h"

namespace ferry::migration {
namespace {

using ::testing::HasSubstr;

struct Case {
  std::string name, file, text;
  ErrorCode code;
  int line, column;
  std::string message;

  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }
};

constexpr char kTail[] = "-- ferry:up\nSELECT 1;\n-- ferry:down\nSELECT 1;\n";

// A file 1.0.0_a.sql with `header` lines behind the required two.
std::string H(absl::string_view header) {
  return absl::StrCat("-- migration: 1.0.0 a\n-- description: d\n", header, kTail);
}
// …and with `body` instead of the usual sections.
std::string B(absl::string_view body) {
  return absl::StrCat("-- migration: 1.0.0 a\n-- description: d\n", body);
}
// …and with `body` and a good down.
std::string D(absl::string_view body) { return B(absl::StrCat(body, "\n-- ferry:down\nSELECT 1;\n")); }

class RefusalTest : public ::testing::TestWithParam<Case> {};

TEST_P(RefusalTest, ShowsCodeAndPlace) {
  const Case& c = GetParam();
  const absl::Status status = ParseMigration(c.file, c.text).status();
  ASSERT_FALSE(status.ok());
  const ErrorDetail d = DetailOf(status);
  EXPECT_EQ(CodeName(d.code), CodeName(c.code)) << ErrorText(status);
  EXPECT_EQ(d.file, c.file);
  EXPECT_EQ(d.line, c.line) << ErrorText(status);
  EXPECT_EQ(d.column, c.column) << ErrorText(status);
  EXPECT_THAT(std::string(status.message()), HasSubstr(c.message));
}

using E = ErrorCode;
constexpr char kA[] = "1.0.0_a.sql";

const Case kFileNames[] = {
    {"NoVersion", "draft.sql", H(""), E::kBadVersion, 0, 0, "not VERSION_name.sql"},
    {"TwoNumbers", "1.0_a.sql", H(""), E::kBadVersion, 0, 0, "MAJOR.MINOR.PATCH"},
    {"Flyway", "V1__a.sql", H(""), E::kBadVersion, 0, 0, "MAJOR.MINOR.PATCH"},
    {"NoName", "1.0.0_.sql", H(""), E::kBadVersion, 0, 0, "the name behind the version"},
    {"NoUnderscore", "1.0.0.sql", H(""), E::kBadVersion, 0, 0, "not VERSION_name.sql"},
    {"BlankInName", "1.0.0_a b.sql", H(""), E::kBadVersion, 0, 0, "the name behind the version"},
    {"Folder", "x/1.0.0_a.sql", H(""), E::kBadVersion, 0, 0, "MAJOR.MINOR.PATCH"},
    {"UpperCaseSuffix", "1.0.0_a.SQL", H(""), E::kBadVersion, 0, 0, "must end in \".sql\""},
    {"Zero", "0.0.0_a.sql", H(""), E::kBadVersion, 0, 0, "before the first migration"},
    {"RepeatableWithoutName", "R_.sql", H(""), E::kBadVersion, 0, 0, "the name behind the version or R_"},
    {"SmallR", "r_views.sql", H(""), E::kBadVersion, 0, 0, "MAJOR.MINOR.PATCH"},
    {"OtherVersionInHeader", "1.2.0_a.sql", H(""), E::kBadVersion, 1, 15, "header says 1.0.0 a, but"},
    {"OtherNameInHeader", "1.0.0_b.sql", H(""), E::kBadVersion, 1, 15, "the file's name says 1.0.0 b"},
};

const Case kHeaders[] = {
    {"Empty", kA, "", E::kMigrationHeader, 1, 1, "no line `-- migration: …`"},
    {"NoMigrationLine", kA, absl::StrCat("-- description: d\n", kTail), E::kMigrationHeader, 1, 1,
     "-- migration"},
    {"NoDescription", kA, absl::StrCat("-- migration: 1.0.0 a\n", kTail), E::kMigrationHeader, 1, 1,
     "-- description"},
    {"EmptyDescription", kA, absl::StrCat("-- migration: 1.0.0 a\n-- description:  \n", kTail),
     E::kMigrationHeader, 2, 1, "the description is empty"},
    {"NoNameInHeader", kA, absl::StrCat("-- migration: 1.0.0\n-- description: d\n", kTail),
     E::kMigrationHeader, 1, 1, "`-- migration: VERSION name`"},
    {"BadVersionInHeader", kA, absl::StrCat("-- migration: 1.0 a\n-- description: d\n", kTail),
     E::kBadVersion, 1, 15, "MAJOR.MINOR.PATCH"},
    {"UnknownKey", kA, H("-- autor: me\n"), E::kMigrationHeader, 3, 1, "unknown header line \"autor:\""},
    {"WrongCase", kA, H("-- Author: me\n"), E::kMigrationHeader, 3, 1, "unknown header line \"Author:\""},
    {"KeyWithDash", kA, H("-- search-path: a\n"), E::kMigrationHeader, 3, 1, "\"search-path:\""},
    {"NobodyReviewed", kA, H("-- reviewed-by:\n"), E::kMigrationHeader, 3, 1, "names who reviewed"},
    {"Twice", kA, H("-- author: a\n-- author: b\n"), E::kMigrationHeader, 4, 1, "says \"author:\" twice"},
    {"Indented", kA, H("  -- author: a\n"), E::kMigrationHeader, 3, 3, "start of its line"},
    {"BadDate", kA, H("-- date: 22.11.2026\n"), E::kMigrationHeader, 3, 10, "YYYY-MM-DD"},
    {"NoSuchDay", kA, H("-- date: 2026-02-30\n"), E::kMigrationHeader, 3, 10, "YYYY-MM-DD"},
    {"ShortDate", kA, H("-- date: 2026-2-3\n"), E::kMigrationHeader, 3, 10, "YYYY-MM-DD"},
    {"BadBreaking", kA, H("-- breaking: maybe\n"), E::kMigrationHeader, 3, 14, "either yes or no"},
    {"BadRequires", kA, H("-- requires: 0.1.0, v2\n"), E::kBadVersion, 3, 14, "\"v2\" is no version"},
    {"DriftOfNothing", kA, H("-- drift: index a.b;\n"), E::kMigrationHeader, 3, 11, "names no object"},
    {"DriftWithoutKind", kA, H("-- drift: prices\n"), E::kMigrationHeader, 3, 11, "names no object"},
    {"DriftOfManyAtOnce", kA, H("-- drift: index a.*\n"), E::kMigrationHeader, 3, 11, "names no object"},
    {"DriftTwice", kA, H("-- drift: index a.b; index a.b\n"), E::kMigrationHeader, 3, 11, "twice"},
    {"RequiresNothing", kA, H("-- requires:\n"), E::kBadVersion, 3, 13, "is no version"},
    {"RequiresTwice", kA, H("-- requires: 0.1.0, 0.1.0\n"), E::kMigrationHeader, 3, 14, "0.1.0 twice"},
    {"RequiresItself", kA, H("-- requires: 1.0.0\n"), E::kRequires, 3, 14, "does not come before it"},
    {"RequiresLater", kA, H("-- requires: 0.1.0, 1.1.0\n"), E::kRequires, 3, 14, "requires 1.1.0"},
    {"QuotedRole", kA, H("-- role: \"me\"\n"), E::kMigrationHeader, 3, 10, "without quotes"},
    {"EmptyRole", kA, H("-- role:\n"), E::kMigrationHeader, 3, 9, "one role's name"},
    {"EmptySearchPath", kA, H("-- search_path:\n"), E::kMigrationHeader, 3, 16,
     "schemas separated by commas"},
    {"BadSearchPath", kA, H("-- search_path: a; DROP TABLE b\n"), E::kMigrationHeader, 3, 17, "schemas"},
    {"LedgerInSearchPath", kA, H("-- search_path: public, Ferry\n"), E::kMigrationHeader, 3, 17, "ferry"},
    {"TempInSearchPath", kA, H("-- search_path: pg_temp\n"), E::kMigrationHeader, 3, 17, "pg_temp"},
    {"StatementBeforeSections", kA, H("CREATE TABLE t (a int);\n"), E::kMigrationHeader, 3, 1,
     "stands before the first section"},
    {"NoSectionAtAll", kA, B("SELECT 1;\nSELECT 2;\n"), E::kMigrationHeader, 3, 1,
     "before the first section"},
};

const Case kDirectives[] = {
    {"Unknown", kA, D("-- ferry:upp\nSELECT 1;"), E::kUnknownDirective, 3, 1,
     "unknown directive \"ferry:upp\""},
    {"NoName", kA, D("-- ferry:\nSELECT 1;"), E::kUnknownDirective, 3, 1, "exactly `-- ferry:name`"},
    {"BlankBeforeName", kA, D("-- ferry: up\nSELECT 1;"), E::kUnknownDirective, 3, 1, "without a blank"},
    {"WithoutBlank", kA, D("--ferry:up\nSELECT 1;"), E::kUnknownDirective, 3, 1, "exactly `-- ferry:name`"},
    {"UpperCase", kA, D("-- Ferry:up\nSELECT 1;"), E::kUnknownDirective, 3, 1, "exactly `-- ferry:name`"},
    {"Indented", kA, D("-- ferry:up\nSELECT 1;\n  -- ferry:verify\nSELECT true;"), E::kUnknownDirective, 5, 3,
     "start of its line"},
    {"BehindAStatement", kA, D("-- ferry:up\nSELECT 'é'; -- ferry:verify\nSELECT true;"),
     E::kUnknownDirective, 4, 13, "start of its line"},
    {"OptionOfUp", kA, D("-- ferry:up fast\nSELECT 1;"), E::kUnknownDirective, 3, 13,
     "unknown option \"fast\""},
    {"OptionOfVerify", kA, D("-- ferry:up\nSELECT 1;\n-- ferry:verify x=1\nSELECT true;"),
     E::kUnknownDirective, 5, 17, "unknown option \"x=1\""},
    {"BackfillWithoutOptions", kA, D("-- ferry:backfill\nDELETE FROM t WHERE a;"), E::kUnknownDirective, 3,
     18, "\"table\" is missing"},
    {"BackfillWithoutBatch", kA, D("-- ferry:backfill table=t\nDELETE FROM t WHERE a;"), E::kUnknownDirective,
     3, 26, "\"batch\" is missing"},
    {"BackfillUnknownOption", kA, D("-- ferry:backfill table=t size=5\nDELETE FROM t WHERE a;"),
     E::kUnknownDirective, 3, 27, "unknown option \"size\""},
    {"BackfillTwice", kA, D("-- ferry:backfill table=t table=u batch=5\nDELETE FROM t WHERE a;"),
     E::kUnknownDirective, 3, 27, "\"table\" is given twice"},
    {"BatchZero", kA, D("-- ferry:backfill table=t batch=0\nDELETE FROM t WHERE a;"), E::kUnknownDirective, 3,
     27, "from 1 to 1000000"},
    {"BatchHuge", kA, D("-- ferry:backfill table=t batch=1000001\nDELETE FROM t WHERE a;"),
     E::kUnknownDirective, 3, 27, "from 1 to 1000000"},
    {"BatchWord", kA, D("-- ferry:backfill table=t batch=5k\nDELETE FROM t WHERE a;"), E::kUnknownDirective,
     3, 27, "from 1 to 1000000"},
    {"BadTable", kA, D("-- ferry:backfill table=a.b.c batch=5\nDELETE FROM t WHERE a;"), E::kUnknownDirective,
     3, 19, "\"a.b.c\" is no table name"},
    {"EmptyTable", kA, D("-- ferry:backfill table= batch=5\nDELETE FROM t WHERE a;"), E::kUnknownDirective, 3,
     19, "is no table name"},
    {"TransformWithoutOptions", kA, D("-- ferry:transform\nSELECT id FROM t WHERE s;"), E::kUnknownDirective,
     3, 19, "\"program\" is missing"},
    {"TransformWithoutKey", kA, D("-- ferry:transform program=p set=s batch=5\nSELECT id FROM t WHERE s;"),
     E::kUnknownDirective, 3, 43, "\"key\" is missing"},
    {"TransformUnknownOption", kA, D("-- ferry:transform program=p size=5\nSELECT id FROM t WHERE s;"),
     E::kUnknownDirective, 3, 30, "unknown option \"size\""},
    {"TransformPath", kA,
     D("-- ferry:transform program=/bin/p key=id set=s batch=5\nSELECT id FROM t WHERE s;"),
     E::kUnknownDirective, 3, 20, "\"/bin/p\" is no program's name"},
    {"TransformKeyTwice", kA,
     D("-- ferry:transform program=p key=id,id set=s batch=5\nSELECT id FROM t WHERE s;"),
     E::kUnknownDirective, 3, 30, "\"id,id\" is no list of columns"},
    {"TransformBatchHuge", kA,
     D("-- ferry:transform program=p key=id set=s batch=100001\nSELECT id FROM t WHERE s;"),
     E::kUnknownDirective, 3, 43, "from 1 to 100000"},
    {"OptionOfDown", kA, B("-- ferry:up\nSELECT 1;\n-- ferry:down never\n"), E::kUnknownDirective, 5, 15,
     "unknown option \"never\""},
    {"SecondDown", kA, D("-- ferry:up\nSELECT 1;\n-- ferry:down\nSELECT 2;"), E::kUnknownDirective, 7, 1,
     "a second `-- ferry:down`"},
    {"SecondVerify", kA,
     D("-- ferry:up\nSELECT 1;\n-- ferry:verify\nSELECT true;\n-- ferry:verify\nSELECT true;"),
     E::kUnknownDirective, 7, 1, "a second `-- ferry:verify`"},
};

const Case kDowns[] = {
    {"Missing", kA, B("-- ferry:up\nSELECT 1;\n"), E::kMissingDown, 0, 0, "does not say how it is undone"},
    {"Empty", kA, B("-- ferry:up\nSELECT 1;\n-- ferry:down\n-- nothing\n"), E::kMissingDown, 5, 1,
     "no statement"},
    {"IrreversibleWithoutReason", kA, B("-- ferry:up\nSELECT 1;\n-- ferry:down irreversible\n"),
     E::kMissingDown, 5, 27, "without a reason"},
    {"IrreversibleEmptyReason", kA, B("-- ferry:up\nSELECT 1;\n-- ferry:down irreversible reason=\n"),
     E::kMissingDown, 5, 28, "the reason is empty"},
    {"IrreversibleOtherOption", kA, B("-- ferry:up\nSELECT 1;\n-- ferry:down irreversible because=x\n"),
     E::kUnknownDirective, 5, 28, "unknown option \"because=x\""},
    {"IrreversibleWithStatements", kA,
     B("-- ferry:up\nSELECT 1;\n-- ferry:down irreversible reason=x\n\n  SELECT 1;\n"), E::kMissingDown, 7, 3,
     "would never run"},
    {"EmptyUp", kA, D("-- ferry:up\n-- later\n"), E::kEmptyMigration, 3, 1, "no statement"},
    {"NoUp", kA, D(""), E::kEmptyMigration, 0, 0, "changes nothing"},
};

const Case kStatements[] = {
    {"Syntax", kA, D("-- ferry:up\nALTER TABLE prices ADD COLUM x int y;"), E::kSqlSyntax, 4, 32,
     "syntax error at or near \"int\""},
    {"SyntaxInSecondSection", kA, D("-- ferry:up\nSELECT 1;\n-- ferry:up\nSELECT 'é' FRM t a;"),
     E::kSqlSyntax, 6, 16, "syntax error at or near \"t\""},
    {"SyntaxInDown", kA, B("-- ferry:up\nSELECT 1;\n-- ferry:down\nDROP\n"), E::kSqlSyntax, 6, 5,
     "syntax error at end of input"},
    {"StatementCutByDirective", kA, D("-- ferry:up\nALTER TABLE t\n-- ferry:verify\nSELECT true;"),
     E::kSqlSyntax, 4, 14, "syntax error at end of input"},
    {"OpenStringHidesTheRest", kA, D("-- ferry:up\nSELECT 'oops;\n"), E::kSqlSyntax, 4, 8,
     "unterminated quoted string"},
    {"Psql", kA, D("-- ferry:up\n\\i other.sql\n"), E::kSqlSyntax, 4, 1, "command of psql"},
    {"NotUtf8", kA, D("-- ferry:up\nSELECT '\xe9';\n"), E::kSqlSyntax, 4, 9, "not valid UTF-8"},
    {"Begin", kA, D("-- ferry:up\nBEGIN;\nSELECT 1;\nCOMMIT;"), E::kForbiddenStatement, 4, 1, "BEGIN"},
    {"SetInVerify", kA, D("-- ferry:up\nSELECT 1;\n-- ferry:verify\nSET ROLE x;"), E::kForbiddenStatement, 6,
     1, "role"},
    {"LedgerInDown", kA, B("-- ferry:up\nSELECT 1;\n-- ferry:down\n  DELETE FROM ferry.event;"),
     E::kForbiddenStatement, 6, 3, "schema \"ferry\""},
    {"BackfillEmpty", kA, D("-- ferry:backfill table=t batch=5\n"), E::kBackfillShape, 3, 1,
     "not 0 statements"},
    {"BackfillOfTwo", kA,
     D("-- ferry:backfill table=t batch=5\nDELETE FROM t WHERE a; DELETE FROM t WHERE b;"), E::kBackfillShape,
     3, 1, "not 2 statements"},
    {"BackfillInsert", kA, D("-- ferry:backfill table=t batch=5\n INSERT INTO t SELECT 1;"),
     E::kBackfillShape, 4, 2, "not INSERT"},
    {"BackfillOtherTable", kA, D("-- ferry:backfill table=app.t batch=5\nDELETE FROM t WHERE a;"),
     E::kBackfillShape, 4, 1, "declared for table app.t"},
    {"BackfillWithoutEnd", kA, D("-- ferry:backfill table=t batch=5\nUPDATE t SET n = n + 1 WHERE a;"),
     E::kBackfillShape, 4, 1, "mentions no column that the UPDATE sets"},
    {"TransformEmpty", kA, D("-- ferry:transform program=p key=id set=s batch=5\n"), E::kTransformShape, 3, 1,
     "not 0 statements"},
    {"TransformUpdates", kA,
     D("-- ferry:transform program=p key=id set=s batch=5\n UPDATE t SET s = 1 WHERE s IS NULL;"),
     E::kTransformShape, 4, 2, "not UPDATE"},
    {"TransformJoins", kA,
     D("-- ferry:transform program=p key=id set=s batch=5\nSELECT id FROM t, u WHERE s IS NULL;"),
     E::kTransformShape, 4, 1, "exactly one table"},
    {"TransformOtherTable", kA,
     D("-- ferry:transform program=p key=id set=s batch=5 table=u\nSELECT id FROM t WHERE s IS NULL;"),
     E::kTransformShape, 4, 1, "declared for table u"},
    {"TransformOfTheLedger", kA,
     D("-- ferry:transform program=p key=id set=s batch=5\nSELECT id FROM ferry.event WHERE s IS NULL;"),
     E::kForbiddenStatement, 4, 1, "schema \"ferry\""},
    {"VerifyWrites", kA, D("-- ferry:up\nSELECT 1;\n-- ferry:verify\nSELECT true;\nDELETE FROM t;"),
     E::kVerifyShape, 7, 1, "not DELETE"},
    {"VerifyExplains", kA, D("-- ferry:up\nSELECT 1;\n-- ferry:verify\nEXPLAIN SELECT true;"),
     E::kVerifyShape, 6, 1, "not EXPLAIN"},
    {"VerifyHidesAWrite", kA,
     D("-- ferry:up\nSELECT 1;\n-- ferry:verify\nWITH x AS (DELETE FROM t RETURNING 1) SELECT true;"),
     E::kVerifyShape, 6, 1, "queries that only read"},
    {"Placeholder", kA, D("-- ferry:up\nCREATE TABLE ${schema}.t (a int);"), E::kPlaceholder, 4, 14,
     "${schema} has no value: there is no values.yaml here"},
    {"PlaceholderInString", kA, D("-- ferry:up\nSELECT 'é${env_1}';"), E::kPlaceholder, 4, 10,
     "${env_1} has no value: there is no values.yaml here"},
};

constexpr char kR[] = "R_v.sql";

// A repeatable file with `body` instead of a usual section, which begins in line 3.
std::string R(absl::string_view body) { return absl::StrCat("-- repeatable: v\n-- description: d\n", body); }

const Case kRepeatables[] = {
    {"OfAVersion", kR, H(""), E::kRepeatableShape, 1, 1, "has no \"migration:\", which belongs to a version"},
    {"NoName", kR, "-- description: d\n-- ferry:up\nSELECT 1;\n", E::kMigrationHeader, 1, 1,
     "no line `-- repeatable: …`"},
    {"OtherName", kR, "-- repeatable: w\n-- description: d\n-- ferry:up\nSELECT 1;\n", E::kRepeatableShape, 1,
     16, "the header says w, but the file's name says v"},
    {"Breaking", kR, R("-- breaking: no\n-- ferry:up\nSELECT 1;\n"), E::kRepeatableShape, 3, 1, "breaking"},
    {"Requires", kR, R("-- requires: 1.0.0\n-- ferry:up\nSELECT 1;\n"), E::kRepeatableShape, 3, 1,
     "requires"},
    {"UnknownKey", kR, R("-- colour: red\n-- ferry:up\nSELECT 1;\n"), E::kMigrationHeader, 3, 1,
     "there are repeatable, description"},
    {"Down", kR, R("-- ferry:up\nSELECT 1;\n-- ferry:down\nSELECT 1;\n"), E::kRepeatableShape, 5, 1,
     "a repeatable file has no down"},
    {"Backfill", kR, R("-- ferry:backfill table=t batch=5\nDELETE FROM t WHERE a;\n"), E::kRepeatableShape, 3,
     1, "has only `-- ferry:up`"},
    {"TwoUps", kR, R("-- ferry:up\nSELECT 1;\n-- ferry:up\nSELECT 1;\n"), E::kRepeatableShape, 5, 1,
     "commits as one"},
    {"Concurrently", kR, R("-- ferry:up\nCREATE INDEX CONCURRENTLY i ON t (a);\n"), E::kRepeatableShape, 4, 1,
     "cannot run in a transaction"},
    {"Empty", kR, R(""), E::kEmptyMigration, 0, 0, "changes nothing"},
    {"RepeatableInAVersion", kA, H("-- repeatable: a\n"), E::kMigrationHeader, 3, 1,
     "unknown header line \"repeatable:\""},
};

const auto name_of = [](const auto& test) { return test.param.name; };
INSTANTIATE_TEST_SUITE_P(FileNames, RefusalTest, ::testing::ValuesIn(kFileNames), name_of);
INSTANTIATE_TEST_SUITE_P(Headers, RefusalTest, ::testing::ValuesIn(kHeaders), name_of);
INSTANTIATE_TEST_SUITE_P(Directives, RefusalTest, ::testing::ValuesIn(kDirectives), name_of);
INSTANTIATE_TEST_SUITE_P(Downs, RefusalTest, ::testing::ValuesIn(kDowns), name_of);
INSTANTIATE_TEST_SUITE_P(Repeatables, RefusalTest, ::testing::ValuesIn(kRepeatables), name_of);
INSTANTIATE_TEST_SUITE_P(Statements, RefusalTest, ::testing::ValuesIn(kStatements), name_of);

TEST(MigrationProblemsTest, NamesEveryProblemInFileOrder) {
  const std::vector<absl::Status> problems =
      MigrationProblems(kA,
                        "-- migration: 1.0.0 a\n-- autor: x\n-- ferry:up\nSELEC 1;\n-- ferry:up\nCOMMIT;\n-- "
                        "ferry:undo\nSELECT 1;\n"
                        "-- ferry:verify\nDELETE FROM t;\n");
  std::vector<std::string> seen;
  for (const absl::Status& p : problems) {
    seen.push_back(absl::StrCat(DetailOf(p).line, " ", CodeName(CodeOf(p))));
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"1 FE0101", "2 FE0101", "4 FE0104", "6 FE0105", "7 FE0102",
                                            "10 FE0107"}));
}

TEST(RefusalPropertyTest, NoPrefixOfAFileAndNoLostByteCrashesOrPassesSilently) {
  const std::string text = kExample;
  const std::string whole = ParseMigration(kExampleFile, text)->checksum;
  for (size_t i = 0; i < text.size(); i += 3) {
    const std::string prefix = text.substr(0, i);
    const auto cut = ParseMigration(kExampleFile, prefix);
    if (!cut.ok()) {
      EXPECT_EQ(DetailOf(cut.status()).file, kExampleFile) << prefix;
    }
    const auto hole = ParseMigration(kExampleFile, absl::StrCat(prefix, text.substr(i + 1)));
    if (hole.ok()) {
      EXPECT_NE(hole->checksum, whole);
    }
  }
}

}  // namespace
}  // namespace ferry::migration
