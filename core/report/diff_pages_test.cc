#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/report/diff_html.h"
#include "core/report/diff_markdown.h"

namespace ferry::report {
namespace {

using diff::Difference;
using diff::DiffResult;
using schema::ObjectKind;
using testing::HasSubstr;
using testing::Not;

// A view that says `after` in the last source and something else before, and a table that the first lacks.
DiffResult Sample(std::vector<std::string> names, const std::string& after) {
  DiffResult result;
  result.names = std::move(names);
  const size_t count = result.names.size();
  Difference view;
  view.id = {ObjectKind::kView, "public", "", "totals"};
  view.fingerprints.assign(count, "one");
  view.fingerprints.back() = "two";
  diff::FieldChange change{"definition", std::vector<std::string>(count, "SELECT 1;")};
  change.values.back() = after;
  view.fields = {change};
  Difference table;
  table.id = {ObjectKind::kTable, "public", "", "a|b <script>"};
  table.fingerprints.assign(count, "one");
  table.fingerprints.front() = std::nullopt;
  result.differences = {table, view};
  return result;
}

std::string Markdown(const DiffPage& page) {
  std::string out;
  DiffMarkdown(page, [&](absl::string_view piece) { out.append(piece.data(), piece.size()); });
  return out;
}

std::string Html(const DiffPage& page) {
  std::string out;
  DiffHtml(page, [&](absl::string_view piece) { out.append(piece.data(), piece.size()); });
  return out;
}

TEST(DiffMarkdownTest, TwoSourcesAreATableAndADiff) {
  EXPECT_EQ(Markdown(Sample({"prod", "dev"}, "SELECT 2;")),
            "**2 objects differ** between prod, dev.\n\n"
            "| object | prod | dev |\n|---|:-:|:-:|\n"
            "| table public.\"a\\|b \\<script\\>\" | \xE2\x80\x93 | A |\n"
            "| view public.totals | A | B |\n"
            "\n<details><summary>view public.totals</summary>\n"
            "\ndefinition\n\n```diff\n- SELECT 1;\n+ SELECT 2;\n```\n\n</details>\n");
}

TEST(DiffMarkdownTest, WhyHasAColumnAndWhatIsIntentionalAList) {
  const DiffResult result = Sample({"prod", "dev"}, "SELECT 2;");
  const diff::AllowedDifference allowed{"view public.old",           "", {}, "ana", "until *all* moved",
                                        absl::CivilDay(2026, 12, 31)};
  DiffPage page(result);
  page.reasons[result.differences[1].id] = {
      {diff::Reason::Kind::kPending, {"1.1.0"}, {"prod"}, "pending in prod: 1.1.0"}};
  diff::Difference meant;
  meant.id = {ObjectKind::kView, "public", "", "old"};
  page.intentional = {{meant, &allowed}};
  EXPECT_THAT(Markdown(page), HasSubstr("| object | prod | dev | why |\n|---|:-:|:-:|---|\n"));
  EXPECT_THAT(Markdown(page), HasSubstr("| view public.totals | A | B | pending in prod: 1.1.0 |\n"));
  EXPECT_THAT(
      Markdown(page),
      HasSubstr("\nIntentional:\n\n- view public.old: until \\*all\\* moved (ana, until 2026-12-31)\n"));
}

TEST(DiffHtmlTest, TheSqlOfSourcesThatAgreeSharesACell) {
  const DiffResult result = Sample({"dev", "staging", "prod"}, "SELECT 2;");
  DiffPage page(result);
  page.sql = [](const Difference& difference, size_t i) -> std::string {
    if (difference.id.kind == ObjectKind::kTable) return i == 0 ? "" : "CREATE TABLE <t>;";
    return i < 2 ? "CREATE VIEW 1;" : "CREATE VIEW 2;";
  };
  page.reasons[result.differences[1].id] = {
      {diff::Reason::Kind::kPending, {"1.1.0"}, {"prod"}, "pending in prod: <1.1.0>"}};
  EXPECT_THAT(
      Html(page),
      HasSubstr("<td colspan=\"2\"><pre>CREATE VIEW 1;</pre></td><td><pre>CREATE VIEW 2;</pre></td>"));
  EXPECT_THAT(
      Html(page),
      HasSubstr("<td class=\"gone\">absent</td><td colspan=\"2\"><pre>CREATE TABLE &lt;t&gt;;</pre></td>"));
  EXPECT_THAT(Html(page), HasSubstr("<span class=\"why\">pending in prod: &lt;1.1.0&gt;</span>"));
}

TEST(DiffMarkdownTest, ThreeSourcesAreGroupedByWhatTheyAgreeOn) {
  EXPECT_THAT(Markdown(Sample({"dev", "staging", "prod"}, "SELECT 2;")),
              HasSubstr("```\nA:\n  SELECT 1;\nB:\n  SELECT 2;\n```"));
}

TEST(DiffMarkdownTest, AValueCannotCloseItsFence) {
  EXPECT_THAT(Markdown(Sample({"a", "b"}, "x\n```\n# pwned")),
              HasSubstr("````diff\n- SELECT 1;\n+ x\n+ ```\n"));
}

TEST(DiffMarkdownTest, EqualSchemasAreOneSentence) {
  DiffResult result;
  result.names = {"dev", "prod"};
  EXPECT_EQ(Markdown(result), "No schema difference between dev, prod.\n");
}

TEST(DiffHtmlTest, ShowsTheMatrixAndTheValuesSideBySide) {
  const std::string page = Html(Sample({"dev", "staging", "prod"}, "SELECT 2;"));
  EXPECT_THAT(
      page,
      HasSubstr("<span class=\"gone\">absent</span><span class=\"A\">A</span><span class=\"A\">A</span>"));
  EXPECT_THAT(
      page,
      HasSubstr("<td><pre>SELECT 1;</pre></td><td><pre>SELECT 1;</pre></td><td><pre>SELECT 2;</pre></td>"));
}

TEST(DiffHtmlTest, NothingFromADatabaseBecomesMarkup) {
  const std::string page = Html(Sample({"<b>dev", "prod"}, "</pre><script>alert('x')</script>"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<b>dev")));
  EXPECT_THAT(page, HasSubstr("&lt;/pre&gt;&lt;script&gt;alert(&#39;x&#39;)"));
}

TEST(DiffHtmlTest, NeedsNothingFromElsewhere) {
  const std::string page = Html(Sample({"dev", "prod"}, "SELECT 2;"));
  EXPECT_THAT(page, Not(HasSubstr("http:")));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

}  // namespace
}  // namespace ferry::report
