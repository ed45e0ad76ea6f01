#include "cli/print/status.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/print/text.h"
#include "core/report/color.h"
#include "core/report/escape.h"
#include "core/report/table.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

using report::Color;
using Cell = report::TextTable::Cell;

// Something that is not as it should be, and what to type.
struct Concern {
  std::string what;
  Color color = Color::kYellow;
  std::string command;
};

std::string At(const v1::EnvironmentStatus& e) {
  std::set<std::string> versions;
  for (const v1::TargetInfo& t : e.targets()) {
    const auto& applied = t.status().applied();
    const bool recorded = !applied.empty() && applied.rbegin()->baseline();
    versions.insert(absl::StrCat(t.current_version(), recorded ? " (baseline)" : ""));
  }
  if (versions.empty()) return "-";
  if (versions.size() == 1) return versions.begin()->empty() ? "-" : *versions.begin();
  std::vector<std::string> shown;
  for (const std::string& v : versions) shown.push_back(v.empty() ? "none" : v);
  return shown.size() <= 3 ? absl::StrJoin(shown, "/") : Count(static_cast<int64_t>(shown.size()), "version");
}

Cell Pending(const v1::EnvironmentStatus& e) {
  if (e.pending().empty()) return {"-"};
  const std::string newest = e.pending(e.pending_size() - 1);
  return {e.pending_size() == 1 ? newest : absl::StrCat(newest, " (", e.pending_size(), ")"), Color::kYellow};
}

std::string WindowOf(const v1::TargetStatus& t, const Screen& screen) {
  absl::TimeZone zone = screen.zone;
  absl::LoadTimeZone(t.window_zone(), &zone);
  const std::string suffix = t.window_zone().empty() ? "" : absl::StrCat(" ", t.window_zone());
  if (t.window_open()) {
    if (!t.has_window_closes()) return "open";
    const absl::Time closes = rpc::FromProto(t.window_closes());
    return absl::StrCat("open until ", Clock24(closes, screen.now, zone), suffix);
  }
  if (!t.has_window_opens()) return "closed";
  const absl::Time opens = rpc::FromProto(t.window_opens());
  return absl::StrCat("opens ", Clock24(opens, screen.now, zone), suffix, ", in ",
                      ShortDuration(absl::Trunc(opens - screen.now, absl::Minutes(1))));
}

Cell Window(const v1::EnvironmentStatus& e, const Screen& screen) {
  std::set<std::string> shown;
  bool open = true;
  for (const v1::TargetInfo& t : e.targets()) {
    if (!t.has_status()) continue;
    shown.insert(WindowOf(t.status(), screen));
    open = open && t.status().window_open();
  }
  if (shown.empty()) return {"unknown", Color::kYellow};
  if (shown.size() > 1) return {"differs by target", Color::kYellow};
  return {*shown.begin(), open ? Color::kGreen : Color::kYellow};
}

Cell Agent(const v1::EnvironmentStatus& e) {
  const auto online = std::count_if(e.targets().begin(), e.targets().end(),
                                    [](const v1::TargetInfo& t) { return t.agent_online(); });
  if (e.targets_size() == 1) {
    return online == 1 ? Cell{"online", Color::kGreen} : Cell{"offline", Color::kRed};
  }
  return {absl::StrCat(online, "/", e.targets_size(), " online"),
          online == e.targets_size() ? Color::kGreen : Color::kRed};
}

Cell Last(const v1::EnvironmentStatus& e, const Screen& screen) {
  if (e.has_active()) {
    const absl::Time since = rpc::FromProto(e.active().requested_at());
    return {absl::StrCat("running ", ShortDuration(absl::Trunc(screen.now - since, absl::Seconds(1)))),
            Color::kBold};
  }
  if (!e.has_last()) return {"never"};
  const std::string when = Ago(rpc::FromProto(e.last().finished_at()), screen.now);
  if (e.last().state() == v1::PROMOTION_STATE_SUCCEEDED) return {absl::StrCat("ok ", when), Color::kGreen};
  if (e.last().state() == v1::PROMOTION_STATE_CANCELLED)
    return {absl::StrCat("cancelled ", when), Color::kYellow};
  return {absl::StrCat("failed ", when), Color::kRed};
}

void AddTargetConcerns(const v1::EnvironmentStatus& e, std::vector<Concern>& out) {
  for (const v1::TargetInfo& t : e.targets()) {
    if (t.agent_id().empty()) {
      out.push_back(
          {absl::StrCat("no agent has ever served ", t.target_id()), Color::kRed, "ferry agent list"});
    } else if (!t.agent_online()) {
      out.push_back({absl::StrCat(t.agent_id(), " of ", t.target_id(), " is not connected"), Color::kRed,
                     "ferry agent list"});
    } else if (t.has_status() && !t.status().reachable()) {
      out.push_back({absl::StrCat(t.target_id(), " cannot be reached: ", t.status().error().message()),
                     Color::kRed, "ferry agent list"});
    }
  }
}

void AddRestored(const v1::EnvironmentStatus& e, const Screen& screen, std::vector<Concern>& out) {
  for (const v1::TargetInfo& t : e.targets()) {
    if (!t.status().has_restored()) continue;
    const v1::Restored& r = t.status().restored();
    out.push_back({absl::StrCat(t.target_id(), " was restored ", Ago(rpc::FromProto(r.at()), screen.now),
                                " from ", r.backup_id()),
                   Color::kYellow, absl::StrCat("ferry history ", e.name())});
  }
}

