#include "core/migration/sum.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/migration/assemble.h"
#include "core/migration/file_name.h"
#include "core/migration/values.h"

namespace ferry::migration {
namespace {

constexpr absl::string_view kScheme = "h1:";

struct Entry {
  std::string name, hash;
  int line = 0;
};

struct Sum {
  std::vector<Entry> entries;
  std::string total_count, total_hash;
  int total_line = 0;  // 0 = no such line
};

std::string ChainHash(absl::string_view previous, absl::string_view name, absl::string_view bytes) {
  Sha256 hash;
  hash.UpdateFramed(previous);
  hash.UpdateFramed(name);
  hash.UpdateFramed(CanonicalBytes(bytes));
  return absl::StrCat(kScheme, hash.HexDigest());
}

std::string TotalHash(absl::string_view last, size_t count) {
  Sha256 hash;
  hash.UpdateFramed("total");
  hash.UpdateFramed(absl::StrCat(count));
  hash.UpdateFramed(last);
  return absl::StrCat(kScheme, hash.HexDigest());
}

// Where a file stands in the sum: versions ascending, then repeatable files by name, then values.yaml.
// Nothing for other files.
using Rank = std::tuple<int, Version, std::string>;
std::optional<Rank> RankOf(const std::string& file) {
  if (file == kValuesFileName) return Rank(2, Version(), "");
  const absl::StatusOr<FileName> name = ParseFileName(file);
  if (!name.ok()) return std::nullopt;
  return name->repeatable ? Rank(1, Version(), name->name) : Rank(0, name->version, "");
}

// The files that have a rank, in its order.
std::vector<const SourceFile*> InOrder(const std::vector<SourceFile>& files) {
  std::vector<std::tuple<Rank, std::string, const SourceFile*>> named;
  for (const SourceFile& file : files) {
    if (const std::optional<Rank> rank = RankOf(file.name)) named.emplace_back(*rank, file.name, &file);
  }
  std::sort(named.begin(), named.end());
  std::vector<const SourceFile*> ordered;
  for (const auto& [rank, name, file] : named) ordered.push_back(file);
  return ordered;
}

Error Problem(absl::string_view message, absl::string_view file, int line = 0) {
  return Error(ErrorCode::kSumMismatch, message).At(file, line, line > 0 ? 1 : 0);
}

bool IsHash(absl::string_view text) {
  return absl::ConsumePrefix(&text, kScheme) && text.size() == 64 &&
         text.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}

// One line into `sum`; false when it is none of a ferry.sum.
bool ReadLine(absl::string_view line, int number, Sum& sum) {
  const std::vector<std::string> words = absl::StrSplit(line, ' ');
  if (sum.total_line > 0 || words.empty() || !IsHash(words.back())) return false;
  if (words.size() == 3 && words[0] == "total") {
    sum.total_count = words[1];
    sum.total_hash = words[2];
    sum.total_line = number;
    return true;
  }
  if (words.size() != 2) return false;
  sum.entries.push_back({words[0], words[1], number});
  return true;
}

std::optional<absl::Status> ReadSum(absl::string_view text, Sum& sum) {
  const std::string canonical = CanonicalBytes(text);
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(canonical, '\n')) {
    ++number;
    if (line.empty() || ReadLine(line, number, sum)) continue;
    const bool conflict = absl::StrContains(line, "<<<<<<<") || absl::StrContains(line, "=======") ||
                          absl::StrContains(line, ">>>>>>>");
    return Problem(conflict ? "a merge conflict: two branches changed the migrations"
                            : "this line is none of a ferry.sum",
                   kSumFileName, number)
        .Next(conflict ? "give one branch's migration the next version, then: ferry sum" : "ferry sum");
  }
  return std::nullopt;
}

// Compares one folder with one sum.
class Comparison {
 public:
  Comparison(const std::vector<SourceFile>& files, const Sum& sum) : sum_(sum), files_(InOrder(files)) {
    for (size_t i = 0; i < files_.size(); ++i) position_[files_[i]->name] = i;
    for (const Entry& entry : sum.entries) in_sum_.insert(entry.name);
  }

  std::vector<absl::Status> Run() {
    FindLost();
    FindNew();
    FindReordered();
    if (!reordered_) FindEdited();
    if (problems_.empty()) CheckTotal();
    return std::move(problems_);
  }

