#include "core/report/diff_markdown.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/report/diff_letters.h"
#include "core/report/diff_text.h"
#include "core/report/escape.h"
#include "core/report/markdown.h"
#include "core/report/object_name.h"

namespace ferry::report {
namespace {

using diff::Difference;
using diff::DiffResult;
using diff::FieldChange;

std::string Names(const DiffResult& result) {
  std::vector<std::string> names;
  for (const std::string& name : result.names) names.push_back(MarkdownText(name));
  return absl::StrJoin(names, ", ");
}

// A fence that no line of the block can close.
std::string Fence(const std::vector<std::string>& lines) {
  size_t longest = 2;
  for (const std::string& line : lines) {
    size_t run = 0;
    for (const char c : line) {
      run = c == '`' ? run + 1 : 0;
      longest = std::max(longest, run);
    }
  }
  return std::string(longest + 1, '`');
}

void AppendValue(absl::string_view mark, const std::string& value, std::vector<std::string>& lines) {
  if (value.empty()) return;
  for (const std::string& line : VisibleLines(value)) lines.push_back(absl::StrCat(mark, line));
}

std::vector<std::string> Block(const DiffResult& result, const FieldChange& change,
                               const std::vector<std::string>& letters) {
  std::vector<std::string> lines;
  if (result.names.size() == 2) {
    AppendValue("- ", change.values[0], lines);
    AppendValue("+ ", change.values[1], lines);
    return lines;
  }
  for (size_t i = 0; i < letters.size(); ++i) {
    const bool first = std::find(letters.begin(), letters.end(), letters[i]) - letters.begin() ==
                       static_cast<std::ptrdiff_t>(i);
    if (letters[i] == "-" || !first) continue;
    lines.push_back(absl::StrCat(letters[i], ":"));
    AppendValue("  ", change.values[i].empty() ? "(none)" : change.values[i], lines);
  }
  return lines;
}

void Intentional(const DiffPage& page, absl::FunctionRef<void(absl::string_view)> write) {
  if (!page.intentional.empty()) write("\nIntentional:\n\n");
  for (const diff::Intentional& one : page.intentional) {
    write(absl::StrCat("- ", MarkdownText(ObjectTitle(one.difference.id)), ": ", MarkdownText(one.by->reason),
                       " (", MarkdownText(one.by->owner), ", until ", absl::FormatCivilTime(one.by->expires),
                       ")\n"));
  }
}

}  // namespace

void DiffMarkdown(const DiffPage& page, absl::FunctionRef<void(absl::string_view)> write) {
  const DiffResult& result = *page.result;
  if (result.equal()) {
    write(absl::StrCat("No schema difference between ", Names(result), ".\n"));
    Intentional(page, write);
    return;
  }
  const bool why = !page.reasons.empty();
  const size_t count = result.differences.size();
  write(absl::StrCat("**", count, count == 1 ? " object differs" : " objects differ", "** between ",
                     Names(result), ".\n\n| object |"));
  for (const std::string& name : result.names) write(absl::StrCat(" ", MarkdownText(name), " |"));
  write(why ? " why |\n|---|" : "\n|---|");
  for (size_t i = 0; i < result.names.size(); ++i) write(":-:|");
  if (why) write("---|");
  write("\n");
  const std::vector<const Difference*> order = InScreenOrder(result);
  for (const Difference* difference : order) {
    write(absl::StrCat("| ", MarkdownText(ObjectTitle(difference->id)), " |"));
    for (const std::string& letter : Letters(*difference))
      write(absl::StrCat(" ", letter == "-" ? "\xE2\x80\x93" : letter, " |"));
    if (why) write(absl::StrCat(" ", MarkdownText(page.Why(difference->id)), " |"));
    write("\n");
  }
  Intentional(page, write);
  for (const Difference* difference : order) {
    if (difference->fields.empty()) continue;
    const std::vector<std::string> letters = Letters(*difference);
    write(absl::StrCat("\n<details><summary>", MarkdownText(ObjectTitle(difference->id)), "</summary>\n"));
    for (const FieldChange& change : difference->fields) {
      const std::vector<std::string> lines = Block(result, change, letters);
      const std::string fence = Fence(lines);
      write(absl::StrCat("\n", MarkdownText(change.field), "\n\n", fence,
                         result.names.size() == 2 ? "diff\n" : "\n", absl::StrJoin(lines, "\n"), "\n", fence,
                         "\n"));
    }
    write("\n</details>\n");
  }
}

}  // namespace ferry::report