// What has drifted and nobody lives with.
void AddDrift(const v1::EnvironmentStatus& e, const Screen& screen, std::vector<Concern>& out) {
  for (const v1::TargetInfo& t : e.targets()) {
    const v1::DriftStatus& drift = t.status().drift();
    const int open = drift.objects() - t.ignored_drift();
    const bool all_ignored = drift.objects() > 0 && open <= 0;
    if (drift.state() != v1::DRIFT_STATE_DRIFTED || all_ignored) continue;
    std::string what = absl::StrCat(t.target_id(), " has drifted");
    if (open > 0) absl::StrAppend(&what, ": ", Count(open, "object"));
    if (drift.has_since()) {
      absl::StrAppend(&what, ", since ", Clock24(rpc::FromProto(drift.since()), screen.now, screen.zone));
    }
    out.push_back({what, Color::kRed, absl::StrCat("ferry drift ", e.name())});
  }
}

std::vector<Concern> Concerns(const v1::EnvironmentStatus& e, const Screen& screen) {
  std::vector<Concern> out;
  AddTargetConcerns(e, out);
  if (e.has_active()) {
    out.push_back({ActiveSentence(e.active(), screen), Color::kBold, absl::StrCat("ferry watch ", e.name())});
    return out;
  }
  if (e.last().state() == v1::PROMOTION_STATE_FAILED) {
    out.push_back({"the last promotion failed", Color::kRed,
                   absl::StrCat("ferry history --events ", e.last().promotion_id())});
  }
  if (e.last().kind() == v1::PROMOTION_KIND_BREAK_GLASS) {
    const bool unregistered = e.next() == "ferry plan register";
    out.push_back(
        {absl::StrCat("brought to ", e.last().to_version(), " without the controller by ",
                      e.last().requested_by(), ": ", e.last().reason()),
         Color::kYellow,
         unregistered ? e.next() : absl::StrCat("ferry history --events ", e.last().promotion_id())});
  }
  const bool held_back = e.next() == absl::StrCat("ferry drift ", e.name());
  const bool others = !out.empty();
  AddDrift(e, screen, out);
  if (!e.pending().empty()) {
    const std::string next =
        e.next().empty() || others || held_back ? absl::StrCat("ferry promote --to ", e.name()) : e.next();
    out.push_back({absl::StrCat(Count(e.pending_size(), "migration"), " behind",
                                held_back ? ", held back by the drift" : ""),
                   Color::kYellow, next});
  }
  AddRestored(e, screen, out);
  return out;
}

// Commands stand in one column as far as the width allows.
void AppendConcerns(std::string& out, std::vector<Concern>& concerns, const Screen& screen) {
  const auto room = [&](const Concern& concern) {
    const size_t used = report::DisplayWidth(report::Visible(concern.command)) + 4;
    return screen.columns > used + 20 ? screen.columns - used : 20;
  };
  size_t column = 0;
  for (Concern& concern : concerns) {
    concern.what = Fit(concern.what, room(concern));
    column = std::max(column, report::DisplayWidth(concern.what));
  }
  for (const Concern& concern : concerns) {
    const size_t width = report::DisplayWidth(concern.what);
    const std::string blanks(std::max(width, std::min(column, room(concern))) - width + 2, ' ');
    absl::StrAppend(&out, "  ", report::Paint(concern.what, concern.color, screen.color), blanks,
                    report::Visible(concern.command), "\n");
  }
}

}  // namespace

std::string ActiveSentence(const v1::PromotionInfo& promotion, const Screen& screen) {
  for (const v1::RunInfo& run : promotion.runs()) {
    if (run.waiting_for().empty()) continue;
    const bool held = run.state() == v1::RUN_STATE_HELD;
    std::string out = absl::StrCat(Direction(promotion), held ? " is held: " : " waits: ", run.waiting_for());
    if (run.has_waiting_until()) {
      absl::StrAppend(&out, ", until ",
                      Clock24(rpc::FromProto(run.waiting_until()), screen.now, screen.zone));
    }
    return out;
  }
  for (const v1::RunInfo& run : promotion.runs()) {
    for (const v1::StepInfo& step : run.steps()) {
      if (step.state() != "running") continue;
      return absl::StrCat(Direction(promotion), ": ", StepName(step.step()), " on ", run.target_id());
    }
  }
  return absl::StrCat(Direction(promotion), " is running");
}

std::string StatusScreen(const v1::GetStatusResponse& status, const Screen& screen) {
  report::TextTable table({{"ENV"}, {"AT"}, {"PENDING"}, {"WINDOW"}, {"AGENT"}, {"LAST"}});
  std::vector<Concern> concerns;
  for (const v1::EnvironmentStatus& e : status.environments()) {
    const std::vector<Concern> here = Concerns(e, screen);
    table.AddRow({{e.name(), here.empty() ? Color::kGreen : here[0].color},
                  {At(e)},
                  Pending(e),
                  Window(e, screen),
                  Agent(e),
                  Last(e, screen)});
    for (const Concern& concern : here) {
      concerns.push_back({absl::StrCat(e.name(), ": ", concern.what), concern.color, concern.command});
    }
  }
  std::string out = table.Render(screen.color);
  AppendConcerns(out, concerns, screen);
  if (status.environments().empty()) absl::StrAppend(&out, "the controller's pipeline has no environment\n");
  if (!status.has_plan()) absl::StrAppend(&out, "no plan is registered yet  ferry plan register\n");
  return out;
}

}  // namespace ferry::cli
