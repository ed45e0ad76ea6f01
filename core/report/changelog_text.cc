#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/report/changelog.h"
#include "core/report/json_writer.h"
#include "core/report/markdown.h"

namespace ferry::report {
namespace {

std::string Minute(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", time, absl::UTCTimeZone());
}

std::string KindName(Passage::Kind kind) {
  switch (kind) {
    case Passage::Kind::kReached:
      return "reached";
    case Passage::Kind::kBaseline:
      return "baseline";
    case Passage::Kind::kBreakGlass:
      return "break-glass";
    case Passage::Kind::kRolledBack:
      return "rolled back";
    case Passage::Kind::kLost:
      return "lost";
  }
  return "";
}

std::string Sentence(const Passage& p) {
  const std::string when = absl::StrCat(
      Minute(p.at), p.promotion_id.empty() ? "" : absl::StrCat(" (", MarkdownText(p.promotion_id), ")"));
  switch (p.kind) {
    case Passage::Kind::kReached:
      return when;
    case Passage::Kind::kBaseline:
      return absl::StrCat("recorded by a baseline ", when);
    case Passage::Kind::kBreakGlass:
      return absl::StrCat("without the controller ", when, " by ", MarkdownText(p.by), ": ",
                          MarkdownText(p.reason));
    case Passage::Kind::kRolledBack:
      return absl::StrCat("**rolled back** ", when);
    case Passage::Kind::kLost:
      return "**not there any more**, though nobody rolled it back: restored?";
  }
  return "";
}

std::string StageLine(const ChangelogEntry::Stage& stage) {
  std::vector<std::string> said;
  for (const Passage& passage : stage.passages) said.push_back(Sentence(passage));
  if (stage.partly) said.push_back("on some of its targets");
  if (said.empty()) said.push_back("not yet");
  return absl::StrCat("- ", MarkdownText(stage.environment), ": ", absl::StrJoin(said, "; "), "\n");
}

std::string EntryText(const ChangelogEntry& entry) {
  const MigrationNote& m = entry.migration;
  std::string out = absl::StrCat("\n## ", MarkdownText(m.version), " ", MarkdownText(m.name), "\n\n",
                                 MarkdownText(m.description), "\n\n");
  const std::string author =
      m.author.empty() ? "author not said" : absl::StrCat("by ", MarkdownText(m.author));
  absl::StrAppend(&out, "- ", author, m.date.empty() ? "" : absl::StrCat(", ", MarkdownText(m.date)));
  if (!m.reviewed_by.empty()) absl::StrAppend(&out, ", reviewed by ", MarkdownText(m.reviewed_by));
  absl::StrAppend(&out, "\n- ", m.breaking ? "**breaking**" : "not breaking", "; ",
                  m.irreversible ? "**irreversible**" : "can be rolled back", "\n");
  for (const ChangelogEntry::Stage& stage : entry.stages) absl::StrAppend(&out, StageLine(stage));
  return out;
}

void WriteStage(JsonWriter& json, const ChangelogEntry::Stage& stage) {
  json.BeginObject().Key("environment").String(stage.environment).Key("partly").Bool(stage.partly);
  json.Key("passages").BeginArray();
  for (const Passage& p : stage.passages) {
    json.BeginObject().Key("kind").String(KindName(p.kind));
    if (p.kind != Passage::Kind::kLost) {
      json.Key("at").String(absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", p.at, absl::UTCTimeZone()));
    }
    json.Key("promotion_id").String(p.promotion_id).Key("by").String(p.by).Key("reason").String(p.reason);
    json.EndObject();
  }
  json.EndArray().EndObject();
}

}  // namespace

std::string ChangelogMarkdown(absl::string_view project, const std::vector<ChangelogEntry>& entries) {
  std::string out = absl::StrCat("# Changes to the schema of ", MarkdownText(project), "\n");
  for (const ChangelogEntry& entry : entries) absl::StrAppend(&out, EntryText(entry));
  if (entries.empty()) absl::StrAppend(&out, "\nNothing yet.\n");
  return out;
}

std::string ChangelogJson(absl::string_view project, const std::vector<ChangelogEntry>& entries) {
  JsonWriter json;
  json.BeginObject().Key("schema").String("ferry/changelog/v1").Key("project").String(project);
  json.Key("migrations").BeginArray();
  for (const ChangelogEntry& entry : entries) {
    const MigrationNote& m = entry.migration;
    json.BeginObject().Key("version").String(m.version).Key("name").String(m.name);
    json.Key("description").String(m.description).Key("author").String(m.author).Key("date").String(m.date);
    json.Key("reviewed_by").String(m.reviewed_by).Key("breaking").Bool(m.breaking);
    json.Key("irreversible").Bool(m.irreversible).Key("environments").BeginArray();
    for (const ChangelogEntry::Stage& stage : entry.stages) WriteStage(json, stage);
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  return json.Take();
}

}  // namespace ferry::report
