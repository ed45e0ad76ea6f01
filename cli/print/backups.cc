#include "cli/print/backups.h"

#include "absl/strings/str_cat.h"
#include "cli/print/text.h"
#include "core/report/color.h"
#include "core/report/escape.h"
#include "core/report/table.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

using report::Color;
using Align = report::TextTable::Align;

std::string Contents(const v1::BackupInfo& b) {
  if (b.fingerprint().empty()) return "not recorded";
  return absl::StrCat(Count(b.rows(), "row"), " in ", Count(b.tables(), "table"));
}

}  // namespace

std::string BackupListScreen(const v1::ListBackupsResponse& backups, const std::string& environment,
                             const Screen& screen) {
  const std::string name = report::Visible(environment);
  if (backups.backups().empty())
    return absl::StrCat(name, " has no backup yet: every promotion takes one  ferry promote --to ", name,
                        "\n");
  report::TextTable table({{"ID"}, {"TARGET"}, {"TAKEN"}, {"AT"}, {"SIZE", Align::kRight}, {"HOLDS"}});
  for (const v1::BackupInfo& b : backups.backups()) {
    if (b.has_error()) {
      table.AddRow(
          {{b.backup_id(), Color::kRed}, {b.target_id()}, {"?"}, {"?"}, {"?"}, {"damaged", Color::kRed}});
      continue;
    }
    table.AddRow({{b.backup_id()},
                  {b.target_id()},
                  {Ago(rpc::FromProto(b.taken_at()), screen.now)},
                  {b.version().empty() ? "-" : b.version()},
                  {Bytes(b.bytes())},
                  {Contents(b)}});
  }
  std::string out = table.Render(screen.color);
  for (const v1::BackupInfo& b : backups.backups()) {
    if (!b.has_error()) continue;
    absl::StrAppend(&out, "  ",
                    Fit(absl::StrCat(b.backup_id(), " ", b.error().code(), ": ", b.error().message()),
                        screen.columns > 4 ? screen.columns - 4 : 20),
                    "\n");
  }
  return out;
}

std::string BackupVerifiedLine(const v1::BackupInfo& b, const Screen& screen) {
  std::string out =
      absl::StrCat("ok: ", report::Visible(b.backup_id()), " of ", report::Visible(b.target_id()), ", ",
                   Count(b.files(), "file"), ", ", Bytes(b.bytes()), ": every byte is as it was written ",
                   Ago(rpc::FromProto(b.taken_at()), screen.now), "\n");
  if (b.fingerprint().empty()) {
    return absl::StrCat(
        out, "  an older agent took it: a restore cannot compare schema and rows with what they were\n");
  }
  return absl::StrCat(out, "  a restore must give ", Contents(b), " and schema ",
                      ShortDigest(b.fingerprint()), ", or it is refused\n");
}

}  // namespace ferry::cli
