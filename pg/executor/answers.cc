#include "pg/executor/answers.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/report/escape.h"
#include "pg/executor/flat_json.h"
#include "pg/executor/walk.h"

namespace ferry::executor {
namespace {

using Members = std::map<std::string, JsonMember>;

constexpr char kRejection[] = "error";
constexpr size_t kLongestQuote = 200;

// For a message: one line, safe on a terminal, cut at a character's start.
std::string Quoted(absl::string_view text) {
  std::string out = report::Visible(text.substr(0, 4 * kLongestQuote));
  if (out.size() > kLongestQuote) {
    size_t cut = kLongestQuote;
    while (cut > 0 && (out[cut] & 0xC0) == 0x80) --cut;
    out = out.substr(0, cut) + "…";
  }
  return absl::StrCat("\"", out, "\"");
}

bool Among(const std::vector<std::string>& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Two keys are one exactly when these are equal. Nothing when a part is missing or nested.
std::optional<std::vector<std::string>> KeyOf(const migration::Segment& segment, const Members& members) {
  std::vector<std::string> key;
  for (const std::string& name : segment.key) {
    const auto found = members.find(name);
    if (found == members.end() || found->second.kind == JsonMember::Kind::kNested ||
        found->second.kind == JsonMember::Kind::kNull) {
      return std::nullopt;
    }
    key.push_back(absl::StrCat(static_cast<int>(found->second.kind), found->second.text));
  }
  return key;
}

class Matcher {
 public:
  Matcher(const migration::Segment& segment, const std::vector<ReadRow>& rows)
      : segment_(segment), rows_(rows), answers_(rows.size()) {}

  absl::Status TakeRows() {
    for (size_t i = 0; i < rows_.size(); ++i) {
      const std::optional<Members> members = ReadFlatObject(rows_[i].json);
      const std::optional<std::vector<std::string>> key =
          members.has_value() ? KeyOf(segment_, *members) : std::nullopt;
      if (!key.has_value()) {
        return Error(ErrorCode::kTransformShape,
                     absl::StrCat("the key of the row with ", NameOf(i), " cannot be written as JSON"));
      }
      if (!by_key_.emplace(*key, i).second) {
        return Error(ErrorCode::kTransformShape, absl::StrCat("the query returns two rows with ", NameOf(i)))
            .Next("write a query that returns each row of the table once");
      }
    }
    return absl::OkStatus();
  }

  absl::Status TakeLine(const std::string& line) {
    const std::optional<Members> members = ReadFlatObject(line);
    if (!members.has_value()) return Broken(absl::StrCat("wrote what is no JSON object: ", Quoted(line)));
    const std::optional<std::vector<std::string>> key = KeyOf(segment_, *members);
    if (!key.has_value()) return Broken(absl::StrCat("answered without the key of a row: ", Quoted(line)));
    const auto found = by_key_.find(*key);
    if (found == by_key_.end()) {
      return Broken(absl::StrCat("answered a row that it was not given: ", Quoted(line)));
    }
    const size_t row = found->second;
    if (answers_[row].has_value() || rejected_.count(row) > 0) {
      return Broken(absl::StrCat("answered the row with ", NameOf(row), " twice"));
    }
    const auto rejection = members->find(kRejection);
    if (rejection != members->end() && !Among(segment_.set, kRejection)) {
      rejected_.emplace(row, rejection->second.text);
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(CheckColumns(*members, row));
    answers_[row] = line;
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::string>> Result() const {
    if (!rejected_.empty()) {
      const auto& [row, why] = *rejected_.begin();
      return Error(ErrorCode::kTransformRejected,
                   absl::StrCat("program \"", segment_.program, "\" rejected the row with ", NameOf(row),
                                ": ", Quoted(why),
                                rejected_.size() == 1
                                    ? ""
                                    : absl::StrCat(", and ", rejected_.size() - 1, " more of this batch")))
          .Next("mend the row or the program, then promote again: it goes on there");
    }
    std::vector<std::string> out;
    for (size_t row = 0; row < answers_.size(); ++row) {
      if (!answers_[row].has_value()) {
        return Broken(absl::StrCat("did not answer the row with ", NameOf(row)));
      }
      out.push_back(*answers_[row]);
    }
    return out;
  }

 private:
  absl::Status Broken(absl::string_view what) const {
    return Error(ErrorCode::kTransformProgram, absl::StrCat("program \"", segment_.program, "\" ", what))
        .Next(
            "mend the program, pin its new sha256 in the agent's file, then promote again: it goes on there");
  }
  std::string NameOf(size_t row) const { return RowName(segment_.key, rows_[row].key); }

  absl::Status CheckColumns(const Members& members, size_t row) const {
    for (const auto& [name, member] : members) {
      if (Among(segment_.set, name) || Among(segment_.key, name)) continue;
      return Broken(absl::StrCat("answered the row with ", NameOf(row), " with column ", Quoted(name),
                                 ", which is not among those that it may set"));
    }
    for (const std::string& name : segment_.set) {
      if (members.count(name) == 0) {
        return Broken(absl::StrCat("answered the row with ", NameOf(row), " without column ", Quoted(name)));
      }
    }
    return absl::OkStatus();
  }

  const migration::Segment& segment_;
  const std::vector<ReadRow>& rows_;
  std::map<std::vector<std::string>, size_t> by_key_;
  std::vector<std::optional<std::string>> answers_;
  std::map<size_t, std::string> rejected_;  // and why
};

}  // namespace

absl::StatusOr<std::vector<std::string>> MatchAnswers(const migration::Segment& segment,
                                                      const std::vector<ReadRow>& rows,
                                                      const std::vector<std::string>& lines) {
  Matcher matcher(segment, rows);
  RETURN_IF_ERROR(matcher.TakeRows());
  for (const std::string& line : lines) RETURN_IF_ERROR(matcher.TakeLine(line));
  return matcher.Result();
}

}  // namespace ferry::executor
