#include "core/migration/directive.h"

#include <algorithm>
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
constexpr absl::string_view kTransformForm =
    "a transform is written `-- ferry:transform program=name key=column[,…] set=column[,…] batch=rows`";
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

bool ParseBatch(absl::string_view value, int most, int& batch) {
  for (const char c : value) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
  }
  return absl::SimpleAtoi(value, &batch) && batch >= 1 && batch <= most;
}

bool IsProgramName(absl::string_view value) {
  if (value.empty() || value.size() > 100 || !absl::ascii_isalnum(static_cast<unsigned char>(value[0])))
    return false;
  return value.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
         absl::string_view::npos;
}

// What is wrong with `value` as option `key`; "" = nothing.
std::string ReadOption(absl::string_view key, absl::string_view value, Directive& directive) {
  const bool transform = directive.kind == Directive::Kind::kTransform;
  if (key == "batch") {
    const int most = transform ? kMaxTransformBatch : kMaxBatch;
    if (ParseBatch(value, most, directive.batch)) return "";
    return absl::StrCat("batch must be a number of rows from 1 to ", most);
  }
  if (key == "table") {
    const std::optional<sql::TableName> table = ParseTableName(value);
    if (table.has_value()) directive.table = *table;
    if (table.has_value()) return "";
    return absl::StrCat("\"", value, "\" is no table name: ", transform ? kTransformForm : kBackfillForm);
  }
  if (key == "program") {
    directive.program = std::string(value);
    if (IsProgramName(value)) return "";
    return absl::StrCat("\"", value, "\" is no program's name: letters, digits, '.', '_' and '-'");
  }
  const std::optional<std::vector<std::string>> names = ParseNames(value);
  if (names.has_value()) (key == "key" ? directive.key : directive.set) = *names;
  if (names.has_value()) return "";
  return absl::StrCat("\"", value, "\" is no list of columns: ", kTransformForm);
}

bool ParseOptions(LineReader& reader, absl::string_view form, const std::vector<absl::string_view>& needed,
                  const std::vector<absl::string_view>& optional, Directive& directive) {
  const auto among = [](const std::vector<absl::string_view>& keys, absl::string_view key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  std::set<std::string> seen;
  while (!reader.AtEnd()) {
    const absl::string_view word = reader.Word();
    const size_t equals = word.find('=');
    const std::string key(word.substr(0, equals));
    if (equals == absl::string_view::npos || (!among(needed, key) && !among(optional, key))) {
      return reader.Fail(absl::StrCat("unknown option \"", key, "\": ", form));
    }
    if (!seen.insert(key).second) return reader.Fail(absl::StrCat("option \"", key, "\" is given twice"));
    const std::string wrong = ReadOption(key, word.substr(equals + 1), directive);
    if (!wrong.empty()) return reader.Fail(wrong);
  }
  for (const absl::string_view key : needed) {
    if (seen.count(std::string(key)) == 0)
      return reader.Fail(absl::StrCat("option \"", key, "\" is missing: ", form));
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
    return ParseOptions(reader, kBackfillForm, {"table", "batch"}, {}, directive);
  }
  if (name == "transform") {
    directive.kind = Directive::Kind::kTransform;
    return ParseOptions(reader, kTransformForm, {"program", "key", "set", "batch"}, {"table"}, directive);
  }
  if (name == "down") {
    directive.kind = Directive::Kind::kDown;
    return ParseDown(reader, directive);
  }
  error = {ErrorCode::kUnknownDirective,
           absl::StrCat("unknown directive \"ferry:", name,
                        "\": there are up, backfill, transform, down and verify"),
           0};
  return false;
}

}  // namespace ferry::migration
