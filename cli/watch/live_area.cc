#include "cli/watch/live_area.h"

#include <ostream>

namespace ferry::cli {
namespace {

constexpr char kEraseLine[] = "\r\x1b[2K";
constexpr char kLineUp[] = "\x1b[1A";

}  // namespace

void LiveArea::Draw(const std::vector<std::string>& lines) {
  if (lines == drawn_) return;
  Clear();
  for (size_t i = 0; i < lines.size(); ++i) out_ << (i == 0 ? "" : "\n") << lines[i];
  drawn_ = lines;
  out_.flush();
}

void LiveArea::Clear() {
  if (drawn_.empty()) return;
  out_ << kEraseLine;
  for (size_t i = 1; i < drawn_.size(); ++i) out_ << kLineUp << kEraseLine;
  drawn_.clear();
  out_.flush();
}

}  // namespace ferry::cli
