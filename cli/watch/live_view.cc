#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/print/text.h"
#include "cli/watch/figures.h"
#include "cli/watch/live_area.h"
#include "cli/watch/view.h"
#include "core/report/color.h"
#include "core/report/escape.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

using report::Color;
using report::Visible;

constexpr size_t kMostRuns = 5;  // live lines must not fill the screen
constexpr size_t kStepColumns = 16;

std::string Padded(std::string text, size_t columns) {
  const size_t width = report::DisplayWidth(text);
  if (width < columns) text.append(columns - width, ' ');
  return text;
}

class LiveView final : public PromotionView {
 public:
  explicit LiveView(Context& context) : context_(context), area_(context.out) {}

  void Begin(const v1::PromotionInfo& promotion) override {
    promotion_ = promotion;
    PrintHead();
    OnPromotion(promotion);
  }

  void OnPromotion(const v1::PromotionInfo& promotion) override {
    promotion_ = promotion;
    for (const v1::RunInfo& run : promotion.runs()) {
      target_columns_ = std::max(target_columns_, report::DisplayWidth(Visible(run.target_id())));
    }
    for (const v1::RunInfo& run : promotion.runs()) PrintNews(run);
    Draw();
  }

  void OnEvent(const v1::Event& event) override {
    const std::string& type = event.type();
    if (type == "cancel_requested" || type == "hold_requested" || type == "held" || type == "resumed")
      PrintAbove(absl::StrCat(" ..  ", Visible(event.text())), Color::kYellow);
  }

  void OnProgress(const v1::Progress& progress) override { progress_[progress.run_id()] = progress; }

  void OnConnection(bool connected) override {
    connected_ = connected;
    if (!connected) lost_at_ = context_.clock.Now();
    Draw();
  }

  void OnTick() override { Draw(); }

  void Say(absl::string_view line) override {
    area_.Clear();
    context_.err << line << "\n" << std::flush;
    if (!finished_) Draw();
  }

  void Finish() override {
    finished_ = true;
    area_.Clear();
  }

 private:
  void PrintHead() {
    const v1::PromotionInfo& p = promotion_;
    PrintAbove(absl::StrCat(Visible(p.promotion_id()), "  ", Verb(p), " ", Visible(Goal(p)), "  plan ",
                            ShortDigest(p.plan_digest()), " (", Visible(p.plan_name()), ")"),
               Color::kBold);
  }

  // Lines about steps that have ended, and about a wait that has begun.
  void PrintNews(const v1::RunInfo& run) {
    for (int i = 0; i < run.steps_size(); ++i) {
      const v1::StepInfo& step = run.steps(i);
      const bool over = step.state() == "done" || step.state() == "failed" || step.state() == "cancelled";
      if (over && printed_.insert({run.run_id(), i}).second) PrintStep(run, step);
    }
    std::string& said = waits_[run.run_id()];
    if (run.waiting_for() == said) return;
    said = run.waiting_for();
    if (said.empty() || run.state() == v1::RUN_STATE_HELD) return;  // the event says that
    PrintAbove(absl::StrCat(" ..  ", Visible(run.target_id()),
                            "  waits: ", Visible(WaitingSentence(run, context_.clock.Now(), context_.zone))),
               Color::kYellow);
  }

  void PrintStep(const v1::RunInfo& run, const v1::StepInfo& step) {
    const bool done = step.state() == "done";
    const bool failed = step.state() == "failed";
    std::string took;
    if (step.has_started_at() && step.has_ended_at()) {
      took = ShortDuration(rpc::FromProto(step.ended_at()) - rpc::FromProto(step.started_at()));
    }
    const std::string mark = report::Paint(done     ? "ok"
                                           : failed ? "XX"
                                                    : "--",
                                           done     ? Color::kGreen
                                           : failed ? Color::kRed
                                                    : Color::kYellow,
                                           context_.out_terminal.color);
    std::string rest = absl::StrCat("  ", Padded(Visible(run.target_id()), target_columns_), "  ",
                                    Padded(Visible(StepName(step.step())), kStepColumns), "  ",
                                    Padded(took, 6), "  ", step.summary());
    rest = Fit(rest, context_.out_terminal.columns - 3);
    absl::StripTrailingAsciiWhitespace(&rest);
    PrintAbove(absl::StrCat(" ", mark, rest), Color::kNone);
  }

