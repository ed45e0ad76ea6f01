#include "core/report/diff_html.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "core/report/diff_letters.h"
#include "core/report/diff_text.h"
#include "core/report/escape.h"
#include "core/report/object_name.h"

namespace ferry::report {
namespace {

using diff::Difference;
using diff::DiffResult;
using diff::FieldChange;
using Write = absl::FunctionRef<void(absl::string_view)>;

constexpr absl::string_view kHead = R"html(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Schema differences</title><style>
:root{color-scheme:light dark;--line:#d0d7de;--dim:#57606a;--b:#9a6700;--gone:#cf222e;--head:#f6f8fa}
@media(prefers-color-scheme:dark){:root{--line:#30363d;--dim:#8b949e;--b:#d29922;--gone:#f85149;--head:#161b22}}
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:90rem;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem}p{color:var(--dim)}
.h,.n,summary{display:grid;grid-template-columns:minmax(14rem,1fr) repeat(var(--sources),6.5rem) var(--why);border-bottom:1px solid var(--line)}
.h>*,.n>*,summary>*{padding:.3rem .6rem;overflow-wrap:anywhere}
.h>*,.n>*,summary>*{text-align:center}.h>:first-child,.n>:first-child,summary>:first-child,.h>.why,.why{text-align:left}
.h{position:sticky;top:0;background:var(--head);font-weight:600}
summary{cursor:pointer;list-style:none}summary>:first-child::before{content:"\25B8\00A0"}[open]>summary>:first-child::before{content:"\25BE\00A0"}
.A,.why{color:var(--dim)}.B{color:var(--b);font-weight:600}.gone{color:var(--gone)}.none{color:var(--dim);font-style:italic}
table{border-collapse:collapse;table-layout:fixed;width:calc(100% - 1.5rem);margin:.4rem 0 1.2rem 1.5rem}
th,td{border-bottom:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top}th:first-child{width:9rem}
pre{font:13px/1.4 ui-monospace,monospace;margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
</style></head><body>
)html";

absl::string_view ClassOf(const std::string& letter) {
  return letter == "-" ? "gone" : letter == "A" ? "A" : "B";
}

// The SQL of every source; sources that agree share a cell.
void Sql(const DiffPage& page, const Difference& difference, Write write) {
  if (page.sql == nullptr) return;
  std::vector<std::string> texts;
  for (size_t i = 0; i < page.result->names.size(); ++i) texts.push_back(page.sql(difference, i));
  write("<tr><th>SQL</th>");
  for (size_t i = 0; i < texts.size();) {
    size_t end = i + 1;
    while (end < texts.size() && texts[end] == texts[i]) ++end;
    write(absl::StrCat("<td", end - i > 1 ? absl::StrCat(" colspan=\"", end - i, "\"") : ""));
    write(texts[i].empty() ? std::string(" class=\"gone\">absent</td>")
                           : absl::StrCat("><pre>", HtmlText(texts[i]), "</pre></td>"));
    i = end;
  }
  write("</tr>\n");
}

void Fields(const DiffPage& page, const Difference& difference, Write write) {
  const DiffResult& result = *page.result;
  write("<table><thead><tr><th></th>");
  for (const std::string& name : result.names) write(absl::StrCat("<th>", HtmlText(name), "</th>"));
  write("</tr></thead>");
  for (const FieldChange& change : difference.fields) {
    write(absl::StrCat("<tr><th>", HtmlText(absl::StrReplaceAll(change.field, {{"_", " "}})), "</th>"));
    for (size_t i = 0; i < change.values.size(); ++i) {
      const bool absent = !difference.fingerprints[i].has_value();
      write(absent ? std::string("<td class=\"gone\">absent</td>")
            : change.values[i].empty()
                ? std::string("<td class=\"none\">none</td>")
                : absl::StrCat("<td><pre>", HtmlText(change.values[i]), "</pre></td>"));
    }
    write("</tr>\n");
  }
  Sql(page, difference, write);
  write("</table>");
}

void Intentional(const DiffPage& page, Write write) {
  if (page.intentional.empty()) return;
  write("<h2>Intentional</h2><ul>");
  for (const diff::Intentional& one : page.intentional) {
    write(absl::StrCat("<li>", HtmlText(ObjectTitle(one.difference.id)), ": ", HtmlText(one.by->reason), " (",
                       HtmlText(one.by->owner), ", until ", absl::FormatCivilTime(one.by->expires),
                       ")</li>\n"));
  }
  write("</ul>");
}

// The cells of one line: the object, a letter a source, and why.
void Cells(const DiffPage& page, const Difference& difference, Write write) {
  write(absl::StrCat("<span>", HtmlText(ObjectTitle(difference.id)), "</span>"));
  for (const std::string& letter : Letters(difference)) {
    write(
        absl::StrCat("<span class=\"", ClassOf(letter), "\">", letter == "-" ? "absent" : letter, "</span>"));
  }
  write(absl::StrCat("<span class=\"why\">", HtmlText(page.Why(difference.id)), "</span>"));
}

void Row(const DiffPage& page, const Difference& difference, Write write) {
  if (difference.fields.empty() && page.sql == nullptr) {
    write("<div class=\"n\">");
    Cells(page, difference, write);
    write("</div>\n");
    return;
  }
  write("<details><summary>");
  Cells(page, difference, write);
  write("</summary>");
  Fields(page, difference, write);
  write("</details>\n");
}

}  // namespace

std::string HtmlText(absl::string_view text) {
  return absl::StrReplaceAll(
      absl::StrJoin(VisibleLines(text), "\n"),
      {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

void DiffHtml(const DiffPage& page, Write write) {
  const DiffResult& result = *page.result;
  std::vector<std::string> names;
  for (const std::string& name : result.names) names.push_back(HtmlText(name));
  write(kHead);
  write(absl::StrCat("<h1>Schemas of ", absl::StrJoin(names, ", "), "</h1>\n"));
  if (result.equal()) {
    write("<p>No difference.</p>");
    Intentional(page, write);
    write("</body></html>\n");
    return;
  }
  const size_t count = result.differences.size();
  write(absl::StrCat(
      "<p>", count, count == 1 ? " object differs" : " objects differ",
      ". Sources with the same letter agree; open an object to see its values side by side.</p>\n",
      "<div style=\"--sources:", names.size(), ";--why:", page.reasons.empty() ? "0" : "minmax(0,20rem)",
      "\">\n<div class=\"h\"><span>object</span>"));
  for (const std::string& name : names) write(absl::StrCat("<span>", name, "</span>"));
  write(page.reasons.empty() ? "<span></span></div>\n" : "<span class=\"why\">why</span></div>\n");
  for (const Difference* difference : InScreenOrder(result)) Row(page, *difference, write);
  write("</div>\n");
  Intentional(page, write);
  write("</body></html>\n");
}

}  // namespace ferry::report
