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

std::string Markdown(const DiffResult& result) {
  std::string out;
  DiffMarkdown(result, [&](absl::string_view piece) { out.append(piece.data(), piece.size()); });
  return out;
}

std::string Html(const DiffResult& result) {
  std::string out;
  DiffHtml(result, [&](absl::string_view piece) { out.append(piece.data(), piece.size()); });
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
  EXPECT_THAT(page, HasSubstr("<td class=\"gone\">absent</td><td class=\"A\">A</td><td class=\"A\">A</td>"));
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
