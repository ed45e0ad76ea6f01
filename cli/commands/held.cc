// `ferry hold`, `ferry resume`, `ferry abort`, `ferry throttle`: what a person may want of a promotion that
// runs.
#include <algorithm>
#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/print/json.h"
#include "cli/print/text.h"
#include "cli/settings.h"
#include "cli/watch/figures.h"
#include "cli/watch/watch.h"
#include "core/base/error.h"
#include "core/report/escape.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

using report::Visible;

struct Options {
  std::string id, reason, pause;
  bool trust_ledger = false, yes = false, detach = false;
};

// "apply 1.2.0, of which 2 of 3 segments are applied and recorded", as far as the agent can be asked.
std::string Standing(rpc::FerryClient& client, const v1::PromotionInfo& p, const v1::RunInfo& run) {
  const v1::StepInfo* const step = CurrentStep(run);
  if (step == nullptr) return "its end";
  std::string out = StepName(step->step());
  if (step->step().kind() != v1::STEP_KIND_APPLY) return out;
  v1::PreviewPlanRequest request;
  request.set_environment(p.environment());
  request.set_plan_digest(p.plan_digest());
  request.set_kind(p.kind());
  request.set_to_version(p.to_version());
  const absl::StatusOr<v1::PreviewPlanResponse> preview = client.PreviewPlan(request);
  if (!preview.ok()) return absl::StrCat(out, " (its agent cannot be asked how far that is)");
  for (const v1::Preview& target : preview->targets()) {
    if (target.target_id() != run.target_id()) continue;
    for (const v1::PreviewMigration& m : target.migrations()) {
      if (m.version() != step->step().version()) continue;
      absl::StrAppend(&out, ", of which ", m.segments_done(), " of ", Count(m.segments(), "segment"),
                      m.segments_done() == 1 ? " is" : " are", " applied and recorded");
    }
  }
  return out;
}

absl::StatusOr<v1::PromotionInfo> Find(rpc::FerryClient& client, const std::string& id) {
  v1::GetPromotionRequest request;
  request.set_promotion_id(id);
  ASSIGN_OR_RETURN(v1::GetPromotionResponse response, client.GetPromotion(request));
  return std::move(*response.mutable_promotion());
}

// Says what is held, and why, and what `verb` will do with it.
void Announce(Context& context, rpc::FerryClient& client, const v1::PromotionInfo& p, bool resume,
              bool trust_ledger) {
  if (context.options.quiet || context.options.json()) return;
  for (const v1::RunInfo& run : p.runs()) {
    if (run.state() != v1::RUN_STATE_HELD) continue;
    const std::string standing = Standing(client, p, run);
    context.err << Visible(absl::StrCat(run.target_id(), " is held at ", standing, ": ", run.waiting_for()))
                << "\n";
    if (!resume) {
      context.err << "  abort: it ends there. Nothing is undone, and no other version runs there before a "
                     "begun one is finished (ferry promote) or undone (ferry rollback)\n";
    } else if (trust_ledger) {
      context.err << "  resume: what its ledger says is taken for true, what is in doubt is forgotten, and "
                     "it goes on from there\n";
    } else {
      context.err << "  resume: it looks again, runs nothing that its ledger holds, and goes on from there\n";
    }
  }
}

bool AnyHeld(const v1::PromotionInfo& p) {
  return std::any_of(p.runs().begin(), p.runs().end(),
                     [](const v1::RunInfo& run) { return run.state() == v1::RUN_STATE_HELD; });
}

absl::Status Ask(Context& context, const Options& options, const v1::PromotionInfo& p,
                 absl::string_view verb) {
  if (options.yes || !context.in_terminal) return absl::OkStatus();
  if (Confirm(context, absl::StrCat(verb, " ", Visible(Goal(p)), "?"))) return absl::OkStatus();
  return Error(ErrorCode::kCancelled, "not confirmed").TargetState("still held").Next("-y does not ask");
}

void Print(Context& context, const v1::PromotionInfo& p, absl::string_view what, absl::string_view next) {
  if (context.options.json()) {
    context.out << JsonDocument("promotion", p);
    return;
  }
  context.out << Visible(p.promotion_id()) << "\n";
  if (context.options.quiet) return;
  context.err << what << Visible(Goal(p)) << "\n  next: " << next << " " << Visible(p.environment()) << "\n";
}

absl::StatusOr<int> RunHold(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::HoldPromotionRequest request;
  request.set_promotion_id(options.id);
  request.set_requested_by(context.user);
  request.set_reason(options.reason);
  ASSIGN_OR_RETURN(const v1::HoldPromotionResponse response, client->HoldPromotion(request));
  const v1::PromotionInfo& p = response.promotion();
  const bool held = IsHeld(p);
  Print(context, p, held ? "held: " : "stops before its next segment or batch, and stays there: ",
        held ? "ferry resume" : "ferry watch");
  return kExitOk;
}

