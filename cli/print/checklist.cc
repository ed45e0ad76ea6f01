#include "cli/print/checklist.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/print/text.h"
#include "core/report/color.h"
#include "core/report/escape.h"
#include "core/report/json_writer.h"
#include "core/report/table.h"

namespace ferry::cli {
namespace {

using report::ChecklistPoint;
using report::Color;
using State = ChecklistPoint::State;

report::TextTable::Cell Mark(State state) {
  if (state == State::kOk) return {"ok", Color::kGreen};
  return state == State::kOpen ? report::TextTable::Cell{"open", Color::kYellow}
                               : report::TextTable::Cell{"?", Color::kDim};
}

std::string StateName(State state) {
  return state == State::kOk ? "ok" : state == State::kOpen ? "open" : "not_known";
}

int64_t Number(const std::vector<ChecklistPoint>& points, State state) {
  return std::count_if(points.begin(), points.end(),
                       [state](const ChecklistPoint& point) { return point.state == state; });
}

}  // namespace

std::string ChecklistScreen(const report::ChecklistInput& input, const std::vector<ChecklistPoint>& points,
                            const Screen& screen) {
  std::string out = absl::StrCat("checklist for ", report::Visible(input.environment), " to ",
                                 report::Visible(input.version), ": ",
                                 Count(static_cast<int64_t>(input.migrations.size()), "migration"),
                                 input.pending ? " pending\n" : ", of its newest promotion\n");
  report::TextTable table({{""}, {"", report::TextTable::Align::kRight}, {""}, {""}});
  size_t used = 0;
  for (const ChecklistPoint& point : points) used = std::max(used, report::DisplayWidth(point.title) + 12);
  const size_t room = screen.columns > used + 30 ? screen.columns - used : 30;
  for (const ChecklistPoint& point : points) {
    bool first = true;
    for (const std::string& part : point.evidence) {
      table.AddRow({first ? Mark(point.state) : report::TextTable::Cell{""},
                    {first ? absl::StrCat(point.number) : ""},
                    {first ? point.title : ""},
                    {Fit(part, room)}});
      first = false;
    }
    if (point.state != State::kOk) {
      table.AddRow({{""}, {""}, {""}, {Fit(absl::StrCat("-> ", point.command), room), Color::kBold}});
    }
  }
  absl::StrAppend(&out, table.Render(screen.color), Number(points, State::kOk), " ok, ",
                  Number(points, State::kOpen), " open, ", Number(points, State::kNotKnown), " not known\n");
  return out;
}

std::string ChecklistJson(const report::ChecklistInput& input, const std::vector<ChecklistPoint>& points) {
  report::JsonWriter json;
  json.BeginObject().Key("schema").String("ferry/checklist/v1");
  json.Key("environment").String(input.environment).Key("version").String(input.version);
  json.Key("pending").Bool(input.pending).Key("open").Bool(report::AnythingOpen(points));
  json.Key("migrations").BeginArray();
  for (const report::ChecklistMigration& m : input.migrations) json.String(m.note.version);
  json.EndArray().Key("points").BeginArray();
  for (const ChecklistPoint& point : points) {
    json.BeginObject().Key("number").Int(point.number).Key("title").String(point.title);
    json.Key("state").String(StateName(point.state)).Key("evidence").BeginArray();
    for (const std::string& part : point.evidence) json.String(part);
    json.EndArray().Key("command").String(point.command).EndObject();
  }
  json.EndArray().EndObject();
  return json.Take();
}

}  // namespace ferry::cli
