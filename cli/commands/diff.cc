#include <algorithm>
#include <memory>

#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "cli/commands/commands.h"
#include "cli/commands/diff_result.h"
#include "cli/commands/diff_sql.h"
#include "cli/differences.h"
#include "cli/exit_code.h"
#include "cli/settings.h"
#include "cli/sources/read.h"
#include "core/base/error.h"
#include "core/report/diff_html.h"
#include "core/report/diff_markdown.h"

namespace ferry::cli {
namespace {

struct Options {
  std::vector<std::string> words;
  ReadOptions read;
  std::string ignore, format = "text";
  SqlOptions sql;
  bool exit_code = false;
};

// Scratch databases belong to the login that makes them: with one among the sources, owners and grants are
// compared only when asked for.
std::vector<std::string> Ignored(const std::vector<Source>& sources, const Options& options) {
  if (options.ignore == "nothing") return {};
  if (!options.ignore.empty()) return absl::StrSplit(options.ignore, ',');
  if (std::any_of(sources.begin(), sources.end(), IsBuilt)) return {"owners", "grants"};
  return {};
}

// The controller reads and compares what its agents see.
absl::StatusOr<diff::DiffResult> CompareThere(Context& context, const std::vector<Source>& sources,
                                              const Options& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::DiffRequest request;
  for (const Source& source : sources) request.add_environments(source.value);
  for (const std::string& word : Ignored(sources, options)) request.add_ignore(word);
  ASSIGN_OR_RETURN(const v1::DiffResponse response, client->Diff(request));
  return ResultOf(response);
}

absl::StatusOr<std::vector<ReadSchema>> ReadHere(Context& context, const std::vector<Source>& sources,
                                                 const Options& options, const diff::Rules& rules) {
  ASSIGN_OR_RETURN(std::vector<ReadSchema> schemas, ReadSources(context, sources, options.read));
  for (ReadSchema& schema : schemas) {
    if (!rules.empty()) schema.snapshot = diff::WithoutNobodysBusiness(schema.snapshot, rules);
  }
  return schemas;
}

absl::StatusOr<diff::DiffResult> Compare(Context& context, const std::vector<Source>& sources,
                                         const Options& options, const diff::Rules& rules) {
  const bool there = rules.empty() && std::all_of(sources.begin(), sources.end(), [](const Source& source) {
                       return source.kind == Source::Kind::kEnvironment;
                     });
  if (there) return CompareThere(context, sources, options);
  ASSIGN_OR_RETURN(const diff::CompareOptions how, diff::Without(Ignored(sources, options)));
  ASSIGN_OR_RETURN(const std::vector<ReadSchema> schemas, ReadHere(context, sources, options, rules));
  std::vector<std::pair<std::string, const schema::Snapshot*>> compared;
  for (const ReadSchema& schema : schemas) compared.emplace_back(schema.name, &schema.snapshot);
  return diff::Compare(compared, how);
}

void PrintPage(Context& context, const diff::DiffResult& result, absl::string_view format) {
  const auto write = [&](absl::string_view piece) { context.out << piece; };
  format == "html" ? report::DiffHtml(result, write) : report::DiffMarkdown(result, write);
}

absl::StatusOr<int> ShowDifferences(Context& context, const std::vector<Source>& sources,
                                    const Options& options, const Differences& differences) {
  ASSIGN_OR_RETURN(diff::DiffResult result, Compare(context, sources, options, differences.rules));
  const diff::Judged judged = diff::Judge(std::move(result), differences.allowed,
                                          absl::ToCivilDay(context.clock.Now(), context.zone));
  if (options.format == "md" || options.format == "html") {
    PrintPage(context, judged.left, options.format);
  } else {
    PrintDiff(context, judged);
  }
  return options.exit_code && !judged.left.equal() ? kExitDifferent : kExitOk;
}

absl::StatusOr<int> ShowSql(Context& context, const std::vector<Source>& sources, const Options& options,
                            const Differences& differences) {
  ASSIGN_OR_RETURN(const diff::CompareOptions how, diff::Without(Ignored(sources, options)));
  ASSIGN_OR_RETURN(std::vector<ReadSchema> schemas, ReadHere(context, sources, options, differences.rules));
  if (schemas.size() == 2 && !differences.allowed.empty())
    KeepIntentional(context, differences, how, schemas);
  return PrintSql(context, schemas, options.sql, how, options.read.scratch, options.exit_code);
}

absl::StatusOr<int> RunDiff(Context& context, const Options& options) {
  ASSIGN_OR_RETURN(const std::vector<Source> sources, ParseSources(options.words));
  const bool sql = options.format == "sql";
  if (!sql && (options.sql.proof || !options.sql.allow.empty() || !options.sql.renamed.empty())) {
    return Error(ErrorCode::kUsage, "--allow, --renamed and --proof go together with --format sql")
        .Next("ferry diff A B --format sql");
  }
  if (options.format == "json") context.options.output = "json";
  ASSIGN_OR_RETURN(const Differences differences, FindDifferences(context));
  const absl::StatusOr<int> code = sql ? ShowSql(context, sources, options, differences)
                                       : ShowDifferences(context, sources, options, differences);
  if (!HasCode(code.status(), ErrorCode::kCancelled)) return code;
  Fail(context, code.status());
  return kExitInterrupted;
}

}  // namespace

void AddDiff(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.Add("diff", "How two or more schemas differ: environments, plans, folders, files, databases, models")
      .Arguments("SOURCE", &options->words,
                 "NAME, plan:VERSION, dir:PATH, file:PATH, models:'COMMAND' or postgresql://…", 2)
      .Flag("--exit-code", &options->exit_code, "end with 2 when there are differences")
      .Option("--scratch", "URL", &options->read.scratch,
              "server where plan:, dir:, file: and models: are built (FERRY_SCRATCH)")
      .Option("--values-of", "ENV", &options->read.values_of,
              "values that plan: and dir: are built with (of the one environment compared)")
      .Option("--ignore", "WHAT", &options->ignore,
              "comments,owners,grants or nothing (owners,grants when one is built)")
      .Choice("--format", {"text", "json", "md", "html", "sql"}, &options->format,
              "md: Markdown; html: one page; sql: what takes the first to the second")
      .Options("--allow", "LOSS", &options->sql.allow, "with sql: data-loss, or data-loss:public.prices")
      .Options("--renamed", "OLD=NEW", &options->sql.renamed,
               "with sql: public.prices=bars, public.prices.close=close_price")
      .Flag("--proof", &options->sql.proof, "with sql: print it only when it was tried and makes the second")
      .PrintsData()
      .Example("ferry diff staging prod --exit-code")
      .Example("ferry diff prod dir:migrations --scratch postgresql://ana@localhost")
      .Example("ferry diff postgresql://ana@db1/a postgresql://ana@db2/a --format sql --allow data-loss")
      .Example("ferry diff dev staging prod --format html > schemas.html")
      .Example("ferry diff plan:newest models:'python3 models.py'")
      .Run([options](Context& context) { return RunDiff(context, *options); });
}

}  // namespace ferry::cli