absl::StatusOr<int> RunResume(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  ASSIGN_OR_RETURN(const v1::PromotionInfo before, Find(*client, options.id));
  Announce(context, *client, before, true, options.trust_ledger);
  if (AnyHeld(before)) RETURN_IF_ERROR(Ask(context, options, before, "resume"));
  v1::ResumePromotionRequest request;
  request.set_promotion_id(before.promotion_id());
  request.set_requested_by(context.user);
  request.set_trust_ledger(options.trust_ledger);
  ASSIGN_OR_RETURN(const v1::ResumePromotionResponse response, client->ResumePromotion(request));
  if (options.detach) {
    Print(context, response.promotion(), "goes on: ", "ferry watch");
    return kExitOk;
  }
  return Watch(context, *client, response.promotion(), {});
}

absl::StatusOr<int> RunAbort(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  ASSIGN_OR_RETURN(const v1::PromotionInfo before, Find(*client, options.id));
  Announce(context, *client, before, false, false);
  if (AnyHeld(before)) RETURN_IF_ERROR(Ask(context, options, before, "abort"));
  v1::AbortPromotionRequest request;
  request.set_promotion_id(before.promotion_id());
  request.set_requested_by(context.user);
  request.set_reason(options.reason);
  ASSIGN_OR_RETURN(const v1::AbortPromotionResponse response, client->AbortPromotion(request));
  Print(context, response.promotion(), "ended where it was held: ", "ferry status");
  return kExitOk;
}

absl::StatusOr<int> RunThrottle(Context& context, const Options& options) {
  v1::ThrottlePromotionRequest request;
  if (options.pause != "off") {
    absl::Duration pause;
    if (!absl::ParseDuration(options.pause, &pause)) {
      return Error(ErrorCode::kUsage, absl::StrCat("\"", options.pause, "\" is neither a duration nor off"))
          .Next(absl::StrCat("ferry throttle ", options.id, " --batch-pause 200ms"));
    }
    *request.mutable_batch_pause() = rpc::ToProto(pause);
  }
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  request.set_promotion_id(options.id);
  request.set_requested_by(context.user);
  ASSIGN_OR_RETURN(const v1::ThrottlePromotionResponse response, client->ThrottlePromotion(request));
  if (context.options.json()) {
    context.out << JsonDocument("throttled", response);
    return kExitOk;
  }
  for (const std::string& target : response.target_ids()) {
    context.out << Visible(target)
                << (request.has_batch_pause()
                        ? absl::StrCat(": pauses ", options.pause, " between two batches")
                        : std::string(": as its agent's file says"))
                << "\n";
  }
  return kExitOk;
}

constexpr char kWhich[] = "its id, the end of it, or an environment for its newest";

}  // namespace

void AddHold(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("hold", "Stops a promotion before its next segment or batch, and keeps it there")
      .Argument("ID|ENV", &options->id, kWhich)
      .Option("--reason", "TEXT", &options->reason, "why, for the record")
      .PrintsData()
      .Example("ferry hold prod --reason \"checkout is slow\"")
      .Run([options](Context& context) { return RunHold(context, *options); });
}

void AddResume(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("resume", "Lets a held promotion go on where it is")
      .Argument("ID|ENV", &options->id, kWhich)
      .Flag("--trust-ledger", &options->trust_ledger,
            "somebody has looked: what the target's ledger says is true")
      .Flag("--detach", &options->detach, "do not watch")
      .Flag("-y,--yes", &options->yes, "do not ask")
      .PrintsData()
      .Example("ferry resume prod")
      .Run([options](Context& context) { return RunResume(context, *options); });
}

void AddAbort(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("abort", "Ends a held promotion where it is; nothing is undone")
      .Argument("ID|ENV", &options->id, kWhich)
      .Option("--reason", "TEXT", &options->reason, "why, for the record")
      .Flag("-y,--yes", &options->yes, "do not ask")
      .PrintsData()
      .Example("ferry abort prod")
      .Run([options](Context& context) { return RunAbort(context, *options); });
}

void AddThrottle(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("throttle", "Makes the backfill that runs now slower or faster")
      .Argument("ID|ENV", &options->id, kWhich)
      .Option("--batch-pause", "DURATION", &options->pause,
              "pause between two batches; off = as the agent's file says")
      .PrintsData()
      .Example("ferry throttle prod --batch-pause 200ms")
      .Run([options](Context& context) { return RunThrottle(context, *options); });
}

}  // namespace ferry::cli
