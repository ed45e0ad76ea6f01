#include "cli/watch/figures.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/print/text.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

constexpr int kBarColumns = 18;

std::string Bar(int percent) {
  const int full = percent * kBarColumns / 100;
  return std::string(static_cast<size_t>(full), '#') +
         std::string(static_cast<size_t>(kBarColumns - full), '-');
}

std::string Amount(const v1::Progress& p) {
  const bool bytes = p.step().kind() == v1::STEP_KIND_BACKUP;
  const auto show = [bytes](int64_t n) { return bytes ? Bytes(n) : Grouped(n); };
  if (p.total() > 0) return absl::StrCat(show(p.done()), "/", show(p.total()));
  return bytes ? show(p.done()) : absl::StrCat(show(p.done()), " rows");
}

std::string Work(const v1::PromotionInfo& p, absl::Time now) {
  int64_t steps = 0;
  for (const v1::RunInfo& run : p.runs()) {
    steps += std::count_if(run.steps().begin(), run.steps().end(),
                           [](const v1::StepInfo& s) { return s.state() == "done"; });
  }
  const absl::Time end = p.has_finished_at() ? rpc::FromProto(p.finished_at()) : now;
  return absl::StrCat(" (", Count(steps, "step"), " on ", Count(p.runs_size(), "target"), ", ",
                      ShortDuration(end - rpc::FromProto(p.requested_at())), ")");
}

std::string Held(const v1::PromotionInfo& p) {
  std::vector<std::string> out;
  for (const v1::RunInfo& run : p.runs()) {
    if (run.state() != v1::RUN_STATE_HELD) continue;
    const v1::StepInfo* step = CurrentStep(run);
    out.push_back(absl::StrCat(run.target_id(), step == nullptr ? "" : " at ",
                               step == nullptr ? "" : StepName(step->step()),
                               run.has_error() ? std::string() : absl::StrCat(" (", run.waiting_for(), ")")));
  }
  return absl::StrJoin(out, "; ");
}

std::string Failures(const v1::PromotionInfo& p) {
  std::vector<std::string> out;
  for (const v1::RunInfo& run : p.runs()) {
    if (run.state() != v1::RUN_STATE_FAILED) continue;
    const auto step = std::find_if(run.steps().begin(), run.steps().end(),
                                   [](const v1::StepInfo& s) { return s.state() == "failed"; });
    out.push_back(absl::StrCat(
        run.target_id(), step == run.steps().end() ? "" : absl::StrCat(" at ", StepName(step->step())),
        run.clean() ? "; nothing of that step remains" : "; a person must look at it"));
  }
  return absl::StrJoin(out, "; ");
}

}  // namespace

const v1::StepInfo* CurrentStep(const v1::RunInfo& run) {
  for (const v1::StepInfo& step : run.steps()) {
    if (step.state() == "running" || step.state() == "waiting" || step.state() == "held") return &step;
  }
  for (const v1::StepInfo& step : run.steps()) {
    if (step.state() == "pending") return &step;
  }
  return nullptr;
}

bool IsHeld(const v1::PromotionInfo& promotion) {
  bool held = false;
  for (const v1::RunInfo& run : promotion.runs()) {
    const bool ended = run.state() == v1::RUN_STATE_SUCCEEDED || run.state() == v1::RUN_STATE_FAILED ||
                       run.state() == v1::RUN_STATE_CANCELLED;
    if (!ended && run.state() != v1::RUN_STATE_HELD) return false;
    held = held || run.state() == v1::RUN_STATE_HELD;
  }
  return held;
}

std::optional<int> Percent(const v1::Progress& p) {
  if (p.total() <= 0 && !p.signal().empty() && p.percent() >= 0) return static_cast<int>(p.percent());
  if (p.total() <= 0) return std::nullopt;
  const double share = static_cast<double>(p.done()) / static_cast<double>(p.total());
  return static_cast<int>(100 * std::min(1.0, std::max(0.0, share)));
}

std::string Figures(const v1::Progress& p, bool bar) {
  std::vector<std::string> parts;
  if (p.segments() > 0) parts.push_back(absl::StrCat(p.segment(), "/", p.segments()));
  if (!p.phase().empty()) parts.push_back(p.phase());
  const std::optional<int> percent = Percent(p);
  if (percent.has_value()) parts.push_back(absl::StrCat(bar ? Bar(*percent) + " " : "", *percent, "%"));
  if (p.done() > 0 || p.total() > 0) parts.push_back(Amount(p));
  if (p.blocking() > 0) {
    parts.push_back(absl::StrCat(Count(p.blocking(), "session"), p.blocking() == 1 ? " waits" : " wait",
                                 " for it, ", ShortDuration(rpc::FromProto(p.blocking_for()))));
  }
  if (!p.throttled_by().empty()) parts.push_back(p.throttled_by());
  if (!p.signal().empty() && p.total() <= 0) parts.push_back(p.signal());
  if (p.has_eta()) parts.push_back(absl::StrCat("ETA ", ShortDuration(rpc::FromProto(p.eta()))));
  return absl::StrJoin(parts, "  ");
}

std::string UntilPhrase(const v1::RunInfo& run, absl::Time now, absl::TimeZone zone) {
  if (run.waiting_for().empty() || !run.has_waiting_until()) return "";
  const absl::Time until = rpc::FromProto(run.waiting_until());
  std::string out = absl::StrCat("until ", Clock24(until, now, zone));
  if (until > now) {
    const absl::Duration left = until - now;
    const absl::Duration unit = left > absl::Hours(1) ? absl::Minutes(1) : absl::Seconds(1);
    absl::StrAppend(&out, " (in ", ShortDuration(absl::Ceil(left, unit)), ")");
  }
  return out;
}

std::string WaitingSentence(const v1::RunInfo& run, absl::Time now, absl::TimeZone zone) {
  const std::string until = UntilPhrase(run, now, zone);
  return until.empty() ? run.waiting_for() : absl::StrCat(run.waiting_for(), ", ", until);
}

std::string Summary(const v1::PromotionInfo& p, absl::Time now) {
  switch (p.state()) {
    case v1::PROMOTION_STATE_SUCCEEDED:
      if (p.kind() == v1::PROMOTION_KIND_ROLLBACK) return absl::StrCat("ok: rolled ", Goal(p), Work(p, now));
      if (p.kind() == v1::PROMOTION_KIND_BASELINE)
        return absl::StrCat("ok: recorded ", Goal(p), Work(p, now));
      if (p.kind() == v1::PROMOTION_KIND_RESTORE) return absl::StrCat("ok: restored ", Goal(p), Work(p, now));
      return absl::StrCat("ok: ", p.environment(), " is at ", p.to_version(), Work(p, now));
    case v1::PROMOTION_STATE_FAILED:
      return absl::StrCat("failed: ", Failures(p), Work(p, now));
    case v1::PROMOTION_STATE_CANCELLED:
      return absl::StrCat("cancelled: ", Goal(p), Work(p, now));
    default:
      if (IsHeld(p)) return absl::StrCat("held: ", Held(p), Work(p, now));
      return absl::StrCat("running: ", Goal(p), Work(p, now));
  }
}

}  // namespace ferry::cli
