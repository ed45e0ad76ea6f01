#include "core/migration/directive.h"

#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/migration/search_path.h"

namespace ferry::migration {
namespace {

constexpr absl::string_view kPrefix = "-- ferry:";
constexpr absl::string_view kBackfillForm =
    "a backfill is written `-- ferry:backfill table=[schema.]name batch=rows`";
constexpr absl::string_view kDownForm =
    "a migration that cannot be undone says `-- ferry:down irreversible reason=…`";

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Reads one line from the left.
class LineReader {
 public:
  LineReader(absl::string_view line, size_t at, DirectiveError& error)
      : line_(line), at_(at), error_(error) {}

  bool Fail(absl::string_view message, ErrorCode code = ErrorCode::kUnknownDirective) const {
    error_ = {code, std::string(message), word_at_};
    return false;
  }
  bool AtEnd() {
    while (at_ < line_.size() && IsBlank(line_[at_])) ++at_;
    word_at_ = at_;
    return at_ == line_.size();
  }
  // The next characters up to a blank outside of double quotes.
  absl::string_view Word() {
    AtEnd();
    bool quoted = false;
    while (at_ < line_.size() && (quoted || !IsBlank(line_[at_]))) {
      if (line_[at_] == '"') quoted = !quoted;
      ++at_;
    }
    return line_.substr(word_at_, at_ - word_at_);
  }
  absl::string_view Rest() {
    AtEnd();
    return absl::StripTrailingAsciiWhitespace(line_.substr(at_));
  }

 private:
  absl::string_view line_;
  size_t at_;
  size_t word_at_ = 0;
  DirectiveError& error_;
};

bool ParseNoOptions(LineReader& reader, absl::string_view name) {
  if (reader.AtEnd()) return true;
  return reader.Fail(absl::StrCat("unknown option \"", reader.Word(), "\": `-- ferry:", name, "` has none"));
}

bool ParseBatch(absl::string_view value, int& batch) {
  for (const char c : value) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
  }
  return absl::SimpleAtoi(value, &batch) && batch >= 1 && batch <= kMaxBatch;
}

bool ParseBackfill(LineReader& reader, Directive& directive) {
  std::set<std::string> seen;
  while (!reader.AtEnd()) {
    const absl::string_view word = reader.Word();
    const size_t equals = word.find('=');
    const std::string key(word.substr(0, equals));
    if (equals == absl::string_view::npos || (key != "table" && key != "batch")) {
      return reader.Fail(absl::StrCat("unknown option \"", key, "\": ", kBackfillForm));
    }
    if (!seen.insert(key).second) return reader.Fail(absl::StrCat("option \"", key, "\" is given twice"));
    const absl::string_view value = word.substr(equals + 1);
    if (key == "batch") {
      if (!ParseBatch(value, directive.batch)) {
        return reader.Fail(absl::StrCat("batch must be a number of rows from 1 to ", kMaxBatch));
      }
      continue;
    }
    const std::optional<sql::TableName> table = ParseTableName(value);
    if (!table.has_value())
      return reader.Fail(absl::StrCat("\"", value, "\" is no table name: ", kBackfillForm));
    directive.table = *table;
  }
  for (const char* key : {"table", "batch"}) {
    if (seen.count(key) == 0)
      return reader.Fail(absl::StrCat("option \"", key, "\" is missing: ", kBackfillForm));
  }
  return true;
}

bool ParseDown(LineReader& reader, Directive& directive) {
  if (reader.AtEnd()) return true;
  const absl::string_view word = reader.Word();
  if (word != "irreversible") return reader.Fail(absl::StrCat("unknown option \"", word, "\": ", kDownForm));
  directive.irreversible = true;
  absl::string_view reason = reader.Rest();
  if (reason.empty())
    return reader.Fail(absl::StrCat("irreversible without a reason: ", kDownForm), ErrorCode::kMissingDown);
  if (!absl::ConsumePrefix(&reason, "reason=")) {
    return reader.Fail(absl::StrCat("unknown option \"", reader.Word(), "\": ", kDownForm));
  }
  directive.reason = std::string(absl::StripAsciiWhitespace(reason));
  if (directive.reason.empty()) {
    return reader.Fail(absl::StrCat("the reason is empty: ", kDownForm), ErrorCode::kMissingDown);
  }
  return true;
}

}  // namespace

bool LooksLikeDirective(absl::string_view line) {
  if (!absl::ConsumePrefix(&line, "--")) return false;
  line = absl::StripLeadingAsciiWhitespace(line);
  if (!absl::StartsWithIgnoreCase(line, "ferry")) return false;
  return absl::StartsWith(absl::StripLeadingAsciiWhitespace(line.substr(5)), ":");
}

bool ParseDirective(absl::string_view line, Directive& directive, DirectiveError& error) {
  if (!absl::StartsWith(line, kPrefix)) {
    error = {ErrorCode::kUnknownDirective, "a directive is written exactly `-- ferry:name`", 0};
    return false;
  }
  LineReader reader(line, kPrefix.size(), error);
  const size_t name_end = line.find_first_of(" \t", kPrefix.size());
  const absl::string_view name =
      line.substr(kPrefix.size(),
                  name_end == absl::string_view::npos ? absl::string_view::npos : name_end - kPrefix.size());
  if (name.empty()) {
    error = {ErrorCode::kUnknownDirective, "a directive is written exactly `-- ferry:name`, without a blank",
             0};
    return false;
  }
  reader.Word();
  if (name == "up") {
    directive.kind = Directive::Kind::kUp;
    return ParseNoOptions(reader, name);
  }
  if (name == "verify") {
    directive.kind = Directive::Kind::kVerify;
    return ParseNoOptions(reader, name);
  }
  if (name == "backfill") {
    directive.kind = Directive::Kind::kBackfill;
    return ParseBackfill(reader, directive);
  }
  if (name == "down") {
    directive.kind = Directive::Kind::kDown;
    return ParseDown(reader, directive);
  }
  error = {ErrorCode::kUnknownDirective,
           absl::StrCat("unknown directive \"ferry:", name, "\": there are up, backfill, down and verify"),
           0};
  return false;
}

}  // namespace ferry::migration
