#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/parser.h"
#include "core/sql/tokens.h"

namespace ferry::sql {
namespace {

using ::testing::HasSubstr;

struct Piece {
  std::string text;
  int line, column;
  friend bool operator==(const Piece&, const Piece&) = default;
  friend void PrintTo(const Piece& p, std::ostream* out) {
    *out << p.line << ":" << p.column << " [" << p.text << "]";
  }
};

std::vector<Piece> Pieces(absl::string_view sql, int line = 1, int column = 1) {
  const auto statements = Split(sql, "f.sql", line, column);
  EXPECT_TRUE(statements.ok()) << ErrorText(statements.status());
  std::vector<Piece> pieces;
  if (!statements.ok()) return pieces;
  for (const Statement& s : *statements) pieces.push_back({s.text, s.line, s.column});
  return pieces;
}

struct SplitCase {
  std::string name, sql;
  std::vector<Piece> pieces;
};

class SplitTest : public ::testing::TestWithParam<SplitCase> {};

TEST_P(SplitTest, GivesExactTextsAndPlaces) { EXPECT_EQ(Pieces(GetParam().sql), GetParam().pieces); }

const SplitCase kSplitCases[] = {
    {"Nothing", "", {}},
    {"OnlyComments", "-- a\n/* b; */\n;;\n", {}},
    {"TwoOnOneLine", "SELECT 1; SELECT 2;", {{"SELECT 1", 1, 1}, {"SELECT 2", 1, 11}}},
    {"LastWithoutSemicolon", "SELECT 1;\nSELECT 2\n", {{"SELECT 1", 1, 1}, {"SELECT 2", 2, 1}}},
    {"EmptyStatementsBetween", ";;SELECT 1;;;SELECT 2;;", {{"SELECT 1", 1, 3}, {"SELECT 2", 1, 14}}},
    {"CommentsAround",
     "-- lead; ing\n\n  /* block ; /* nested */ */ SELECT 1 -- trailing; x\n ; -- end\n\tSELECT 2 /* t */",
     {{"SELECT 1", 3, 30}, {"SELECT 2", 5, 2}}},
    {"CommentInside", "SELECT 1, -- one;\n 2;", {{"SELECT 1, -- one;\n 2", 1, 1}}},
    {"SemicolonInString",
     "SELECT ';', E'\\';', \"a;b\" FROM t;SELECT 2;",
     {{"SELECT ';', E'\\';', \"a;b\" FROM t", 1, 1}, {"SELECT 2", 1, 34}}},
    {"DollarBody",
     "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  PERFORM 1; -- ferry:up\nEND;\n$$;\n"
     "CREATE FUNCTION g() RETURNS text LANGUAGE sql AS $x$ SELECT '$$;' $x$;",
     {{"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  PERFORM 1; -- ferry:up\nEND;\n$$",
       1, 1},
      {"CREATE FUNCTION g() RETURNS text LANGUAGE sql AS $x$ SELECT '$$;' $x$", 6, 1}}},
    {"RuleWithSeveralActions",
     "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2);\nSELECT 3;",
     {{"CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)", 1, 1}, {"SELECT 3", 2, 1}}},
    {"BeginAtomicBody",
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END;\nSELECT "
     "3;",
     {{"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END", 1, 1},
      {"SELECT 3", 2, 1}}},
    {"ColumnsAreCharacters", "SELECT 'é日本𝄞'; SELECT 2;", {{"SELECT 'é日本𝄞'", 1, 1}, {"SELECT 2", 1, 16}}},
    {"MultibyteComment",
     "/* ÄÖÜ */ SELECT \"größe\";\n  SELECT 2",
     {{"SELECT \"größe\"", 1, 11}, {"SELECT 2", 2, 3}}},
};

INSTANTIATE_TEST_SUITE_P(Texts, SplitTest, ::testing::ValuesIn(kSplitCases),
                         [](const auto& test) { return test.param.name; });

TEST(SplitPlacesTest, BeginAtThePlaceGivenByTheCaller) {
  EXPECT_EQ(Pieces(" SELECT 1;\nSELECT 2;", 40, 11),
            (std::vector<Piece>{{"SELECT 1", 40, 12}, {"SELECT 2", 41, 1}}));
}

TEST(SplitPlacesTest, HoldForLinesLongerThanABlock) {
  const std::string filler = absl::StrCat("/*", std::string(5000, 'x'), "é*/");
  EXPECT_EQ(Pieces(absl::StrCat(filler, "SELECT 1;\n", filler, "SELECT 2")),
            (std::vector<Piece>{{"SELECT 1", 1, 5006}, {"SELECT 2", 2, 5006}}));
}

struct BadCase {
  std::string name, sql, message;
  int line, column;
};

class BadSqlTest : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadSqlTest, IsRefusedAtTheExactPlace) {
  const absl::Status status = Split(GetParam().sql, "1.0.0_x.sql", 1).status();
  ASSERT_FALSE(status.ok());
  const ErrorDetail d = DetailOf(status);
  EXPECT_EQ(d.code, ErrorCode::kSqlSyntax);
  EXPECT_EQ(d.file, "1.0.0_x.sql");
  EXPECT_EQ(d.line, GetParam().line) << status;
  EXPECT_EQ(d.column, GetParam().column) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(GetParam().message));
}

