#include "cli/print/plan.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/print/text.h"
#include "core/migration/version.h"
#include "core/report/color.h"
#include "core/report/escape.h"
#include "core/report/table.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

using report::Color;

// "1.0.0 .. 1.3.0", and how many repeatable files come after them.
std::string Range(const v1::PlanInfo& plan) {
  std::string first, last;
  int repeatables = 0;
  for (const v1::MigrationInfo& m : plan.migrations()) {
    if (!migration::Version::Parse(m.version()).ok()) {
      ++repeatables;
      continue;
    }
    if (first.empty()) first = m.version();
    last = m.version();
  }
  if (first.empty()) return "-";
  return absl::StrCat(first, first == last ? "" : absl::StrCat(" .. ", last),
                      repeatables == 0 ? "" : absl::StrCat(" + ", repeatables, " R"));
}

const v1::MigrationInfo* Find(const v1::PlanInfo& plan, const std::string& version) {
  const auto found = std::find_if(plan.migrations().begin(), plan.migrations().end(),
                                  [&](const v1::MigrationInfo& m) { return m.version() == version; });
  return found == plan.migrations().end() ? nullptr : &*found;
}

std::string Flags(const v1::MigrationInfo& m) {
  if (m.breaking() && m.irreversible()) return "breaking, irreversible";
  return m.breaking() ? "breaking" : m.irreversible() ? "irreversible" : "";
}

struct PreviewRow {
  std::string version, name, segments;
  bool flagged = false;
};

PreviewRow RowOf(const v1::PreviewMigration& m, const v1::PlanInfo& plan) {
  const v1::MigrationInfo* info = Find(plan, m.version());
  std::string flags = info == nullptr ? "" : Flags(*info);
  if (m.out_of_order()) absl::StrAppend(&flags, flags.empty() ? "" : ", ", "out of order");
  PreviewRow row{m.version(), Fit(flags.empty() ? m.name() : absl::StrCat(m.name(), " (", flags, ")"), 34),
                 absl::StrCat(m.segments()), !flags.empty()};
  if (m.segments_done() > 0) absl::StrAppend(&row.segments, ", ", m.segments_done(), " done");
  return row;
}

// The migrations of one target, a line a statement.
std::string PreviewTable(const v1::Preview& target, const v1::PlanInfo& plan, bool rollback,
                         const Screen& screen) {
  report::TextTable table({{""}, {"VERSION"}, {"NAME"}, {"SEGMENTS"}, {"STATEMENTS"}});
  const report::TextTable::Cell sign{rollback ? "-" : "+", rollback ? Color::kRed : Color::kGreen};
  size_t version = 7, name = 4, segments = 8;
  for (const v1::PreviewMigration& m : target.migrations()) {
    const PreviewRow row = RowOf(m, plan);
    version = std::max(version, report::DisplayWidth(report::Visible(row.version)));
    name = std::max(name, report::DisplayWidth(row.name));
    segments = std::max(segments, row.segments.size());
  }
  const size_t used = 5 + version + 2 + name + 2 + segments + 2;
  const size_t room = screen.columns > used + 20 ? screen.columns - used : 20;
  for (const v1::PreviewMigration& m : target.migrations()) {
    const PreviewRow row = RowOf(m, plan);
    const std::string first = m.statements().empty() ? "" : Fit(OneLine(m.statements(0)), room);
    table.AddRow({sign,
                  {row.version},
                  {row.name, row.flagged ? Color::kYellow : Color::kNone},
                  {row.segments},
                  {first}});
    for (int i = 1; i < m.statements_size(); ++i) {
      table.AddRow({{""}, {""}, {""}, {""}, {Fit(OneLine(m.statements(i)), room)}});
    }
  }
  return table.Render(screen.color, 2);
}

}  // namespace

