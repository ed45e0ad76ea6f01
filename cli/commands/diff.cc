#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "cli/commands/commands.h"
#include "cli/commands/diff_result.h"
#include "cli/commands/diff_sql.h"
#include "cli/differences.h"
#include "cli/exit_code.h"
#include "cli/reasons.h"
#include "cli/settings.h"
#include "cli/sources/read.h"
#include "core/base/error.h"
#include "core/diff/filtered.h"
#include "core/render/create_text.h"
#include "core/report/diff_html.h"
#include "core/report/diff_markdown.h"
#include "core/report/escape.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

struct Options {
  std::vector<std::string> words;
  ReadOptions read;
  std::string ignore, format = "text";
  std::string schemas, kinds;  // of --schema and --kind
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

struct Compared {
  diff::DiffResult result;
  std::vector<std::string> server_versions;  // one a source
  std::vector<ReadSchema> schemas;           // likewise; empty when the controller compared
};

// The controller reads and compares what its agents see.
absl::StatusOr<Compared> CompareThere(Context& context, const std::vector<Source>& sources,
                                      const Options& options) {
  ASSIGN_OR_RETURN(const auto client, Connect(context));
  v1::DiffRequest request;
  for (const Source& source : sources) request.add_environments(source.value);
  for (const std::string& word : Ignored(sources, options)) request.add_ignore(word);
  const workbench::TakeOptions& take = options.read.take;
  if (!take.filter.empty() || take.cluster_objects) {
    *request.mutable_scope() = rpc::ToProto(take.filter, take.cluster_objects);
  }
  ASSIGN_OR_RETURN(const v1::DiffResponse response, client->Diff(request));
  Compared compared;
  ASSIGN_OR_RETURN(compared.result, ResultOf(response));
  for (const v1::DiffSource& source : response.sources()) {
    compared.server_versions.push_back(source.server_version());
  }
  return compared;
}

absl::StatusOr<std::vector<ReadSchema>> ReadHere(Context& context, const std::vector<Source>& sources,
                                                 const Options& options, const diff::Rules& rules) {
  ASSIGN_OR_RETURN(std::vector<ReadSchema> schemas, ReadSources(context, sources, options.read));
  for (ReadSchema& schema : schemas) {
    if (!rules.empty()) schema.snapshot = diff::WithoutNobodysBusiness(schema.snapshot, rules);
  }
  return schemas;
}

absl::StatusOr<Compared> Compare(Context& context, const std::vector<Source>& sources, const Options& options,
                                 const diff::Rules& rules) {
  // A page shows whole objects, which the controller's comparison does not hold.
  const bool there = rules.empty() && options.format != "html" &&
                     std::all_of(sources.begin(), sources.end(), [](const Source& source) {
                       return source.kind == Source::Kind::kEnvironment;
                     });
  if (there) return CompareThere(context, sources, options);
  ASSIGN_OR_RETURN(const diff::CompareOptions how, diff::Without(Ignored(sources, options)));
  Compared compared;
  ASSIGN_OR_RETURN(compared.schemas, ReadHere(context, sources, options, rules));
  std::vector<std::pair<std::string, const schema::Snapshot*>> snapshots;
  for (const ReadSchema& schema : compared.schemas) {
    snapshots.emplace_back(schema.name, &schema.snapshot);
    compared.server_versions.push_back(schema.snapshot.server_version);
  }
  const schema::Filter& filter = options.read.take.filter;
  RETURN_IF_ERROR(diff::CheckSchemas(filter, snapshots));
  compared.result = diff::Only(diff::Compare(snapshots, how), filter);
  return compared;
}

void PrintPage(Context& context, report::DiffPage page, const std::vector<ReadSchema>& schemas,
               absl::string_view format) {
  const auto write = [&](absl::string_view piece) { context.out << piece; };
  if (format == "md") return report::DiffMarkdown(page, write);
  page.sql = [&schemas](const diff::Difference& difference, size_t i) {
    return render::CreateText(schemas[i].snapshot, difference.id, difference.parent_kind);
  };
  report::DiffHtml(page, write);
}

absl::StatusOr<int> ShowDifferences(Context& context, const std::vector<Source>& sources,
                                    const Options& options, const Differences& differences) {
  ASSIGN_OR_RETURN(Compared compared, Compare(context, sources, options, differences.rules));
  const diff::Judged judged = diff::Judge(std::move(compared.result), differences.allowed,
                                          absl::ToCivilDay(context.clock.Now(), context.zone));
  report::DiffPage page(judged.left);
  absl::StatusOr<diff::Reasons> reasons =
      FindReasons(context, sources, judged.left, compared.server_versions);
  if (reasons.ok()) {
    page.reasons = *std::move(reasons);
  } else {  // what differs is worth showing all the same
    context.err << "note: why is not known: " << report::Visible(reasons.status().message()) << "\n";
  }
  page.intentional = judged.intentional;
  page.expired = judged.expired;
  if (options.format == "md" || options.format == "html") {
    PrintPage(context, std::move(page), compared.schemas, options.format);
  } else {
    PrintDiff(context, page);
  }
  return options.exit_code && !judged.left.equal() ? kExitDifferent : kExitOk;
}

// Everything is read, whatever the filter: what depends on a covered object may lie outside of it.
absl::StatusOr<int> ShowSql(Context& context, const std::vector<Source>& sources, Options options,
                            const Differences& differences) {
  const schema::Filter filter = std::exchange(options.read.take.filter, {});
  ASSIGN_OR_RETURN(const diff::CompareOptions how, diff::Without(Ignored(sources, options)));
  ASSIGN_OR_RETURN(std::vector<ReadSchema> schemas, ReadHere(context, sources, options, differences.rules));
  if (schemas.size() == 2 && !differences.allowed.empty())
    KeepIntentional(context, differences, how, schemas);
  if (schemas.size() == 2 && !filter.empty()) {
    RETURN_IF_ERROR(diff::CheckSchemas(filter, {{"", &schemas[0].snapshot}, {"", &schemas[1].snapshot}}));
    ASSIGN_OR_RETURN(schemas[1].snapshot, diff::OnlyFrom(schemas[0].snapshot, schemas[1].snapshot, filter));
  }
  return PrintSql(context, schemas, options.sql, how, options.read.scratch, options.exit_code);
}

std::vector<std::string> Words(const std::string& list) {
  return list.empty() ? std::vector<std::string>() : absl::StrSplit(list, ',');
}

// --schema, --kind and --cluster. A kind that the whole server shares asks for --cluster.
absl::StatusOr<workbench::TakeOptions> WhatToTake(const std::vector<Source>& sources,
                                                  const Options& options) {
  workbench::TakeOptions take = options.read.take;
  ASSIGN_OR_RETURN(take.filter, schema::ParseFilter(Words(options.schemas), Words(options.kinds)));
  std::vector<schema::ObjectKind>& kinds = take.filter.kinds;
  if (take.cluster_objects && !take.filter.schemas.empty()) {
    return Error(ErrorCode::kUsage, "what the whole server shares lies in no schema: --cluster and --schema")
        .Next("compare them one after the other");
  }
  if (take.cluster_objects && !kinds.empty()) {
    for (const auto kind :
         {schema::ObjectKind::kRole, schema::ObjectKind::kSetting, schema::ObjectKind::kTablespace}) {
      kinds.push_back(kind);
    }
  }
  take.cluster_objects = take.cluster_objects || std::any_of(kinds.begin(), kinds.end(), schema::IsOfCluster);
  if (!take.cluster_objects) return take;
  const auto built = std::find_if(sources.begin(), sources.end(), IsBuilt);
  if (built != sources.end()) {
    return Error(ErrorCode::kUsage, absl::StrCat(built->name, " has no server of its own to compare"))
        .Next("compare roles, settings and tablespaces of environments and databases");
  }
  if (options.format == "sql") {
    return Error(ErrorCode::kUsage,
                 "roles, settings and tablespaces are not written as SQL: other databases share them")
        .Next("leave out --format sql");
  }
  return take;
}

absl::StatusOr<int> RunDiff(Context& context, Options options) {
  ASSIGN_OR_RETURN(const std::vector<Source> sources, ParseSources(options.words));
  ASSIGN_OR_RETURN(options.read.take, WhatToTake(sources, options));
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
      .Option("--schema", "NAME[,NAME]", &options->schemas, "only what lies in these schemas")
      .Option("--kind", "KIND[,KIND]", &options->kinds,
              "only these kinds: table, view, function, composite-type, …")
      .Flag("--cluster", &options->read.take.cluster_objects, "also roles, their settings and tablespaces")
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
      .Example("ferry diff staging prod --schema app,audit --kind table,function")
      .Example("ferry diff plan:newest models:'python3 models.py'")
      .Run([options](Context& context) { return RunDiff(context, *options); });
}

}  // namespace ferry::cli
