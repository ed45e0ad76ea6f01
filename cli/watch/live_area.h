// The last lines of a terminal, drawn over again and again, with finished lines scrolling away above them.
// One thread at a time.
#ifndef FERRY_CLI_WATCH_LIVE_AREA_H_
#define FERRY_CLI_WATCH_LIVE_AREA_H_

#include <iosfwd>
#include <string>
#include <vector>

namespace ferry::cli {

class LiveArea {
 public:
  // `out` must outlive the area. What is drawn and not cleared stays on the screen.
  explicit LiveArea(std::ostream& out) : out_(out) {}

  // Puts `lines` in place of the lines drawn before. Every line must fit the terminal's width.
  void Draw(const std::vector<std::string>& lines);
  // Takes the lines away; what is written next begins in the first column.
  void Clear();

 private:
  std::ostream& out_;
  std::vector<std::string> drawn_;
};

}  // namespace ferry::cli

#endif  // FERRY_CLI_WATCH_LIVE_AREA_H_
