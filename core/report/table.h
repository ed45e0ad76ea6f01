// A small table for screens: aligned columns, no lines, no trailing blanks, every cell safe to print. One
// thread at a time.
//   TextTable table({{"ENV"}, {"PENDING", TextTable::Align::kRight}});
//   table.AddRow({{"prod"}, {"3", Color::kYellow}});
//   std::cout << table.Render(color);
#ifndef FERRY_CORE_REPORT_TABLE_H_
#define FERRY_CORE_REPORT_TABLE_H_

#include <string>
#include <vector>

#include "core/report/color.h"

namespace ferry::report {

class TextTable {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };
  // `text` as it came from anywhere: Render makes it Visible, so a cell is always one line.
  struct Cell {
    std::string text;
    Color color = Color::kNone;
  };

  explicit TextTable(std::vector<Column> columns);

  // Missing cells at the end are empty; cells beyond the columns are not printed.
  void AddRow(std::vector<Cell> cells);
  bool empty() const { return rows_.empty(); }

  // The titles (unless all are empty) and the rows, columns two blanks apart, each line ended by a newline,
  // each started by `indent` blanks.
  std::string Render(bool color, size_t indent = 0) const;

 private:
  std::string Line(const std::vector<Cell>& cells, const std::vector<size_t>& widths, bool color) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;  // texts already Visible, one cell a column
};

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_TABLE_H_
