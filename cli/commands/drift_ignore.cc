#include "cli/commands/drift_ignore.h"

#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "cli/exit_code.h"
#include "cli/print/drift.h"
#include "cli/print/json.h"
#include "core/base/error.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

constexpr char kExample[] = "ferry drift ENV --ignore OBJECT --until YYYY-MM-DD --reason \"why\"";

bool ParseDay(const std::string& text, absl::CivilDay& day) {
  return text.size() == 10 && absl::ParseCivilTime(text, &day) && absl::FormatCivilTime(day) == text;
}

}  // namespace

absl::Status CheckIgnore(const std::string& environment, const std::vector<std::string>& objects,
                         const IgnoreOptions& options) {
  absl::CivilDay day;
  const char* wrong = environment.empty() || objects.empty()
                          ? "--ignore needs an environment and the objects to live with"
                      : options.until.empty()  ? "--ignore needs --until, the last day that it holds"
                      : options.reason.empty() ? "--ignore needs --reason: the next one on call will ask"
                                               : nullptr;
  if (wrong != nullptr) return Error(ErrorCode::kUsage, wrong).Next(kExample);
  if (ParseDay(options.until, day)) return absl::OkStatus();
  return Error(ErrorCode::kUsage, absl::StrCat("\"", options.until, "\" is no day: YYYY-MM-DD"))
      .Next(kExample);
}

absl::StatusOr<int> IgnoreDrift(Context& context, rpc::FerryClient& client, const std::string& environment,
                                const std::vector<std::string>& objects, const IgnoreOptions& options) {
  absl::CivilDay day;
  ParseDay(options.until, day);
  v1::IgnoreDriftRequest request;
  request.set_environment(environment);
  request.set_target_id(options.target);
  for (const std::string& object : objects) request.add_objects(object);
  *request.mutable_until() = rpc::ToProto(absl::FromCivil(day + 1, context.zone));
  request.set_reason(options.reason);
  request.set_requested_by(context.user);
  ASSIGN_OR_RETURN(const v1::IgnoreDriftResponse response, client.IgnoreDrift(request));
  if (context.options.json()) {
    context.out << JsonDocument("ignored_drift", response);
  } else if (!context.options.quiet) {
    context.out << IgnoredScreen(response, ScreenOf(context));
    context.err << "  recorded; a further change of these objects is drift again\n";
  }
  return kExitOk;
}

}  // namespace ferry::cli