 private:
  void FindLost() {
    for (const Entry& entry : sum_.entries) {
      if (position_.count(entry.name) > 0) continue;
      problems_.push_back(
          Problem(absl::StrCat("\"", entry.name, "\" is lost: ferry.sum names it, but it is not here"),
                  kSumFileName, entry.line)
              .Next("restore the file; if it was never applied anywhere: ferry sum"));
    }
  }

  void FindNew() {
    for (const SourceFile* file : files_) {
      if (in_sum_.count(file->name) > 0) continue;
      problems_.push_back(
          Problem(absl::StrCat("\"", file->name, "\" is new: ferry.sum does not name it"), file->name)
              .Next("ferry sum"));
    }
  }

  // Lines out of the order of versions, or twice.
  void FindReordered() {
    std::vector<const Entry*> known;
    for (const Entry& entry : sum_.entries) {
      const std::optional<Rank> rank = RankOf(entry.name);
      if (!known.empty() && rank.has_value() && *RankOf(known.back()->name) >= *rank) {
        reordered_ = true;
        problems_.push_back(
            Problem(absl::StrCat("reordered: \"", entry.name, "\" stands after \"", known.back()->name, "\""),
                    kSumFileName, entry.line)
                .Next("ferry sum"));
      }
      if (rank.has_value()) known.push_back(&entry);
    }
  }

  // Each line against the line before it, so that one edit is not blamed on the files behind it. Where a new
  // file stands between two lines nothing can be said about the second.
  void FindEdited() {
    std::string previous;
    for (const Entry& entry : sum_.entries) {
      const auto found = position_.find(entry.name);
      const std::string before = std::exchange(previous, entry.hash);
      if (found == position_.end() || AfterNew(found->second)) continue;
      if (ChainHash(before, entry.name, files_[found->second]->bytes) == entry.hash) continue;
      problems_.push_back(
          Problem(absl::StrCat("\"", entry.name, "\" was edited: it is not the file that ferry.sum names"),
                  entry.name)
              .Next("restore the file; if it was never applied anywhere: ferry sum"));
    }
  }

  void CheckTotal() {
    const std::string last = sum_.entries.empty() ? "" : sum_.entries.back().hash;
    if (sum_.total_line == 0) {
      problems_.push_back(Problem("the last line, \"total\", is missing", kSumFileName).Next("ferry sum"));
    } else if (sum_.total_count != absl::StrCat(sum_.entries.size()) ||
               sum_.total_hash != TotalHash(last, sum_.entries.size())) {
      problems_.push_back(
          Problem("the total does not belong to the lines above it", kSumFileName, sum_.total_line)
              .Next("ferry sum"));
    }
  }

  bool AfterNew(size_t position) const {
    return position > 0 && in_sum_.count(files_[position - 1]->name) == 0;
  }

  const Sum& sum_;
  std::vector<const SourceFile*> files_;
  std::map<std::string, size_t> position_;  // in files_
  std::set<std::string> in_sum_;
  bool reordered_ = false;
  std::vector<absl::Status> problems_;
};

}  // namespace

absl::Status MissingSum() {
  return Problem("ferry.sum is missing: nothing says that the migrations are complete and unchanged",
                 kSumFileName)
      .Next("ferry sum");
}

std::string RenderSum(const std::vector<SourceFile>& files) {
  std::string text, previous;
  const std::vector<const SourceFile*> ordered = InOrder(files);
  for (const SourceFile* file : ordered) {
    previous = ChainHash(previous, file->name, file->bytes);
    absl::StrAppend(&text, file->name, " ", previous, "\n");
  }
  absl::StrAppend(&text, "total ", ordered.size(), " ", TotalHash(previous, ordered.size()), "\n");
  return text;
}

std::vector<absl::Status> SumProblems(const std::vector<SourceFile>& files, absl::string_view sum_text) {
  Sum sum;
  if (std::optional<absl::Status> bad = ReadSum(sum_text, sum)) return {*std::move(bad)};
  return Comparison(files, sum).Run();
}

absl::Status CheckSum(const std::vector<SourceFile>& files, absl::string_view sum_text) {
  const std::vector<absl::Status> problems = SumProblems(files, sum_text);
  return problems.empty() ? absl::OkStatus() : problems.front();
}

}  // namespace ferry::migration
