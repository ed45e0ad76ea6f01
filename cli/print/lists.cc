#include "cli/print/lists.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "cli/print/text.h"
#include "core/report/color.h"
#include "core/report/escape.h"
#include "core/report/table.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

using report::Color;
using Cell = report::TextTable::Cell;

Cell State(v1::PromotionState state) {
  switch (state) {
    case v1::PROMOTION_STATE_RUNNING:
      return {"running", Color::kBold};
    case v1::PROMOTION_STATE_SUCCEEDED:
      return {"ok", Color::kGreen};
    case v1::PROMOTION_STATE_FAILED:
      return {"failed", Color::kRed};
    case v1::PROMOTION_STATE_CANCELLED:
      return {"cancelled", Color::kYellow};
    default:
      return {"unknown", Color::kYellow};
  }
}

// "promote prod to 1.1.0", "rollback prod by one migration".
std::string What(const v1::PromotionInfo& p) {
  const std::string direction = Direction(p);
  const absl::string_view where = absl::StripPrefix(direction, "back ");
  return absl::StrCat(KindName(p), " ", p.environment(), " ", where);
}

std::string Took(const v1::PromotionInfo& p, absl::Time now) {
  const absl::Time end = p.has_finished_at() ? rpc::FromProto(p.finished_at()) : now;
  return ShortDuration(end - rpc::FromProto(p.requested_at()));
}

std::string WindowLine(const v1::WindowVerdict& v, const Screen& screen) {
  absl::TimeZone zone = screen.zone;
  absl::LoadTimeZone(v.zone(), &zone);
  std::string out = absl::StrCat(
      report::Visible(v.target_id()), ": ",
      report::Paint(v.open() ? "open" : "closed", v.open() ? Color::kGreen : Color::kYellow, screen.color),
      " at ", FullTime(rpc::FromProto(v.at()), zone));
  if (!v.zone().empty()) absl::StrAppend(&out, " (", report::Visible(v.zone()), ")");
  if (!v.reason().empty()) absl::StrAppend(&out, ": ", report::Visible(v.reason()));
  if (v.open()) {
    return absl::StrCat(out, v.has_closes()
                                 ? absl::StrCat("\n  closes ", FullTime(rpc::FromProto(v.closes()), zone))
                                 : "\n  never closes");
  }
  if (!v.has_opens())
    return absl::StrCat(out, "\n  does not open within five years: see windows: in the agent's file");
  const absl::Time opens = rpc::FromProto(v.opens());
  return absl::StrCat(out, "\n  opens ", FullTime(opens, zone), ", ",
                      ShortDuration(opens - rpc::FromProto(v.at())), " later");
}

}  // namespace

std::string AgentListScreen(const v1::ListAgentsResponse& agents, const Screen& screen) {
  std::string out;
  report::TextTable table({{"AGENT"}, {"STATE"}, {"SEEN"}, {"TARGETS"}, {"VERSION"}, {"FROM"}});
  for (const v1::AgentInfo& a : agents.agents()) {
    table.AddRow({{a.agent_id()},
                  a.online() ? Cell{"online", Color::kGreen} : Cell{"offline", Color::kRed},
                  {a.has_last_seen() ? Ago(rpc::FromProto(a.last_seen()), screen.now) : "never"},
                  {Fit(absl::StrJoin(a.target_ids(), ","), 32)},
                  {a.software()},
                  {Fit(a.peer(), 24)}});
  }
  out = agents.agents().empty() ? "no agent has ever connected\n" : table.Render(screen.color);
  for (const v1::AgentInfo& a : agents.agents()) {
    if (a.online()) continue;
    absl::StrAppend(&out, "  ", report::Visible(a.agent_id()),
                    " is not connected: is ferry-agent running there?  journalctl -u ferry-agent\n");
  }
  for (const std::string& target : agents.unserved_targets()) {
    absl::StrAppend(&out, "  no agent has ever served ", report::Visible(target),
                    ": name it in an agent's file, start ferry-agent\n");
  }
  return out;
}

std::string HistoryScreen(const v1::ListHistoryResponse& history, const Screen& screen) {
  if (history.promotions().empty()) return "no promotion yet  ferry promote --to ENV\n";
  report::TextTable table(
      {{"ID"}, {"WHAT"}, {"RESULT"}, {"WHEN"}, {"TOOK", report::TextTable::Align::kRight}, {"BY"}});
  for (const v1::PromotionInfo& p : history.promotions()) {
    table.AddRow({{p.promotion_id()},
                  {Fit(What(p), 34)},
                  State(p.state()),
                  {Ago(rpc::FromProto(p.requested_at()), screen.now)},
                  {Took(p, screen.now)},
                  {Fit(p.requested_by(), 16)}});
  }
  std::string out = table.Render(screen.color);
  for (const v1::PromotionInfo& p : history.promotions()) {
    if (p.reason().empty()) continue;
    absl::StrAppend(&out, "  ", report::Visible(p.promotion_id()),
                    " because: ", Fit(p.reason(), screen.columns > 60 ? screen.columns - 50 : 20), "\n");
  }
  for (const v1::PromotionInfo& p : history.promotions()) {
    for (const v1::RunInfo& run : p.runs()) {
      if (run.state() != v1::RUN_STATE_FAILED) continue;
      const std::string command = absl::StrCat("ferry history --events ", report::Visible(p.promotion_id()));
      const size_t columns = screen.columns > command.size() + 24 ? screen.columns - command.size() - 4 : 20;
      absl::StrAppend(
          &out, "  ",
          Fit(absl::StrCat(run.target_id(), " ", run.error().code(), ": ", run.error().message()), columns),
          "  ", command, "\n");
    }
  }
  return out;
}

std::string EventsScreen(const v1::GetPromotionResponse& response, const Screen& screen) {
  const v1::PromotionInfo& p = response.promotion();
  const Cell state = State(p.state());
  std::string out = absl::StrCat(report::Visible(p.promotion_id()), "  ", report::Visible(Goal(p)), "  plan ",
                                 ShortDigest(p.plan_digest()), " (", report::Visible(p.plan_name()), ")  ",
                                 report::Paint(state.text, state.color, screen.color), "\nrequested ",
                                 FullTime(rpc::FromProto(p.requested_at()), screen.zone), " by ",
                                 report::Visible(p.requested_by()), "\n");
  if (!p.reason().empty()) absl::StrAppend(&out, "because: ", report::Visible(p.reason()), "\n");
  report::TextTable table({{"EVENT", report::TextTable::Align::kRight}, {"AT"}, {"RULE"}, {"WHAT"}});
  for (const v1::Event& e : response.events()) {
    table.AddRow({{absl::StrCat(e.id())},
                  {absl::FormatTime("%Y-%m-%d %H:%M:%E3S", rpc::FromProto(e.at()), screen.zone)},
                  {e.rule()},
                  {e.text()}});
  }
  absl::StrAppend(&out, table.Render(screen.color));
  return out;
}

std::string WindowScreen(const v1::TestWindowResponse& windows, const std::string& environment,
                         const Screen& screen) {
  std::string out;
  bool open = true;
  for (const v1::WindowVerdict& v : windows.verdicts()) {
    absl::StrAppend(&out, WindowLine(v, screen), "\n");
    open = open && v.open();
  }
  if (windows.verdicts().empty()) return absl::StrCat(report::Visible(environment), " has no target\n");
  if (!open) {
    absl::StrAppend(&out,
                    "a promotion waits until it opens, and then goes on by itself:  ferry promote --to ",
                    report::Visible(environment), " --detach\n");
  }
  return out;
}

}  // namespace ferry::cli
