#include "cli/commands/diff_sql.h"

#include <ostream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/exit_code.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/report/escape.h"
#include "core/report/object_name.h"
#include "workbench/converge.h"
#include "workbench/interrupt.h"

namespace ferry::cli {

absl::StatusOr<render::Options> RenderOptionsOf(const SqlOptions& options,
                                                const diff::CompareOptions& compare) {
  render::Options out;
  out.compare = compare;
  for (const std::string& word : options.allow) {
    absl::string_view what = word;
    if (what == "data-loss") {
      out.allow_data_loss = true;
    } else if (absl::ConsumePrefix(&what, "data-loss:") && !what.empty()) {
      out.allow_loss_of.insert(std::string(what));
    } else {
      return Error(ErrorCode::kUsage, absl::StrCat("\"", word, "\" is nothing that can be allowed"))
          .Next("--allow data-loss, or object by object: --allow data-loss:public.prices");
    }
  }
  return out;
}

absl::StatusOr<std::vector<render::Rename>> RenamesOf(const SqlOptions& options, const ReadSchema& from,
                                                      const ReadSchema& to) {
  ASSIGN_OR_RETURN(std::vector<render::Rename> renames, render::DeclaredRenames(to.text, to.name));
  for (const std::string& word : options.renamed) {
    ASSIGN_OR_RETURN(render::Rename rename, render::ParseRename(word));
    renames.push_back(std::move(rename));
  }
  return render::RenamesBetween(std::move(renames), to.renamed, from.snapshot, to.snapshot);
}

void AskAboutRenames(Context& context, const ReadSchema& from, const ReadSchema& to,
                     const std::vector<render::Rename>& declared) {
  for (const render::PossibleRename& possible :
       render::PossibleRenames(from.snapshot, to.snapshot, declared)) {
    const std::string rename = render::RenameText(possible.rename);
    context.err << report::Visible(absl::StrCat("question: was ", report::ObjectTitle(possible.rename.from),
                                                " renamed to ", possible.rename.to, "? ", possible.evidence))
                << "\n  if so: --renamed " << report::Visible(rename) << "\n";
  }
}

void KeepIntentional(const Context& context, const Differences& differences,
                     const diff::CompareOptions& compare, std::vector<ReadSchema>& schemas) {
  const diff::Judged judged = diff::Judge(
      diff::Compare({{schemas[0].name, &schemas[0].snapshot}, {schemas[1].name, &schemas[1].snapshot}},
                    compare),
      differences.allowed, absl::ToCivilDay(context.clock.Now(), context.zone));
  schemas[1].snapshot = diff::WithIntentional(schemas[0].snapshot, schemas[1].snapshot, judged.intentional);
}

absl::StatusOr<int> PrintSql(Context& context, const std::vector<ReadSchema>& schemas,
                             const SqlOptions& options, const diff::CompareOptions& compare,
                             const std::string& scratch, bool exit_code) {
  if (schemas.size() != 2) {
    return Error(ErrorCode::kUsage,
                 absl::StrCat("SQL leads from one schema to another; here are ", schemas.size()))
        .Next("ferry diff A B --format sql, with environments of one target each");
  }
  workbench::ConvergeRequest request;
  request.from_name = schemas[0].name;
  request.to_name = schemas[1].name;
  request.from = &schemas[0].snapshot;
  request.to = &schemas[1].snapshot;
  ASSIGN_OR_RETURN(request.options, RenderOptionsOf(options, compare));
  ASSIGN_OR_RETURN(request.renames, RenamesOf(options, schemas[0], schemas[1]));
  request.prove = options.proof;
  if (request.prove || !request.renames.empty()) {
    ASSIGN_OR_RETURN(request.scratch_url, ScratchUrl(context, scratch, context.folder));
  }
  AskAboutRenames(context, schemas[0], schemas[1], request.renames);
  workbench::Interrupt interrupt(context.interrupted);
  ASSIGN_OR_RETURN(const workbench::Converged converged, workbench::Converge(request, interrupt.Running()));
  for (const std::string& note : converged.notes) context.err << "note: " << report::Visible(note) << "\n";
  context.out << render::ScriptText(converged.script);
  if (options.proof && !context.options.quiet && !converged.script.statements.empty()) {
    context.err << "proven: run on a scratch copy of " << report::Visible(request.from_name) << ", it makes "
                << report::Visible(request.to_name) << "\n";
  }
  return exit_code && !converged.script.statements.empty() ? kExitDifferent : kExitOk;
}

}  // namespace ferry::cli