const BadCase kBadCases[] = {
    {"MisspelledWord", "SELECT 1;\nCREATE TABEL x (a int);", "syntax error at or near \"TABEL\"", 2, 8},
    {"AfterMultibyte", "SELECT 'é日𝄞' FRM t a;", "syntax error at or near \"t\"", 1, 18},
    {"CutOff", "SELECT 1;\nALTER TABLE t ADD COLUMN\n-- nothing more\n", "syntax error at end of input", 2,
     25},
    {"OpenString", "SELECT 1;\n  SELECT 'abc;\n", "unterminated quoted string", 2, 10},
    {"OpenDollarString", "DO $x$ BEGIN END $y$;", "unterminated dollar-quoted string", 1, 4},
    {"OpenComment", "SELECT 1;\n /* a /* b */", "unterminated /* comment", 2, 2},
    {"PsqlInclude", "SELECT 1;\n\\i other.sql\n", "\"\\i\" is a command of psql", 2, 1},
    {"PsqlAfterStatement", "SELECT 1 \\gexec", "\"\\gexec\" is a command of psql", 1, 10},
    {"CopyData", "COPY t FROM stdin;\n1\tx\n\\.\n", "a migration carries no copy data", 3, 1},
    {"PsqlVariable", "SELECT :name;", "variables of psql are not replaced", 1, 8},
    {"NulByte", std::string("SELECT 1;\n -\0- x", 16), "a NUL byte is no SQL", 2, 3},
    {"NotUtf8", "SELECT 'é \xff';", "not valid UTF-8", 1, 11},
    {"OverlongUtf8", "SELECT '\xc0\xaf';", "not valid UTF-8", 1, 9},
    {"Surrogate", "SELECT '\xed\xa0\x80';", "not valid UTF-8", 1, 9},
    {"CutUtf8", "SELECT 1 \xe2\x82", "not valid UTF-8", 1, 10},
    {"NewerGrammar", "SELECT JSON_OBJECT('a': 1);", "syntax error", 1, 23},
};

INSTANTIATE_TEST_SUITE_P(Texts, BadSqlTest, ::testing::ValuesIn(kBadCases),
                         [](const auto& test) { return test.param.name; });

TEST(SplitErrorTest, NamesTheStatementConcernedOnly) {
  const absl::Status status = Split("SELECT 1; -- c\nDROP TABEL t; SELECT 3;", "f.sql", 1).status();
  EXPECT_EQ(DetailOf(status).statement, "DROP TABEL t");
  EXPECT_EQ(DetailOf(status).sqlstate, "42601");
}

std::string Repeat(absl::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) absl::StrAppend(&out, text);
  return out;
}

// Chains of this kind overflow an 8 MiB stack at some length below the limit.
TEST(HostileSqlTest, DeepExpressionsAreParsedNotCrashed) {
  for (const std::string& sql : {absl::StrCat("SELECT 1", Repeat("+1", 30000)),
                                 absl::StrCat("SELECT 1", Repeat(" UNION SELECT 1", 5000)),
                                 absl::StrCat("SELECT a.x FROM a", Repeat(" CROSS JOIN a", 10000)),
                                 absl::StrCat("SELECT x", Repeat("::int", 10000)),
                                 absl::StrCat("SELECT '", Repeat("(", 100000), "'")}) {
    const auto statements = Split(sql, "f.sql", 1);
    ASSERT_TRUE(statements.ok()) << statements.status();
    EXPECT_EQ(statements->size(), 1u);
    EXPECT_EQ((*statements)[0].kind, Kind::kQuery);
  }
}

TEST(HostileSqlTest, DeeperOnesAreRefused) {
  const std::string chain = absl::StrCat("1", Repeat("+1", 30000));
  for (const std::string& sql :
       {absl::StrCat("SELECT 1", Repeat("+1", 100000)), absl::StrCat("SELECT ", Repeat("(", 50000)),
        absl::StrCat("SELECT 1,2", Repeat(" UNION SELECT 1,2", 30000)),
        absl::StrCat("SELECT (((", chain, ")+", chain, ")+", chain, ")+", chain)}) {
    EXPECT_TRUE(HasCode(Split(sql, "f.sql", 1).status(), ErrorCode::kSqlSyntax));
  }
}

TEST(HostileSqlTest, LongListsAreFine) {
  const auto statements =
      Split(absl::StrCat("INSERT INTO t VALUES (1, 'a')", Repeat(", (1, 'a')", 30000)), "f.sql", 1);
  ASSERT_TRUE(statements.ok()) << statements.status();
}

TEST(HostileSqlTest, AStatementOverTheLimitIsRefused) {
  const std::string sql = absl::StrCat("SELECT 1;\nSELECT '", std::string(kMaxStatementBytes, 'x'), "'");
  const absl::Status status = Split(sql, "f.sql", 1).status();
  EXPECT_EQ(status.message(), "a statement of more than 16 MiB");
  EXPECT_EQ(DetailOf(status).line, 2);
}

TEST(ScanTest, TellsCommentsAndDollarStringsApart) {
  const auto tokens = Scan("-- a\nSELECT $$b$$, '-- c', x /* d */", "f.sql");
  ASSERT_TRUE(tokens.ok());
  std::vector<Token::Kind> kinds;
  for (const Token& t : *tokens) kinds.push_back(t.kind);
  using K = Token::Kind;
  EXPECT_EQ(kinds, (std::vector<K>{K::kLineComment, K::kKeyword, K::kDollarString, K::kOther, K::kOther,
                                   K::kOther, K::kIdentifier, K::kBlockComment}));
}

}  // namespace
}  // namespace ferry::sql
