#include "tests/tidy/scrub.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace ferry::tidy {
namespace {

bool InIdentifier(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Walks over a source once and writes two copies of it, in which newlines keep their places.
class Scrubber {
 public:
  explicit Scrubber(absl::string_view source)
      : source_(source), code_(source.size(), ' '), comments_(source.size(), ' ') {}

  void Run() {
    while (at_ < source_.size()) {
      const absl::string_view rest = source_.substr(at_);
      if (absl::StartsWith(rest, "//")) {
        Skip(rest.find('\n'), &comments_);
      } else if (absl::StartsWith(rest, "/*")) {
        Skip(After(rest, "*/", 2), &comments_);
      } else if (absl::StartsWith(rest, "R\"") && !InsideWord()) {
        const absl::string_view delimiter = rest.substr(2, rest.find('(') - 2);
        Skip(After(rest, absl::StrCat(")", delimiter, "\""), 2), nullptr);
      } else if (rest.front() == '"' || (rest.front() == '\'' && !InsideNumber())) {
        Skip(LiteralLength(rest), nullptr);
      } else {
        Skip(1, &code_);
      }
    }
  }

  const std::string& code() const { return code_; }
  const std::string& comments() const { return comments_; }

 private:
  // Passes over `count` bytes (npos: the rest), copying them to `kept`; newlines go to both copies.
  void Skip(size_t count, std::string* kept) {
    const size_t end = count >= source_.size() - at_ ? source_.size() : at_ + count;
    for (; at_ < end; ++at_) {
      if (source_[at_] == '\n') {
        code_[at_] = comments_[at_] = '\n';
      } else if (kept != nullptr) {
        (*kept)[at_] = source_[at_];
      }
    }
  }

  static size_t After(absl::string_view text, absl::string_view mark, size_t from) {
    const size_t at = text.find(mark, from);
    return at == absl::string_view::npos ? at : at + mark.size();
  }

  static size_t LiteralLength(absl::string_view text) {
    for (size_t i = 1; i < text.size(); ++i) {
      if (text[i] == '\\') {
        ++i;
      } else if (text[i] == text.front()) {
        return i + 1;
      } else if (text[i] == '\n') {
        return i;
      }
    }
    return absl::string_view::npos;
  }

  bool InsideWord() const { return at_ > 0 && InIdentifier(source_[at_ - 1]); }

  // Whether a quote at `at_` separates digits, as in 1'000.
  bool InsideNumber() const {
    size_t begin = at_;
    while (begin > 0 && (InIdentifier(source_[begin - 1]) || source_[begin - 1] == '\'')) --begin;
    return begin < at_ && absl::ascii_isdigit(static_cast<unsigned char>(source_[begin]));
  }

  const absl::string_view source_;
  size_t at_ = 0;
  std::string code_;
  std::string comments_;
};

}  // namespace

std::vector<Line> Scrub(absl::string_view source) {
  Scrubber scrubber(source);
  scrubber.Run();
  std::vector<Line> lines;
  for (const absl::string_view raw : absl::StrSplit(source, '\n')) {
    const size_t from = static_cast<size_t>(raw.data() - source.data());
    lines.push_back({std::string(raw), scrubber.code().substr(from, raw.size()),
                     scrubber.comments().substr(from, raw.size())});
  }
  if (!lines.empty() && lines.back().raw.empty()) lines.pop_back();
  return lines;
}

}  // namespace ferry::tidy
