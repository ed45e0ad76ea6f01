// Two texts beside each other. Pure; any thread.
#ifndef FERRY_CORE_REPORT_SIDE_BY_SIDE_H_
#define FERRY_CORE_REPORT_SIDE_BY_SIDE_H_

#include <string>
#include <vector>

namespace ferry::report {

// The least width with which SideBySide is readable.
inline constexpr size_t kSideBySideWidth = 120;

// Rows of `width` columns, each ended by a newline and started by `indent` blanks: left `before`, right
// `after`, between them `|` where they differ. Equal lines stand in one row; of those only the two around a
// change are kept, "…" stands for the others. What is too long goes on in the next row. The texts must be
// Visible (escape.h).
std::string SideBySide(const std::vector<std::string>& before, const std::vector<std::string>& after,
                       size_t indent, size_t width, bool color);

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_SIDE_BY_SIDE_H_
