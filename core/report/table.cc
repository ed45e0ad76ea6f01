#include "core/report/table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/report/escape.h"

namespace ferry::report {
namespace {

constexpr size_t kGap = 2;

}  // namespace

TextTable::TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

void TextTable::AddRow(std::vector<Cell> cells) {
  cells.resize(columns_.size());
  for (Cell& cell : cells) cell.text = std::string(absl::StripTrailingAsciiWhitespace(Visible(cell.text)));
  rows_.push_back(std::move(cells));
}

std::string TextTable::Line(const std::vector<Cell>& cells, const std::vector<size_t>& widths,
                            bool color) const {
  std::string out;
  size_t blanks = 0;  // owed before the next text, so that none are left at the end
  for (size_t i = 0; i < cells.size(); ++i) {
    const size_t padding = widths[i] - DisplayWidth(cells[i].text);
    const bool right = columns_[i].align == Align::kRight;
    if (!cells[i].text.empty()) {
      out.append(blanks + (right ? padding : 0), ' ');
      out += Paint(cells[i].text, cells[i].color, color);
      blanks = right ? kGap : padding + kGap;
    } else {
      blanks += padding + kGap;
    }
  }
  return out;
}

std::string TextTable::Render(bool color, size_t indent) const {
  std::vector<Cell> titles;
  std::vector<size_t> widths;
  bool titled = false;
  for (const Column& column : columns_) {
    titles.push_back({Visible(column.title), Color::kBold});
    widths.push_back(DisplayWidth(titles.back().text));
    titled = titled || !column.title.empty();
  }
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i].text));
  }
  std::string out;
  const auto add = [&](const std::vector<Cell>& cells) {
    const std::string line = Line(cells, widths, color);
    absl::StrAppend(&out, line.empty() ? "" : std::string(indent, ' '), line, "\n");
  };
  if (titled) add(titles);
  for (const auto& row : rows_) add(row);
  return out;
}

}  // namespace ferry::report
