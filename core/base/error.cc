#include "core/base/error.h"

#include <optional>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace ferry {
namespace {

constexpr char kPayloadUrl[] = "ferry/error-detail";
constexpr char kSeparator = '\x1f';
constexpr size_t kMaxStatement = 200;

std::string Encode(const ErrorDetail& d) {
  const std::string sep(1, kSeparator);
  return absl::StrCat(static_cast<int>(d.code), sep, d.file, sep, d.line, sep, d.column, sep, d.statement,
                      sep, d.sqlstate, sep, d.target_state, sep, d.next);
}

ErrorDetail Decode(absl::string_view bytes) {
  const std::vector<std::string> f = absl::StrSplit(bytes, kSeparator);
  ErrorDetail d;
  int code = 0;
  if (f.size() != 8 || !absl::SimpleAtoi(f[0], &code) || !absl::SimpleAtoi(f[2], &d.line) ||
      !absl::SimpleAtoi(f[3], &d.column)) {
    return d;
  }
  d.code = static_cast<ErrorCode>(code);
  d.file = f[1];
  d.statement = f[4];
  d.sqlstate = f[5];
  d.target_state = f[6];
  d.next = f[7];
  return d;
}

std::string Clean(absl::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c == kSeparator) c = ' ';
  }
  return out;
}

std::string Shorten(absl::string_view sql) {
  std::string out = Clean(sql);
  if (out.size() <= kMaxStatement) return out;
  size_t end = kMaxStatement;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;  // keep UTF-8 whole
  return absl::StrCat(out.substr(0, end), " …");
}

}  // namespace

Error::Error(ErrorCode code, absl::string_view message) : message_(message) { detail_.code = code; }

Error& Error::At(absl::string_view file, int line, int column) {
  detail_.file = Clean(file);
  detail_.line = line;
  detail_.column = column;
  return *this;
}
Error& Error::Statement(absl::string_view sql) {
  detail_.statement = Shorten(sql);
  return *this;
}
Error& Error::Sqlstate(absl::string_view sqlstate) {
  detail_.sqlstate = Clean(sqlstate);
  return *this;
}
Error& Error::TargetState(absl::string_view sentence) {
  detail_.target_state = Clean(sentence);
  return *this;
}
Error& Error::Next(absl::string_view command) {
  detail_.next = Clean(command);
  return *this;
}

Error::operator absl::Status() const { return StatusFrom(message_, detail_); }

ErrorDetail DetailOf(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayloadUrl);
  if (!payload.has_value()) return {};
  return Decode(std::string(*payload));
}

absl::Status StatusFrom(absl::string_view message, const ErrorDetail& detail) {
  absl::Status status(StatusCodeOf(detail.code), message);
  status.SetPayload(kPayloadUrl, absl::Cord(Encode(detail)));
  return status;
}

std::string ErrorText(const absl::Status& status) {
  const ErrorDetail d = DetailOf(status);
  std::string out = d.code == ErrorCode::kUnspecified
                        ? absl::StrCat("error: ", status.message())
                        : absl::StrCat("error ", CodeName(d.code), ": ", status.message());
  if (!d.file.empty()) {
    absl::StrAppend(&out, "\n  at ", d.file);
    if (d.line > 0) absl::StrAppend(&out, ":", d.line);
    if (d.line > 0 && d.column > 0) absl::StrAppend(&out, ":", d.column);
  }
  if (!d.statement.empty()) absl::StrAppend(&out, "\n  statement: ", d.statement);
  if (!d.sqlstate.empty()) absl::StrAppend(&out, "\n  SQLSTATE: ", d.sqlstate);
  if (!d.target_state.empty()) absl::StrAppend(&out, "\n  target: ", d.target_state);
  if (!d.next.empty()) absl::StrAppend(&out, "\n  next: ", d.next);
  return out;
}

}  // namespace ferry
