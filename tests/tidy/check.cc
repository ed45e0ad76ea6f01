#include "tests/tidy/check.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/tidy/includes.h"
#include "tests/tidy/scrub.h"

namespace ferry::tidy {
namespace {

namespace fs = std::filesystem;

bool InIdentifier(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; }

bool HasWord(absl::string_view text, absl::string_view word, bool call) {
  for (size_t at = text.find(word); at != absl::string_view::npos; at = text.find(word, at + 1)) {
    const absl::string_view behind = text.substr(at + word.size());
    if (at > 0 && InIdentifier(text[at - 1])) continue;
    if (at > 0 && call && (text[at - 1] == '.' || absl::EndsWith(text.substr(0, at), "->"))) continue;
    if (!behind.empty() && InIdentifier(behind.front())) continue;
    if (!call || absl::StartsWith(absl::StripLeadingAsciiWhitespace(behind), "(")) return true;
  }
  return false;
}

bool IsHeader(absl::string_view file) { return absl::EndsWith(file, ".h") || absl::EndsWith(file, ".hpp"); }

bool Spared(const WordRule& rule, absl::string_view file) {
  if (rule.headers_only && !IsHeader(file)) return true;
  if (rule.except.empty()) return false;
  return absl::EndsWith(rule.except, "/") ? absl::StartsWith(file, rule.except) : file == rule.except;
}

class FileCheck {
 public:
  FileCheck(absl::string_view file, absl::string_view text) : file_(file), lines_(Scrub(text)) {}

  std::vector<Finding> Run() {
    Size();
    Includes();
    for (const WordRule& rule : WordRules()) {
      if (!Spared(rule, file_)) Words(rule);
    }
    Guards();
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](const Finding& a, const Finding& b) { return a.line < b.line; });
    return std::move(findings_);
  }

 private:
  void Add(size_t index, absl::string_view rule, std::string message) {
    findings_.push_back(
        {std::string(file_), static_cast<int>(index) + 1, std::string(rule), std::move(message)});
  }

  void Size() {
    int limit = kLongestSource;
    if (absl::EndsWith(file_, "/main.cc")) limit = kLongestMain;
    if (absl::EndsWith(file_, "_test.cc")) limit = kLongestTest;
    if (IsHeader(file_)) limit = kLongestHeader;
    if (lines_.size() <= static_cast<size_t>(limit)) return;
    Add(static_cast<size_t>(limit), "size",
        absl::StrCat(lines_.size(), " lines, at most ", limit, " are allowed"));
  }

  void Includes() {
    for (size_t i = 0; i < lines_.size(); ++i) {
      const auto header = IncludedHeader(lines_[i].raw, lines_[i].code);
      if (!header.has_value()) continue;
      if (auto why = WhyNotIncluded(file_, *header)) Add(i, "include", std::move(*why));
    }
  }

  void Words(const WordRule& rule) {
    for (size_t i = 0; i < lines_.size(); ++i) {
      const std::string& text = rule.where == Where::kCode ? lines_[i].code : lines_[i].comments;
      for (const std::string& word : rule.words) {
        if (HasWord(text, word, rule.call)) Add(i, rule.rule, absl::StrCat(word, ": ", rule.advice));
      }
    }
  }

  void Guards() {
    static const std::regex* const member =
        new std::regex(R"(^\s*(mutable\s+)?(ferry::)?Mutex\s+\w+_\s*;.*)");
    const bool guards = std::any_of(lines_.begin(), lines_.end(), [](const Line& line) {
      return absl::StrContains(line.code, "ABSL_GUARDED_BY(");
    });
    for (size_t i = 0; i < lines_.size() && !guards; ++i) {
      const bool candidate = absl::StrContains(lines_[i].code, "Mutex ");
      if (candidate && std::regex_match(lines_[i].code, *member)) {
        Add(i, "guarded", "a Mutex, but nothing in this file is ABSL_GUARDED_BY it");
      }
    }
  }

  const absl::string_view file_;
  const std::vector<Line> lines_;
  std::vector<Finding> findings_;
};

bool IsSource(const std::string& name) {
  for (const char* const end : {".h", ".cc", ".hpp", ".hh", ".cpp", ".cxx", ".c", ".h.in", ".cc.in"}) {
    if (absl::EndsWith(name, end)) return true;
  }
  return false;
}

bool IsWalked(const std::string& folder) {
  return !absl::StartsWith(folder, ".") && !absl::StartsWith(folder, "build");
}

// The sources below `folder`, as paths from `root`.
std::vector<std::string> Sources(const fs::path& root, const std::string& folder) {
  std::vector<std::string> found;
  std::error_code error;
  fs::recursive_directory_iterator walk(root / folder, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    const std::string name = walk->path().filename().string();
    if (walk->is_directory() && !IsWalked(name)) walk.disable_recursion_pending();
    if (walk->is_regular_file() && IsSource(name)) {
      found.push_back(walk->path().lexically_relative(root).generic_string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void Except(const std::vector<Exception>& exceptions, std::vector<Finding>* findings) {
  for (const Exception& exception : exceptions) {
    const size_t before = findings->size();
    std::erase_if(*findings, [&](const Finding& finding) {
      return finding.file == exception.file && finding.rule == exception.rule;
    });
    if (findings->size() < before) continue;
    findings->push_back(
        {exception.file, 1, "exception",
         absl::StrCat("nothing breaks [", exception.rule, "] here any more: take it out of the list")});
  }
}

}  // namespace

std::string ToString(const Finding& finding) {
  return absl::StrCat(finding.file, ":", finding.line, ": [", finding.rule, "] ", finding.message);
}

std::vector<Finding> CheckFile(absl::string_view file, absl::string_view text) {
  return FileCheck(file, text).Run();
}

TreeResult CheckTree(const std::string& root, const std::vector<Exception>& exceptions) {
  TreeResult result;
  for (const std::string& folder : TopFolders()) {
    for (const std::string& file : Sources(root, folder)) {
      ++result.files;
      std::vector<Finding> findings = CheckFile(file, Read(fs::path(root) / file));
      std::move(findings.begin(), findings.end(), std::back_inserter(result.findings));
    }
  }
  Except(exceptions, &result.findings);
  std::stable_sort(result.findings.begin(), result.findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.file, a.line) < std::tie(b.file, b.line);
  });
  return result;
}

}  // namespace ferry::tidy
