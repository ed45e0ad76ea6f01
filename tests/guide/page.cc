#include "tests/guide/page.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace ferry::test {
namespace {

constexpr char kAny[] = "…";

class Reader {
 public:
  explicit Reader(const std::string& markdown) : lines_(absl::StrSplit(markdown, '\n')) {}

  Page Read() {
    for (; at_ < lines_.size(); ++at_) {
      absl::string_view line = lines_[at_];
      if (page_.title.empty() && absl::ConsumePrefix(&line, "# ")) page_.title = std::string(line);
      if (absl::ConsumePrefix(&line, "```")) {
        ReadBlock(line);
      } else if (absl::ConsumePrefix(&line, "<!-- setup:")) {
        ReadSetup(line);
      }
    }
    if (page_.title.empty()) Problem(1, "no title");
    const bool runs = std::any_of(page_.steps.begin(), page_.steps.end(),
                                  [](const PageStep& s) { return s.kind == PageStep::Kind::kCommand; });
    if (!runs) Problem(1, "no command: a page shows what to type");
    return std::move(page_);
  }

 private:
  void Problem(size_t line, absl::string_view text) {
    page_.problems.push_back(absl::StrCat(line, ": ", text));
  }
  PageStep& Add(PageStep::Kind kind) {
    page_.steps.push_back({kind, static_cast<int>(at_) + 1, "", "", {}, 0});
    return page_.steps.back();
  }

  // Lines up to the one that is `end`; at_ then stands there.
  std::vector<std::string> Until(absl::string_view end) {
    const size_t begin = at_ + 1;
    std::vector<std::string> body;
    for (++at_; at_ < lines_.size(); ++at_) {
      if (lines_[at_] == end) return body;
      body.push_back(lines_[at_]);
    }
    Problem(begin, absl::StrCat("no \"", end, "\" ends this"));
    return body;
  }

  void ReadSetup(absl::string_view rest) {
    PageStep& step = Add(PageStep::Kind::kSetup);
    if (absl::EndsWith(rest, "-->")) {
      step.text = std::string(absl::StripAsciiWhitespace(rest.substr(0, rest.size() - 3)));
      return;
    }
    std::vector<std::string> script = Until("-->");
    script.insert(script.begin(), std::string(rest));
    step.text = absl::StrJoin(script, "\n");
  }

  void ReadBlock(absl::string_view info) {
    const size_t line = at_ + 1;
    std::vector<std::string> words = absl::StrSplit(info, ' ', absl::SkipEmpty());
    const std::string language = words.empty() ? "" : words[0];
    absl::string_view attribute;
    if (words.size() == 2) attribute = words[1];
    if (words.size() > 2) Problem(line, "a block has at most one attribute");
    if (absl::ConsumePrefix(&attribute, "file=")) {
      PageStep& step = Add(PageStep::Kind::kFile);
      step.file = std::string(attribute);
      step.text = absl::StrCat(absl::StrJoin(Until("```"), "\n"), "\n");
    } else if (language == "console") {
      ReadConsole(line, attribute);
    } else {
      if (!attribute.empty()) Problem(line, absl::StrCat("unknown attribute \"", attribute, "\""));
      Until("```");
    }
  }

  void ReadConsole(size_t line, absl::string_view attribute) {
    int exit_code = 0;
    if (absl::ConsumePrefix(&attribute, "exit=")) {
      if (!absl::SimpleAtoi(attribute, &exit_code)) Problem(line, "exit= needs a number");
    } else if (!attribute.empty()) {
      Problem(line, absl::StrCat("unknown attribute \"", attribute, "\""));
    }
    const size_t before = page_.steps.size();
    bool command_line = false;
    for (++at_; at_ < lines_.size() && lines_[at_] != "```"; ++at_) {
      absl::string_view text = lines_[at_];
      if (absl::ConsumePrefix(&text, "$ ")) {
        Add(PageStep::Kind::kCommand).text = std::string(text);
        command_line = true;
      } else if (page_.steps.size() == before) {
        Problem(at_ + 1, "output before the first `$ ` command");
        return Until("```").clear();
      } else if (command_line && absl::ConsumePrefix(&text, "> ")) {
        absl::StrAppend(&page_.steps.back().text, "\n", text);
      } else {
        page_.steps.back().expected.push_back(std::string(text));
        command_line = false;
      }
    }
    if (at_ == lines_.size()) Problem(line, "no \"```\" ends this");
    if (page_.steps.size() == before) return Problem(line, "a console block without a command");
    page_.steps.back().exit_code = exit_code;
  }

  std::vector<std::string> lines_;
  size_t at_ = 0;
  Page page_;
};

bool LineMatches(absl::string_view pattern, absl::string_view line) {
  const std::vector<std::string> parts = absl::StrSplit(pattern, kAny);
  if (!absl::ConsumePrefix(&line, parts.front())) return false;
  if (parts.size() == 1) return line.empty();
  for (size_t i = 1; i + 1 < parts.size(); ++i) {
    const size_t found = line.find(parts[i]);
    if (found == absl::string_view::npos) return false;
    line.remove_prefix(found + parts[i].size());
  }
  return absl::EndsWith(line, parts.back());
}

std::vector<std::string> Lines(absl::string_view text) {
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    lines.push_back(std::string(absl::StripTrailingAsciiWhitespace(line)));
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

}  // namespace

Page ReadPage(const std::string& markdown) { return Reader(markdown).Read(); }

bool SaysAsExpected(const std::vector<std::string>& expected, const std::string& said) {
  const std::vector<std::string> patterns = Lines(absl::StrJoin(expected, "\n")), lines = Lines(said);
  // reach[j]: the patterns so far can stand for the first j lines.
  std::vector<char> reach(lines.size() + 1, 0);
  reach[0] = 1;
  for (const std::string& pattern : patterns) {
    std::vector<char> next(lines.size() + 1, 0);
    for (size_t j = 0; j <= lines.size(); ++j) {
      if (pattern == kAny) {
        next[j] = reach[j] || (j > 0 && next[j - 1]);
      } else if (j > 0) {
        next[j] = reach[j - 1] && LineMatches(pattern, lines[j - 1]);
      }
    }
    reach = std::move(next);
  }
  return reach.back() != 0;
}

}  // namespace ferry::test
