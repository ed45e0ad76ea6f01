#include "rpc/plan_file.h"

#include <google/protobuf/util/json_util.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "ferry/v1/plan.pb.h"

namespace ferry::rpc {
namespace {

namespace util = google::protobuf::util;

constexpr char kSchema[] = "ferry/plan-file/v1";
constexpr char kUnchanged[] = "unchanged: nothing was started";
constexpr char kExport[] = "ferry plan export -f FILE writes one";

absl::Status CheckVersion(const PlanFile& file) {
  if (file.plan.Find(file.to_version) != nullptr) return absl::OkStatus();
  return Error(ErrorCode::kVersionUnknown, absl::StrCat("plan ", file.plan.digest.substr(0, 12),
                                                        " has no version \"", file.to_version, "\""))
      .TargetState(kUnchanged)
      .Next("ferry plan show, or look into the file");
}

}  // namespace

absl::StatusOr<std::string> WritePlanFile(const PlanFile& file) {
  RETURN_IF_ERROR(CheckVersion(file));
  v1::PlanFile out;
  out.set_schema(kSchema);
  out.set_name(file.name);
  out.set_digest(file.plan.digest);
  out.set_to_version(file.to_version);
  for (const migration::Migration& m : file.plan.migrations) {
    v1::PlanFileMigration* migration = out.add_files();
    migration->set_name(m.file);
    migration->set_sql(m.canonical);
  }
  util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;  // so that `signatures` has its place
  options.preserve_proto_field_names = true;
  std::string json;
  if (!util::MessageToJsonString(out, &json, options).ok()) {
    return Error(ErrorCode::kFileSystem, "a migration is not UTF-8 and cannot be written as JSON")
        .Next("save that file as UTF-8, as a new migration if it is registered");
  }
  return json;
}

absl::StatusOr<PlanFile> ReadPlanFile(absl::string_view bytes) {
  v1::PlanFile in;
  const auto parsed = util::JsonStringToMessage(std::string(bytes), &in, util::JsonParseOptions());
  if (!parsed.ok()) {
    return Error(ErrorCode::kProtocol,
                 absl::StrCat("the file is no plan file: ", std::string(parsed.message())))
        .TargetState(kUnchanged)
        .Next(kExport);
  }
  if (in.schema() != kSchema) {
    return Error(ErrorCode::kProtocol,
                 absl::StrCat("the file's schema is \"", in.schema(), "\", not \"", kSchema, "\""))
        .TargetState(kUnchanged)
        .Next(kExport);
  }
  if (!in.signatures().empty()) {
    return Error(ErrorCode::kProtocol, "the plan file has signatures, and this version checks no signatures")
        .TargetState(kUnchanged)
        .Next("upgrade the agent, or export the plan without them");
  }
  std::vector<migration::SourceFile> files;
  for (const v1::PlanFileMigration& m : in.files()) files.push_back({m.name(), m.sql()});
  PlanFile out{in.name(), in.to_version(), {}};
  ASSIGN_OR_RETURN(out.plan, migration::BuildPlan(files));
  if (out.plan.digest != in.digest()) {
    return Error(ErrorCode::kPlanDigestMismatch,
                 absl::StrCat("the file's migrations have digest ", out.plan.digest, ", the file says ",
                              in.digest(), ": it was edited"))
        .TargetState(kUnchanged)
        .Next(kExport);
  }
  RETURN_IF_ERROR(CheckVersion(out));
  return out;
}

}  // namespace ferry::rpc
