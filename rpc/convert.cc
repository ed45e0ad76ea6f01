#include "rpc/convert.h"

#include "absl/strings/str_cat.h"
#include "core/base/error.h"

namespace ferry::rpc {

v1::ErrorDetail ToProto(const absl::Status& status) {
  v1::ErrorDetail out;
  if (status.ok()) return out;
  const ErrorDetail d = DetailOf(status);
  out.set_code(CodeName(d.code));
  out.set_message(std::string(status.message()));
  out.set_file(d.file);
  out.set_line(d.line);
  out.set_column(d.column);
  out.set_statement(d.statement);
  out.set_sqlstate(d.sqlstate);
  out.set_target_state(d.target_state);
  out.set_next(d.next);
  return out;
}

absl::Status FromProto(const v1::ErrorDetail& detail) {
  if (detail.code().empty()) return absl::OkStatus();
  ErrorDetail d;
  d.code = CodeFromName(detail.code()).value_or(ErrorCode::kUnspecified);
  d.file = detail.file();
  d.line = detail.line();
  d.column = detail.column();
  d.statement = detail.statement();
  d.sqlstate = detail.sqlstate();
  d.target_state = detail.target_state();
  d.next = detail.next();
  return StatusFrom(detail.message(), d);
}

google::protobuf::Timestamp ToProto(absl::Time time) {
  google::protobuf::Timestamp out;
  const int64_t nanos = absl::ToUnixNanos(time);
  int64_t seconds = nanos / 1'000'000'000;
  int64_t rest = nanos % 1'000'000'000;
  if (rest < 0) {
    rest += 1'000'000'000;
    --seconds;
  }
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int32_t>(rest));
  return out;
}

absl::Time FromProto(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

google::protobuf::Duration ToProto(absl::Duration duration) {
  google::protobuf::Duration out;
  const int64_t nanos = absl::ToInt64Nanoseconds(duration);
  out.set_seconds(nanos / 1'000'000'000);
  out.set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  return out;
}

absl::Duration FromProto(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

v1::MigrationInfo ToProto(const migration::Migration& m) {
  v1::MigrationInfo out;
  out.set_version(m.id());
  out.set_name(m.name);
  out.set_description(m.description);
  out.set_author(m.author);
  out.set_date(m.date);
  out.set_breaking(m.breaking);
  out.set_checksum(m.checksum);
  out.set_segments(static_cast<int32_t>(m.up.size()));
  out.set_irreversible(m.irreversible && !m.repeatable);
  out.set_reviewed_by(m.reviewed_by);
  out.set_verify_queries(static_cast<int32_t>(m.verify.size()));
  return out;
}

std::vector<migration::AppliedMigration> FromProto(
    const google::protobuf::RepeatedPtrField<v1::AppliedMigration>& applied) {
  std::vector<migration::AppliedMigration> out;
  for (const v1::AppliedMigration& a : applied) {
    out.push_back({a.version(), a.checksum(), FromProto(a.applied_at())});
  }
  return out;
}

}  // namespace ferry::rpc
