#include "cli/print/plan.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/print/text.h"
#include "core/report/color.h"
#include "core/report/escape.h"
#include "core/report/table.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

using report::Color;

std::string Range(const v1::PlanInfo& plan) {
  if (plan.migrations().empty()) return "-";
  const std::string& first = plan.migrations(0).version();
  const std::string& last = plan.migrations(plan.migrations_size() - 1).version();
  return first == last ? first : absl::StrCat(first, " .. ", last);
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

void AddMigration(report::TextTable& table, const v1::PreviewMigration& m, const v1::PlanInfo& plan, bool rollback,
                  size_t columns) {
  const v1::MigrationInfo* info = Find(plan, m.version());
  std::string segments = absl::StrCat(m.segments());
  if (m.segments_done() > 0) absl::StrAppend(&segments, ", ", m.segments_done(), " done");
  const std::string flags = info == nullptr ? "" : Flags(*info);
  const std::string name = flags.empty() ? m.name() : absl::StrCat(m.name(), " (", flags, ")");
  const std::string shown_name = Fit(name, 34);
  const size_t used = 2 + 2 + 8 + 2 + 34 + 2 + 9 + 2;
  const size_t room = columns > used + 30 ? columns - used : 30;
  const report::TextTable::Cell sign{rollback ? "-" : "+", rollback ? Color::kRed : Color::kGreen};
  for (int i = 0; i == 0 || i < m.statements_size(); ++i) {
    const std::string statement = i < m.statements_size() ? Fit(OneLine(m.statements(i)), room) : "";
    if (i == 0) {
      table.AddRow({sign, {m.version()}, {shown_name, flags.empty() ? Color::kNone : Color::kYellow}, {segments},
                    {statement}});
    } else {
      table.AddRow({{""}, {""}, {""}, {""}, {statement}});
    }
  }
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
  std::string out = absl::StrCat("plan ", report::Visible(plan.digest()), "\nproject ", report::Visible(plan.name()),
                                 ", registered ", FullTime(rpc::FromProto(plan.registered_at()), screen.zone), " by ",
                                 report::Visible(plan.registered_by()), "\n");
  report::TextTable table({{"VERSION"}, {"NAME"}, {"SEGMENTS", report::TextTable::Align::kRight}, {"DESCRIPTION"}, {""}});
  for (const v1::MigrationInfo& m : plan.migrations()) {
    table.AddRow({{m.version()},
                  {Fit(m.name(), 34)},
                  {absl::StrCat(m.segments())},
                  {Fit(m.description(), 36)},
                  {Flags(m), Color::kYellow}});
  }
  absl::StrAppend(&out, table.Render(screen.color));
  return out;
}

std::string PreviewScreen(const v1::PreviewPlanResponse& preview, const std::string& environment,
                          v1::PromotionKind kind, const Screen& screen) {
  const bool rollback = kind == v1::PROMOTION_KIND_ROLLBACK;
  std::string out = absl::StrCat("plan ", ShortDigest(preview.plan().digest()), " (",
                                 report::Visible(preview.plan().name()), ") on ", report::Visible(environment), "\n");
  int64_t migrations = 0;
  for (const v1::Preview& target : preview.targets()) {
    const std::string from = target.from_version().empty() ? "no migration" : target.from_version();
    absl::StrAppend(&out, "\n", report::Paint(report::Visible(target.target_id()), Color::kBold, screen.color),
                    ": at ", report::Visible(from), "\n");
    if (target.migrations().empty()) absl::StrAppend(&out, "  nothing to do\n");
    if (target.migrations().empty()) continue;
    report::TextTable table({{""}, {"VERSION"}, {"NAME"}, {"SEGMENTS"}, {"STATEMENTS"}});
    for (const v1::PreviewMigration& m : target.migrations()) {
      AddMigration(table, m, preview.plan(), rollback, screen.columns);
    }
    absl::StrAppend(&out, table.Render(screen.color, 2));
    migrations += target.migrations_size();
  }
  if (migrations == 0) return out + "\nnothing to do\n";
  const std::string command = absl::StrCat(rollback ? "ferry rollback " : "ferry promote --to ", report::Visible(environment));
  absl::StrAppend(&out, "\n", Count(migrations, "migration"), rollback ? " to undo on " : " to run on ",
                  Count(preview.targets_size(), "target"), ", after a backup.  next: ", command, "\n");
  return out;
}

}  // namespace ferry::cli