std::string PlanListScreen(const v1::ListPlansResponse& plans, const Screen& screen) {
  if (plans.plans().empty()) return "no plan is registered yet  ferry plan register\n";
  report::TextTable table({{"DIGEST"},
                           {"PROJECT"},
                           {"MIGRATIONS", report::TextTable::Align::kRight},
                           {"VERSIONS"},
                           {"REGISTERED"},
                           {"BY"}});
  for (const v1::PlanInfo& plan : plans.plans()) {
    table.AddRow({{ShortDigest(plan.digest())},
                  {plan.name()},
                  {absl::StrCat(plan.migrations_size())},
                  {Range(plan)},
                  {Ago(rpc::FromProto(plan.registered_at()), screen.now)},
                  {plan.registered_by()}});
  }
  return table.Render(screen.color);
}

std::string PlanScreen(const v1::PlanInfo& plan, const Screen& screen) {
  std::string out =
      absl::StrCat("plan ", report::Visible(plan.digest()), "\nproject ", report::Visible(plan.name()),
                   ", registered ", FullTime(rpc::FromProto(plan.registered_at()), screen.zone), " by ",
                   report::Visible(plan.registered_by()), "\n");
  report::TextTable table(
      {{"VERSION"}, {"NAME"}, {"SEGMENTS", report::TextTable::Align::kRight}, {"DESCRIPTION"}, {""}});
  size_t used = 0;
  for (const v1::MigrationInfo& m : plan.migrations()) {
    used =
        std::max(used, m.version().size() + report::DisplayWidth(Fit(m.name(), 34)) + Flags(m).size() + 16);
  }
  const size_t room = screen.columns > used + 20 ? screen.columns - used : 20;
  for (const v1::MigrationInfo& m : plan.migrations()) {
    table.AddRow({{m.version()},
                  {Fit(m.name(), 34)},
                  {absl::StrCat(m.segments())},
                  {Fit(m.description(), room)},
                  {Flags(m), Color::kYellow}});
  }
  absl::StrAppend(&out, table.Render(screen.color));
  return out;
}

std::string PreviewScreen(const v1::PreviewPlanResponse& preview, const std::string& environment,
                          v1::PromotionKind kind, const Screen& screen) {
  const bool rollback = kind == v1::PROMOTION_KIND_ROLLBACK;
  std::string out =
      absl::StrCat("plan ", ShortDigest(preview.plan().digest()), " (",
                   report::Visible(preview.plan().name()), ") on ", report::Visible(environment), "\n");
  int64_t migrations = 0;
  bool hotfix = false;
  for (const v1::Preview& target : preview.targets()) {
    const std::string from = target.from_version().empty() ? "no migration" : target.from_version();
    absl::StrAppend(&out, "\n",
                    report::Paint(report::Visible(target.target_id()), Color::kBold, screen.color), ": at ",
                    report::Visible(from), "\n");
    if (target.migrations().empty()) absl::StrAppend(&out, "  nothing to do\n");
    if (target.migrations().empty()) continue;
    absl::StrAppend(&out, PreviewTable(target, preview.plan(), rollback, screen));
    migrations += target.migrations_size();
    const bool out_of_order = std::any_of(target.migrations().begin(), target.migrations().end(),
                                          [](const v1::PreviewMigration& m) { return m.out_of_order(); });
    hotfix = hotfix || out_of_order;
    if (out_of_order && !target.accepts_hotfix()) {
      absl::StrAppend(&out, "  the agent's file refuses what is out of order here (hotfix: refuse)\n");
    }
  }
  if (migrations == 0) return out + "\nnothing to do\n";
  const std::string command = absl::StrCat(rollback ? "ferry rollback " : "ferry promote --to ",
                                           report::Visible(environment), hotfix ? " --hotfix \"why\"" : "");
  absl::StrAppend(&out, "\n", Count(migrations, "migration"), rollback ? " to undo on " : " to run on ",
                  Count(preview.targets_size(), "target"), ", after a backup.  next: ", command, "\n");
  return out;
}

}  // namespace ferry::cli