  void PrintAbove(const std::string& line, Color color) {
    area_.Clear();
    context_.out << report::Paint(line, color, context_.out_terminal.color) << "\n" << std::flush;
  }

  void Draw() {
    std::vector<std::string> lines;
    size_t shown = 0;
    size_t more = 0;
    for (const v1::RunInfo& run : promotion_.runs()) {
      const v1::StepInfo* step = CurrentStep(run);
      const bool over = run.state() == v1::RUN_STATE_SUCCEEDED || run.state() == v1::RUN_STATE_FAILED ||
                        run.state() == v1::RUN_STATE_CANCELLED;
      if (over || step == nullptr) continue;
      if (++shown > kMostRuns) {
        ++more;
      } else {
        AddRun(run, *step, lines);
      }
    }
    if (more > 0)
      lines.push_back(absl::StrCat("  …  and ", Count(static_cast<int64_t>(more), "more target")));
    area_.Draw(lines);
  }

  void AddRun(const v1::RunInfo& run, const v1::StepInfo& step, std::vector<std::string>& lines) const {
    const size_t columns = context_.out_terminal.columns - 1;  // the last column stays free: no line may wrap
    std::string line = absl::StrCat("  >  ", Padded(Visible(run.target_id()), target_columns_), "  ",
                                    Padded(Visible(StepName(step.step())), kStepColumns), "  ");
    const bool held = run.state() == v1::RUN_STATE_HELD;
    const bool waits = !run.waiting_for().empty();
    const v1::Progress* progress = waits || !connected_ ? nullptr : ProgressOf(run, step);
    if (!connected_) {
      const absl::Duration away = context_.clock.Now() - lost_at_;
      absl::StrAppend(&line, "no news for ", ShortDuration(absl::Trunc(away, absl::Seconds(1))));
    } else if (held) {
      absl::StrAppend(&line, "held");
    } else if (waits) {
      absl::StrAppend(&line, "waits ", UntilPhrase(run, context_.clock.Now(), context_.zone));
    } else if (!run.agent_online()) {
      absl::StrAppend(&line, "its agent is not connected; goes on when it is back");
    } else if (run.state() == v1::RUN_STATE_CANCELLING) {
      absl::StrAppend(&line, "stops at the next safe point");
    } else if (run.state() == v1::RUN_STATE_HOLDING) {
      absl::StrAppend(&line, "stops before its next segment or batch");
    } else if (progress != nullptr) {
      absl::StrAppend(&line, Figures(*progress, true));
    } else if (step.has_started_at()) {
      const absl::Duration since = context_.clock.Now() - rpc::FromProto(step.started_at());
      absl::StrAppend(&line, ShortDuration(absl::Trunc(since, absl::Seconds(1))));
    }
    lines.push_back(Fit(line, columns));
    if (progress == nullptr) return;
    const bool color = context_.out_terminal.color;
    if (!progress->blocked_by().empty()) {
      lines.push_back(report::Paint(Fit(absl::StrCat("       blocked by ", progress->blocked_by()), columns),
                                    Color::kYellow, color));
    } else if (!progress->statement().empty()) {
      lines.push_back(report::Paint(Fit(absl::StrCat("       ", OneLine(progress->statement())), columns),
                                    Color::kDim, color));
    }
  }

  // What the agent said last of this very step.
  const v1::Progress* ProgressOf(const v1::RunInfo& run, const v1::StepInfo& step) const {
    const auto found = progress_.find(run.run_id());
    if (found == progress_.end()) return nullptr;
    const v1::Step& about = found->second.step();
    return about.kind() == step.step().kind() && about.version() == step.step().version() ? &found->second
                                                                                          : nullptr;
  }

  Context& context_;
  LiveArea area_;
  v1::PromotionInfo promotion_;
  bool finished_ = false;
  bool connected_ = true;
  absl::Time lost_at_;
  size_t target_columns_ = 0;
  std::map<std::string, v1::Progress> progress_;   // by run
  std::set<std::pair<std::string, int>> printed_;  // run, index of the step
  std::map<std::string, std::string> waits_;       // run -> the reason that was printed
};

}  // namespace

std::unique_ptr<PromotionView> MakeLiveView(Context& context) { return std::make_unique<LiveView>(context); }

}  // namespace ferry::cli
