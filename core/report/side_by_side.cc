#include "core/report/side_by_side.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"
#include "core/report/color.h"
#include "core/report/escape.h"

namespace ferry::report {
namespace {

constexpr size_t kContext = 2;
// Above this many pairs of lines the middle is shown as one block instead of being matched.
constexpr size_t kMostPairs = 4'000'000;

struct Row {
  const std::string* left = nullptr;
  const std::string* right = nullptr;
  bool equal = false;
};

// Lines of a longest common subsequence stand in one row; what is between them pairs up in order.
class Matcher {
 public:
  Matcher(const std::vector<std::string>& before, const std::vector<std::string>& after)
      : before_(before), after_(after) {}

  std::vector<Row> Rows() {
    size_t head = 0;
    const size_t shorter = std::min(before_.size(), after_.size());
    while (head < shorter && before_[head] == after_[head]) ++head;
    size_t tail = 0;
    while (tail < shorter - head && before_[before_.size() - 1 - tail] == after_[after_.size() - 1 - tail]) {
      ++tail;
    }
    Equal(0, 0, head);
    Middle(head, before_.size() - tail, head, after_.size() - tail);
    Equal(before_.size() - tail, after_.size() - tail, tail);
    return std::move(rows_);
  }

 private:
  void Equal(size_t i, size_t j, size_t count) {
    for (size_t k = 0; k < count; ++k) rows_.push_back({&before_[i + k], &after_[j + k], true});
  }

  void Changed(size_t i, size_t i_end, size_t j, size_t j_end) {
    for (; i < i_end || j < j_end; ++i, ++j) {
      rows_.push_back({i < i_end ? &before_[i] : nullptr, j < j_end ? &after_[j] : nullptr, false});
    }
  }

  void Middle(size_t i, size_t i_end, size_t j, size_t j_end) {
    const size_t rows = i_end - i, columns = j_end - j;
    if (rows == 0 || columns == 0 || rows > kMostPairs / columns) return Changed(i, i_end, j, j_end);
    // longest[r][c]: of before[i + r…] and after[j + c…].
    std::vector<std::vector<size_t>> longest(rows + 1, std::vector<size_t>(columns + 1, 0));
    for (size_t r = rows; r-- > 0;) {
      for (size_t c = columns; c-- > 0;) {
        longest[r][c] = before_[i + r] == after_[j + c] ? longest[r + 1][c + 1] + 1
                                                        : std::max(longest[r + 1][c], longest[r][c + 1]);
      }
    }
    size_t r = 0, c = 0, r_done = 0, c_done = 0;
    while (r < rows && c < columns) {
      if (before_[i + r] == after_[j + c]) {
        Changed(i + r_done, i + r, j + c_done, j + c);
        Equal(i + r, j + c, 1);
        r_done = ++r, c_done = ++c;
      } else if (longest[r + 1][c] >= longest[r][c + 1]) {
        ++r;
      } else {
        ++c;
      }
    }
    Changed(i + r_done, i_end, j + c_done, j_end);
  }

  const std::vector<std::string>& before_;
  const std::vector<std::string>& after_;
  std::vector<Row> rows_;
};

// Pieces of at most `width` columns; at least one.
std::vector<absl::string_view> Pieces(absl::string_view text, size_t width) {
  std::vector<absl::string_view> pieces;
  absl::string_view rest = text;
  size_t used = 0;
  size_t begin = 0;
  while (!rest.empty()) {
    const size_t here = text.size() - rest.size();
    TakeCodePoint(rest);
    const size_t wide = DisplayWidth(text.substr(here, text.size() - rest.size() - here));
    if (used + wide > width && here != begin) {
      pieces.push_back(text.substr(begin, here - begin));
      begin = here;
      used = 0;
    }
    used += wide;
  }
  pieces.push_back(text.substr(begin));
  return pieces;
}

class Printer {
 public:
  Printer(size_t indent, size_t width, bool color)
      : indent_(indent),
        half_(std::max<size_t>((width - std::min(width, indent + 3)) / 2, 8)),
        color_(color) {}

  void Print(const Row& row) {
    const auto left = Pieces(row.left == nullptr ? absl::string_view() : *row.left, half_);
    const auto right = Pieces(row.right == nullptr ? absl::string_view() : *row.right, half_);
    for (size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
      const absl::string_view a = i < left.size() ? left[i] : absl::string_view();
      const absl::string_view b = i < right.size() ? right[i] : absl::string_view();
      Line(a, b, row.equal);
    }
  }
  void Skip() { Line("\xE2\x80\xA6", "\xE2\x80\xA6", true); }
  std::string Take() { return std::move(out_); }

 private:
  void Line(absl::string_view left, absl::string_view right, bool equal) {
    out_.append(indent_, ' ');
    out_ += Paint(left, equal ? Color::kNone : Color::kRed, color_);
    std::string between(half_ - std::min(half_, DisplayWidth(left)), ' ');
    between += equal ? "   " : " | ";
    if (right.empty()) between.erase(between.find_last_not_of(' ') + 1);
    out_ += between;
    out_ += Paint(right, equal ? Color::kNone : Color::kGreen, color_);
    out_ += '\n';
  }

  const size_t indent_, half_;
  const bool color_;
  std::string out_;
};

}  // namespace

std::string SideBySide(const std::vector<std::string>& before, const std::vector<std::string>& after,
                       size_t indent, size_t width, bool color) {
  const std::vector<Row> rows = Matcher(before, after).Rows();
  Printer printer(indent, width, color);
  const auto near_change = [&rows](size_t at) {
    const size_t first = at - std::min(at, kContext), last = std::min(rows.size(), at + kContext + 1);
    return std::any_of(rows.begin() + static_cast<std::ptrdiff_t>(first),
                       rows.begin() + static_cast<std::ptrdiff_t>(last),
                       [](const Row& row) { return !row.equal; });
  };
  bool skipped = false;
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool kept = near_change(i);
    if (kept) printer.Print(rows[i]);
    if (!kept && !skipped) printer.Skip();
    skipped = !kept;
  }
  return printer.Take();
}

}  // namespace ferry::report
