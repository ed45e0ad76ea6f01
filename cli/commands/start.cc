#include "cli/commands/start.h"

#include <algorithm>
#include <memory>
#include <ostream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/exit_code.h"
#include "cli/print/json.h"
#include "cli/print/text.h"
#include "cli/settings.h"
#include "cli/watch/figures.h"
#include "cli/watch/watch.h"
#include "core/base/backoff.h"
#include "core/base/error.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

constexpr int kAttempts = 4;
constexpr absl::Duration kLookFor = absl::Seconds(2);
constexpr absl::Duration kLookEvery = absl::Milliseconds(200);

// Migrations that would run and that somebody should think about twice: "1.2.0 drop_legacy (breaking)".
absl::StatusOr<std::vector<std::string>> Dangers(rpc::FerryClient& client, const StartOptions& options) {
  v1::PreviewPlanRequest request;
  request.set_environment(options.environment);
  request.set_plan_digest(options.plan_digest);
  request.set_kind(options.kind);
  request.set_to_version(options.to_version);
  ASSIGN_OR_RETURN(const v1::PreviewPlanResponse preview, client.PreviewPlan(request));
  std::vector<std::string> out;
  for (const v1::MigrationInfo& m : preview.plan().migrations()) {
    const bool runs =
        std::any_of(preview.targets().begin(), preview.targets().end(), [&](const v1::Preview& target) {
          return std::any_of(target.migrations().begin(), target.migrations().end(),
                             [&](const v1::PreviewMigration& p) { return p.version() == m.version(); });
        });
    if (!runs) continue;
    const std::string title = absl::StrCat(m.version(), " ", m.name());
    if (options.kind == v1::PROMOTION_KIND_ROLLBACK) {
      out.push_back(title);
    } else if (m.breaking() || m.irreversible()) {
      out.push_back(absl::StrCat(title, m.irreversible() ? " (cannot be undone)" : " (breaking)"));
    }
  }
  return out;
}

// OK to go on. An agent that cannot be asked leaves the question without its list.
absl::Status AskFirst(Context& context, rpc::FerryClient& client, const StartOptions& options) {
  if (options.yes || !context.in_terminal || options.kind == v1::PROMOTION_KIND_RESTORE)
    return absl::OkStatus();
  const bool rollback = options.kind == v1::PROMOTION_KIND_ROLLBACK;
  const absl::StatusOr<std::vector<std::string>> dangers = Dangers(client, options);
  const bool offline = HasCode(dangers.status(), ErrorCode::kAgentOffline) ||
                       HasCode(dangers.status(), ErrorCode::kAgentTimeout) ||
                       HasCode(dangers.status(), ErrorCode::kDatabaseUnreachable);
  if (!dangers.ok() && !offline) return dangers.status();
  const std::string list = dangers.ok() ? report::Visible(absl::StrJoin(*dangers, ", ")) : "";
  if (!rollback && list.empty()) return absl::OkStatus();
  const std::string environment = report::Visible(options.environment);
  const std::string question =
      rollback ? absl::StrCat("undo ", list.empty() ? "migrations" : list, " on ", environment, "?")
               : absl::StrCat("run ", list, " on ", environment, "?");
  if (Confirm(context, question)) return absl::OkStatus();
  return Error(ErrorCode::kCancelled, "not confirmed")
      .TargetState("unchanged: nothing was started")
      .Next(absl::StrCat("ferry plan ", options.environment, rollback ? " --rollback" : "",
                         " shows what would run; -y does not ask"));
}

// The same request id every time: whatever got lost, one promotion.
absl::StatusOr<v1::PromotionInfo> Start(Context& context, rpc::FerryClient& client,
                                        const StartOptions& options) {
  v1::StartPromotionRequest request;
  request.set_request_id(NewId("req", context.clock.Now(), context.random));
  request.set_kind(options.kind);
  request.set_environment(options.environment);
  request.set_plan_digest(options.plan_digest);
  request.set_to_version(options.to_version);
  request.set_requested_by(context.user);
  request.set_reason(options.reason);
  request.set_restore_backup_id(options.restore_backup_id);
  for (const std::string& loss : options.accepted_losses) request.add_accepted_losses(loss);
  Backoff backoff(absl::Milliseconds(100), absl::Seconds(1), context.random);
  for (int attempt = 1;; ++attempt) {
    const absl::StatusOr<v1::StartPromotionResponse> response = client.StartPromotion(request);
    if (response.ok()) return response->promotion();
    if (attempt == kAttempts || !HasCode(response.status(), ErrorCode::kTransport)) return response.status();
    context.sleep(backoff.Next());
  }
}

bool Waits(const v1::PromotionInfo& p) {
  return std::any_of(p.runs().begin(), p.runs().end(), [](const v1::RunInfo& run) {
    return run.state() == v1::RUN_STATE_WAITING || !run.waiting_for().empty();
  });
}

bool PastFirstStep(const v1::PromotionInfo& p) {
  return std::all_of(p.runs().begin(), p.runs().end(), [](const v1::RunInfo& run) {
    return std::any_of(run.steps().begin(), run.steps().end(),
                       [](const v1::StepInfo& s) { return s.state() == "done"; });
  });
}

void PrintDetached(Context& context, const v1::PromotionInfo& p) {
  if (context.options.json()) {
    context.out << JsonDocument("promotion", p);
    return;
  }
  context.out << report::Visible(p.promotion_id()) << "\n";
  if (context.options.quiet) return;
  for (const v1::RunInfo& run : p.runs()) {
    if (run.waiting_for().empty()) continue;
    context.err << report::Visible(absl::StrCat(
                       run.target_id(), " waits: ", WaitingSentence(run, context.clock.Now(), context.zone)))
                << "\n";
  }
  context.err << report::Visible(Summary(p, context.clock.Now())) << "\n  next: ferry watch "
              << report::Visible(p.promotion_id()) << "\n";
}

// A short look at how it begins, so that the exit code can tell that it waits.
absl::StatusOr<int> Detach(Context& context, rpc::FerryClient& client, v1::PromotionInfo promotion) {
  v1::GetPromotionRequest request;
  request.set_promotion_id(promotion.promotion_id());
  const absl::Duration until = context.clock.Elapsed() + kLookFor;
  while (promotion.state() == v1::PROMOTION_STATE_RUNNING && !Waits(promotion) && !PastFirstStep(promotion) &&
         context.clock.Elapsed() < until) {
    context.sleep(kLookEvery);
    const absl::StatusOr<v1::GetPromotionResponse> now = client.GetPromotion(request);
    if (!now.ok()) break;  // it was accepted: that is what counts here
    promotion = now->promotion();
  }
  PrintDetached(context, promotion);
  if (promotion.state() != v1::PROMOTION_STATE_RUNNING || IsHeld(promotion)) return ExitCodeOf(promotion);
  return Waits(promotion) ? kExitWaiting : kExitOk;
}

}  // namespace

absl::StatusOr<int> StartAndWatch(Context& context, const StartOptions& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  RETURN_IF_ERROR(AskFirst(context, *client, options));
  ASSIGN_OR_RETURN(const v1::PromotionInfo promotion, Start(context, *client, options));
  if (options.detach) return Detach(context, *client, promotion);
  if (context.options.quiet && !context.options.json()) {
    context.out << report::Visible(promotion.promotion_id()) << "\n" << std::flush;
  }
  return Watch(context, *client, promotion, {options.timeout});
}

}  // namespace ferry::cli
