#include "cli/print/show.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/print/text.h"
#include "core/report/color.h"
#include "core/report/escape.h"
#include "core/report/json_writer.h"
#include "core/report/table.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

using migration::Segment;
using report::Color;

std::string KindName(const Segment& segment) {
  switch (segment.kind) {
    case Segment::Kind::kTransaction:
      return "transaction";
    case Segment::Kind::kStandalone:
      return "by itself";
    case Segment::Kind::kBackfill:
      return absl::StrCat("backfill by ", Grouped(segment.batch));
    default:
      return "batches";
  }
}

const v1::AppliedMigration* AppliedOn(const v1::TargetInfo& target, const std::string& version) {
  for (const v1::AppliedMigration& a : target.status().applied()) {
    if (a.version() == version) return &a;
  }
  return nullptr;
}

std::string Requires(const migration::Migration& m) {
  std::vector<std::string> versions;
  for (const migration::Version& version : m.requires_versions) versions.push_back(version.ToString());
  return absl::StrJoin(versions, ", ");
}

std::string HeaderText(const Shown& shown, const Screen& screen) {
  const migration::Migration& m = shown.migration;
  std::string out =
      absl::StrCat(report::Paint(absl::StrCat(m.version.ToString(), " ", report::Visible(m.name)),
                                 Color::kBold, screen.color),
                   "\n", report::Visible(m.description), "\n");
  report::TextTable table({{""}, {""}});
  const auto add = [&](const char* what, const std::string& value) {
    if (!value.empty()) table.AddRow({{what}, {Fit(value, screen.columns - 14)}});
  };
  add("author", m.author);
  add("date", m.date);
  add("reviewed by", m.reviewed_by);
  add("breaking", m.breaking ? "yes" : "no");
  add("requires", Requires(m));
  add("role", m.role);
  add("search path", m.search_path == "public" ? "" : m.search_path);
  add("file", m.file);
  add("checksum", m.checksum);
  for (const v1::PlanInfo* plan : shown.plans) {
    add("plan",
        absl::StrCat(ShortDigest(plan->digest()), " (", plan->name(), "), registered ",
                     Ago(rpc::FromProto(plan->registered_at()), screen.now), " by ", plan->registered_by()));
  }
  return absl::StrCat(out, table.Render(screen.color));
}

void AddSegments(report::TextTable& table, const char* section, const std::vector<Segment>& segments,
                 size_t room) {
  for (const Segment& segment : segments) {
    bool first = true;
    for (const sql::Statement& statement : segment.statements) {
      table.AddRow({{first && segment.index == 0 ? section : ""},
                    {first ? absl::StrCat(segment.index + 1) : ""},
                    {first ? KindName(segment) : ""},
                    {Fit(OneLine(statement.text), room)}});
      first = false;
    }
  }
}

std::string SectionsText(const migration::Migration& m, const Screen& screen) {
  const size_t room = screen.columns > 60 ? screen.columns - 34 : 26;
  report::TextTable table({{""}, {"", report::TextTable::Align::kRight}, {""}, {""}});
  AddSegments(table, "up", m.up, room);
  if (m.irreversible) {
    table.AddRow({{"down"}, {""}, {"irreversible", Color::kYellow}, {Fit(m.irreversible_reason, room)}});
  }
  AddSegments(table, "down", m.down, room);
  for (size_t i = 0; i < m.verify.size(); ++i) {
    table.AddRow({{i == 0 ? "verify" : ""},
                  {absl::StrCat(i + 1)},
                  {"must be true"},
                  {Fit(OneLine(m.verify[i].text), room)}});
  }
  if (m.verify.empty()) table.AddRow({{"verify"}, {""}, {"none", Color::kYellow}, {""}});
  return table.Render(screen.color);
}

std::string TargetsText(const Shown& shown, const Screen& screen) {
  report::TextTable table({{"ENV"}, {"TARGET"}, {"APPLIED"}, {"BY"}});
  for (const v1::EnvironmentStatus& e : shown.status.environments()) {
    for (const v1::TargetInfo& target : e.targets()) {
      const v1::AppliedMigration* a = AppliedOn(target, shown.migration.version.ToString());
      if (a == nullptr) {
        table.AddRow(
            {{e.name()}, {target.target_id()}, {target.has_status() ? "no" : "not known", Color::kDim}});
        continue;
      }
      table.AddRow({{e.name()},
                    {target.target_id()},
                    {FullTime(rpc::FromProto(a->applied_at()), screen.zone), Color::kGreen},
                    {absl::StrCat(a->promotion_id(), a->baseline() ? " (recorded, not run)" : "")}});
    }
  }
  return table.Render(screen.color);
}

void WriteSegments(report::JsonWriter& json, absl::string_view key, const std::vector<Segment>& segments) {
  json.Key(key).BeginArray();
  for (const Segment& segment : segments) {
    json.BeginObject().Key("kind").String(KindName(segment)).Key("checksum").String(segment.checksum);
    json.Key("statements").BeginArray();
    for (const sql::Statement& statement : segment.statements) json.String(statement.text);
    json.EndArray().EndObject();
  }
  json.EndArray();
}

void WriteTargets(report::JsonWriter& json, const Shown& shown) {
  json.Key("targets").BeginArray();
  for (const v1::EnvironmentStatus& e : shown.status.environments()) {
    for (const v1::TargetInfo& target : e.targets()) {
      const v1::AppliedMigration* a = AppliedOn(target, shown.migration.version.ToString());
      json.BeginObject().Key("environment").String(e.name()).Key("target").String(target.target_id());
      json.Key("applied").Bool(a != nullptr);
      if (a != nullptr) {
        json.Key("applied_at")
            .String(absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", rpc::FromProto(a->applied_at()),
                                     absl::UTCTimeZone()));
        json.Key("promotion_id").String(a->promotion_id()).Key("baseline").Bool(a->baseline());
      }
      json.EndObject();
    }
  }
  json.EndArray();
}

}  // namespace

std::string ShowScreen(const Shown& shown, const Screen& screen) {
  return absl::StrCat(HeaderText(shown, screen), "\n", SectionsText(shown.migration, screen), "\n",
                      TargetsText(shown, screen));
}

std::string ShowJson(const Shown& shown) {
  const migration::Migration& m = shown.migration;
  report::JsonWriter json;
  json.BeginObject().Key("schema").String("ferry/migration/v1").Key("version").String(m.version.ToString());
  json.Key("name").String(m.name).Key("description").String(m.description).Key("author").String(m.author);
  json.Key("date").String(m.date).Key("reviewed_by").String(m.reviewed_by).Key("breaking").Bool(m.breaking);
  json.Key("requires").BeginArray();
  for (const migration::Version& version : m.requires_versions) json.String(version.ToString());
  json.EndArray().Key("file").String(m.file).Key("checksum").String(m.checksum);
  json.Key("irreversible").Bool(m.irreversible).Key("irreversible_reason").String(m.irreversible_reason);
  WriteSegments(json, "up", m.up);
  WriteSegments(json, "down", m.down);
  json.Key("verify").BeginArray();
  for (const sql::Statement& query : m.verify) json.String(query.text);
  json.EndArray().Key("plans").BeginArray();
  for (const v1::PlanInfo* plan : shown.plans) json.String(plan->digest());
  json.EndArray();
  WriteTargets(json, shown);
  json.EndObject();
  return json.Take();
}

}  // namespace ferry::cli
