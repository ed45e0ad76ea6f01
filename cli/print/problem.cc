#include "cli/print/problem.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/error.h"
#include "core/report/color.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

using report::Color;

// The source line as it is shown, and how many terminal columns are before the mark.
struct Excerpt {
  std::string text;
  size_t before = 0;
};

// Characters `from`.. of `line`, each made Visible, at most `columns` wide; the mark goes under character
// `marked`.
Excerpt Show(absl::string_view line, size_t from, size_t marked, size_t columns) {
  Excerpt out;
  size_t width = 0;
  for (size_t i = 0; !line.empty(); ++i) {
    const absl::string_view rest = line;
    report::TakeCodePoint(line);
    if (i < from) continue;
    const absl::string_view character = rest.substr(0, rest.size() - line.size());
    const std::string shown = character == "\t" ? "    " : report::Visible(character);
    if (i == marked) out.before = width;
    width += report::DisplayWidth(shown);
    if (width > columns) break;
    out.text += shown;
  }
  if (marked >= from && out.before == 0 && marked > from) out.before = std::min(width, columns);
  return out;
}

std::string Location(const ErrorDetail& d, absl::string_view folder) {
  std::string out = folder.empty() || folder == "." ? d.file : absl::StrCat(folder, "/", d.file);
  if (d.line > 0) absl::StrAppend(&out, ":", d.line);
  if (d.line > 0 && d.column > 0) absl::StrAppend(&out, ":", d.column);
  return report::Visible(out);
}

std::string Source(const ErrorDetail& d, absl::string_view bytes, const Screen& screen) {
  const std::vector<absl::string_view> lines = absl::StrSplit(bytes, '\n');
  if (d.line < 1 || static_cast<size_t>(d.line) > lines.size() || bytes.empty()) return "";
  absl::string_view line = lines[static_cast<size_t>(d.line) - 1];
  absl::ConsumeSuffix(&line, "\r");
  const std::string number = absl::StrCat(d.line);
  const std::string blank(number.size(), ' ');
  const size_t columns = std::max<size_t>(screen.columns, 40) - number.size() - 4;
  const size_t marked = d.column > 0 ? static_cast<size_t>(d.column) - 1 : 0;
  const size_t from = marked + 20 > columns ? marked + 20 - columns : 0;
  const Excerpt excerpt = Show(line, from, marked, columns);
  std::string out = absl::StrCat(blank, " |\n", number, " | ", excerpt.text, "\n");
  if (d.column > 0) {
    absl::StrAppend(&out, blank, " | ", std::string(excerpt.before, ' '),
                    report::Paint("^", Color::kRed, screen.color), "\n");
  }
  return out;
}

}  // namespace

std::string ProblemText(const absl::Status& problem, absl::string_view folder, absl::string_view bytes,
                        const Screen& screen) {
  const ErrorDetail d = DetailOf(problem);
  const std::string indent(d.line > 0 ? absl::StrCat(d.line).size() : 1, ' ');
  std::string out =
      absl::StrCat(report::Paint(absl::StrCat("error ", CodeName(d.code)), Color::kRed, screen.color), ": ",
                   report::Visible(problem.message()), "\n");
  if (!d.file.empty())
    absl::StrAppend(&out, indent, "--> ", Location(d, folder), "\n", Source(d, bytes, screen));
  const std::string next =
      d.next.empty() ? "correct it, then ferry sum and ferry lint" : report::Visible(d.next);
  absl::StrAppend(&out, indent, " = next: ", next, "\n");
  return out;
}

}  // namespace ferry::cli
