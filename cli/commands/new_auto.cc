#include "cli/commands/new_auto.h"

#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/print/text.h"
#include "cli/sources/read.h"
#include "core/base/error.h"
#include "core/report/escape.h"
#include "workbench/generate.h"
#include "workbench/interrupt.h"

namespace ferry::cli {
namespace {

constexpr char kExample[] = "ferry new NAME --auto --to file:schema.sql";

absl::StatusOr<std::vector<ReadSchema>> ReadBoth(Context& context, const std::string& folder,
                                                 const AutoOptions& options) {
  ASSIGN_OR_RETURN(
      const std::vector<Source> sources,
      ParseSources({options.from.empty() ? absl::StrCat("dir:", folder) : options.from, options.to}));
  ASSIGN_OR_RETURN(std::vector<ReadSchema> schemas, ReadSources(context, sources, {options.scratch, "", {}}));
  if (schemas.size() == 2) return schemas;
  return Error(ErrorCode::kUsage, "an environment of several targets is not one schema")
      .Next("name one database: --to postgresql://…");
}

absl::StatusOr<workbench::Generated> Generate(Context& context, const std::string& name,
                                              const FolderContent& content,
                                              const std::vector<ReadSchema>& schemas,
                                              const AutoOptions& options) {
  workbench::GenerateRequest request;
  request.schemas.from_name = schemas[0].name;
  request.schemas.to_name = schemas[1].name;
  request.schemas.from = &schemas[0].snapshot;
  request.schemas.to = &schemas[1].snapshot;
  ASSIGN_OR_RETURN(request.schemas.renames, RenamesOf(options.sql, schemas[0], schemas[1]));
  // What a migration creates belongs to the role that runs it, on every target another one.
  ASSIGN_OR_RETURN(request.schemas.options,
                   RenderOptionsOf(options.sql, diff::CompareOptions::StructureOnly()));
  ASSIGN_OR_RETURN(request.schemas.scratch_url, ScratchUrl(context, options.scratch, context.folder));
  request.files = content.files;
  request.name = name;
  request.author = context.user.substr(0, context.user.find('@'));
  request.date = absl::FormatTime("%Y-%m-%d", context.clock.Now(), context.zone);
  AskAboutRenames(context, schemas[0], schemas[1], request.schemas.renames);
  workbench::Interrupt interrupt(context.interrupted);
  return workbench::Generate(request, interrupt.Running());
}

}  // namespace

absl::Status CheckAuto(const AutoOptions& options) {
  if (options.wanted && options.to.empty()) {
    return Error(ErrorCode::kUsage, "--auto needs the schema that the migration is to lead to: --to SOURCE")
        .Next(kExample);
  }
  const bool stray = !options.from.empty() || !options.to.empty() || !options.scratch.empty() ||
                     !options.sql.allow.empty() || !options.sql.renamed.empty();
  if (options.wanted || !stray) return absl::OkStatus();
  return Error(ErrorCode::kUsage, "--from, --to, --scratch, --allow and --renamed go together with --auto")
      .Next(kExample);
}

absl::StatusOr<int> WriteAuto(Context& context, const std::string& name, const FolderContent& content,
                              const AutoOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<ReadSchema> schemas, ReadBoth(context, content.folder, options));
  ASSIGN_OR_RETURN(const workbench::Generated generated, Generate(context, name, content, schemas, options));
  const std::string path = Join(content.folder, generated.file_name);
  RETURN_IF_ERROR(WriteNewFile(path, generated.text));
  context.out << report::Visible(path) << "\n";
  if (context.options.quiet) return kExitOk;
  for (const std::string& note : generated.notes) context.err << "note: " << report::Visible(note) << "\n";
  context.err << "proven in scratch databases: up makes " << report::Visible(schemas[1].name);
  if (generated.irreversible.empty()) {
    context.err << ", down makes " << report::Visible(schemas[0].name) << " again";
  }
  context.err << " (" << Count(static_cast<int64_t>(generated.statements), "statement") << ")\n";
  if (!generated.irreversible.empty()) {
    context.err << "irreversible: " << report::Visible(generated.irreversible) << "\n";
  }
  context.err << "  next: read it, then ferry sum\n";
  return kExitOk;
}

}  // namespace ferry::cli
