#include <algorithm>
#include <filesystem>
#include <memory>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/print/problem.h"
#include "cli/print/text.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/migration/plan.h"
#include "core/migration/sum.h"
#include "core/report/json_writer.h"

namespace ferry::cli {
namespace {

struct Options {
  std::string path;
};

// A folder, or one file of it.
struct Subject {
  FolderContent content;
  std::string shown;      // the folder as the user would type it
  std::string only_file;  // not empty: problems of this file alone
};

absl::StatusOr<Subject> FindSubject(const Context& context, const std::string& path) {
  Subject out;
  ASSIGN_OR_RETURN(std::string folder, MigrationFolder(context, path));
  if (!IsFolder(folder)) {
    out.only_file = std::filesystem::path(folder).filename().string();
    folder = std::filesystem::path(folder).parent_path().string();
    if (!Exists(Join(folder, out.only_file))) {
      return Error(ErrorCode::kFileSystem, absl::StrCat("there is no \"", path, "\""))
          .Next("ferry lint [PATH]");
    }
  }
  out.shown = std::filesystem::path(folder).lexically_relative(context.folder).string();
  if (out.shown.empty() || out.shown.substr(0, 2) == "..") out.shown = folder;
  ASSIGN_OR_RETURN(out.content, ReadFolder(folder));
  return out;
}

std::string BytesOf(const FolderContent& content, const std::string& file) {
  if (file == migration::kSumFileName) return content.sum.value_or("");
  const auto found = std::find_if(content.files.begin(), content.files.end(),
                                  [&](const migration::SourceFile& f) { return f.name == file; });
  return found == content.files.end() ? "" : found->bytes;
}

std::string JsonOf(const std::vector<absl::Status>& problems) {
  report::JsonWriter json;
  json.BeginObject().Key("schema").String("ferry/lint/v1").Key("problems").BeginArray();
  for (const absl::Status& problem : problems) {
    const ErrorDetail d = DetailOf(problem);
    json.BeginObject()
        .Key("code")
        .String(CodeName(d.code))
        .Key("message")
        .String(absl::string_view(problem.message().data(), problem.message().size()));
    json.Key("file").String(d.file).Key("line").Int(d.line).Key("column").Int(d.column);
    json.Key("next").String(d.next).EndObject();
  }
  return json.EndArray().EndObject().Take();
}

absl::StatusOr<int> RunLint(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const Subject subject, FindSubject(context, options.path));
  std::vector<absl::Status> problems;
  for (const absl::Status& problem : migration::Lint(subject.content.files, subject.content.sum)) {
    if (subject.only_file.empty() || DetailOf(problem).file == subject.only_file) problems.push_back(problem);
  }
  const int code = problems.empty() ? kExitOk : kExitFailed;
  if (context.options.json()) {
    context.out << JsonOf(problems);
    return code;
  }
  const int64_t files = subject.only_file.empty() ? subject.content.migrations() : 1;
  for (const absl::Status& problem : problems) {
    context.out << ProblemText(problem, subject.shown, BytesOf(subject.content, DetailOf(problem).file),
                               ScreenOf(context))
                << "\n";
  }
  if (context.options.quiet) return code;
  if (problems.empty()) {
    context.out << "ok: " << Count(files, "migration") << ", no problem\n";
  } else {
    context.out << Count(static_cast<int64_t>(problems.size()), "problem") << " in "
                << Count(files, "migration") << "\n";
  }
  return code;
}

}  // namespace

void AddLint(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("lint", "Every problem of a folder of migrations, with file, line and column")
      .OptionalArgument("PATH", &options->path, "a folder or one file (the project's folder)")
      .PrintsData()
      .Example("ferry lint migrations/trading")
      .Run([options](Context& context) { return RunLint(context, *options); });
}

}  // namespace ferry::cli
