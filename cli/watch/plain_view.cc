#include <map>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/print/json.h"
#include "cli/print/text.h"
#include "cli/watch/figures.h"
#include "cli/watch/view.h"
#include "core/report/escape.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

using report::Visible;

constexpr absl::Duration kHeartbeat = absl::Seconds(10);

// One line an event; when none came for ten seconds, one line that says where it stands.
class PlainView final : public PromotionView {
 public:
  explicit PlainView(Context& context) : context_(context), last_line_(context.clock.Elapsed()) {}

  void Begin(const v1::PromotionInfo& promotion) override {
    promotion_ = promotion;
    context_.out << Visible(promotion.promotion_id()) << " " << Verb(promotion) << " "
                 << Visible(Goal(promotion)) << ", plan " << ShortDigest(promotion.plan_digest()) << " ("
                 << Visible(promotion.plan_name()) << ")\nrequested "
                 << FullTime(rpc::FromProto(promotion.requested_at()), context_.zone) << " by "
                 << Visible(promotion.requested_by()) << "\n"
                 << std::flush;
  }

  // Events say why a run waits; this adds when it goes on, and the waits that are no events: an agent that is
  // away.
  void OnPromotion(const v1::PromotionInfo& promotion) override {
    promotion_ = promotion;
    for (const v1::RunInfo& run : promotion.runs()) {
      std::string& said = waits_[run.run_id()];
      if (run.waiting_for() == said) continue;
      said = run.waiting_for();
      if (run.state() == v1::RUN_STATE_HELD) continue;  // the event says that
      if (said.empty() || (run.state() == v1::RUN_STATE_WAITING && !run.has_waiting_until())) continue;
      const std::string until = UntilPhrase(run, context_.clock.Now(), context_.zone);
      Line(context_.clock.Now(), absl::StrCat(run.target_id(), " waits", until.empty() ? ": " : " ",
                                              until.empty() ? run.waiting_for() : until));
    }
  }

  void OnEvent(const v1::Event& event) override { Line(rpc::FromProto(event.at()), event.text()); }

  void OnProgress(const v1::Progress& progress) override {
    progress_[progress.run_id()] = progress;
    OnTick();
  }

  void OnConnection(bool connected) override {
    connected_ = connected;
    if (!connected) lost_at_ = context_.clock.Now();
  }

  void OnTick() override {
    if (context_.clock.Elapsed() - last_line_ < kHeartbeat) return;
    if (!connected_) {
      Line(context_.clock.Now(), absl::StrCat("no news: the controller cannot be reached since ",
                                              Clock24(lost_at_, context_.clock.Now(), context_.zone)));
      return;
    }
    for (const v1::RunInfo& run : promotion_.runs()) {
      const v1::StepInfo* step = CurrentStep(run);
      if (step != nullptr) Line(context_.clock.Now(), Standing(run, *step));
    }
    last_line_ = context_.clock.Elapsed();
  }

  void Say(absl::string_view line) override { context_.err << line << "\n" << std::flush; }
  void Finish() override { context_.out.flush(); }

 private:
  std::string Waiting(const v1::RunInfo& run) const {
    return WaitingSentence(run, context_.clock.Now(), context_.zone);
  }

  std::string Standing(const v1::RunInfo& run, const v1::StepInfo& step) const {
    const std::string head = absl::StrCat(run.target_id(), " ", StepName(step.step()), " ");
    if (run.state() == v1::RUN_STATE_HELD) return absl::StrCat(head, "is held: ", Waiting(run));
    if (!run.waiting_for().empty()) return absl::StrCat(run.target_id(), " waits: ", Waiting(run));
    if (!run.agent_online()) return absl::StrCat(head, "its agent is not connected; goes on when it is back");
    const auto found = progress_.find(run.run_id());
    if (found != progress_.end() && found->second.step().kind() == step.step().kind() &&
        found->second.step().version() == step.step().version()) {
      const std::string& blocked = found->second.blocked_by();
      return absl::StrCat(head, Figures(found->second, false), blocked.empty() ? "" : "  blocked by ",
                          blocked);
    }
    if (!step.has_started_at()) return absl::StrCat(head, "has not started");
    const absl::Duration since = context_.clock.Now() - rpc::FromProto(step.started_at());
    return absl::StrCat(head, "still runs, since ", ShortDuration(absl::Trunc(since, absl::Seconds(1))));
  }

  void Line(absl::Time at, absl::string_view text) {
    context_.out << absl::FormatTime("%H:%M:%S", at, context_.zone) << " "
                 << Visible(promotion_.environment()) << " " << Visible(text) << "\n"
                 << std::flush;
    last_line_ = context_.clock.Elapsed();
  }

  Context& context_;
  absl::Duration last_line_;
  v1::PromotionInfo promotion_;
  bool connected_ = true;
  absl::Time lost_at_;
  std::map<std::string, v1::Progress> progress_;  // by run
  std::map<std::string, std::string> waits_;      // run -> the reason that was printed
};

class JsonView final : public PromotionView {
 public:
  explicit JsonView(Context& context) : context_(context) {}
  void Begin(const v1::PromotionInfo& promotion) override { Write("promotion", promotion); }
  void OnPromotion(const v1::PromotionInfo& promotion) override { Write("promotion", promotion); }
  void OnEvent(const v1::Event& event) override { Write("event", event); }
  void OnProgress(const v1::Progress& progress) override { Write("progress", progress); }
  void OnConnection(bool) override {}
  void OnTick() override {}
  void Say(absl::string_view line) override { context_.err << line << "\n" << std::flush; }
  void Finish() override { context_.out.flush(); }

 private:
  void Write(absl::string_view kind, const google::protobuf::Message& message) {
    context_.out << JsonDocument(kind, message, report::JsonWriter::Style::kLine) << "\n" << std::flush;
  }
  Context& context_;
};

class QuietView final : public PromotionView {
 public:
  explicit QuietView(Context& context) : context_(context) {}
  void Begin(const v1::PromotionInfo&) override {}
  void OnPromotion(const v1::PromotionInfo&) override {}
  void OnEvent(const v1::Event&) override {}
  void OnProgress(const v1::Progress&) override {}
  void OnConnection(bool) override {}
  void OnTick() override {}
  void Say(absl::string_view line) override { context_.err << line << "\n" << std::flush; }
  void Finish() override {}

 private:
  Context& context_;
};

}  // namespace

std::unique_ptr<PromotionView> MakePlainView(Context& context) {
  return std::make_unique<PlainView>(context);
}
std::unique_ptr<PromotionView> MakeJsonView(Context& context) { return std::make_unique<JsonView>(context); }
std::unique_ptr<PromotionView> MakeQuietView(Context& context) {
  return std::make_unique<QuietView>(context);
}

std::unique_ptr<PromotionView> MakeView(Context& context) {
  if (context.options.json()) return MakeJsonView(context);
  if (context.options.quiet) return MakeQuietView(context);
  return context.out_terminal.interactive ? MakeLiveView(context) : MakePlainView(context);
}

}  // namespace ferry::cli
