#include "cli/sources/read.h"

#include <algorithm>
#include <functional>
#include <future>
#include <memory>
#include <ostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/files.h"
#include "cli/records.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/report/escape.h"
#include "rpc/convert.h"
#include "workbench/interrupt.h"
#include "workbench/models.h"
#include "workbench/source.h"

namespace ferry::cli {
namespace {

using Kind = Source::Kind;
using workbench::Interrupt;

struct Read {
  std::vector<ReadSchema> schemas;
  std::vector<std::string> notes;
};
// Runs on a thread of its own and touches nothing of the context.
using Job = std::function<absl::StatusOr<Read>(Interrupt&)>;

// Everything that needs the context, on the caller's thread; what takes long goes into jobs.
class Preparation {
 public:
  Preparation(Context& context, const std::vector<Source>& sources, const ReadOptions& options)
      : context_(context), sources_(sources), options_(options) {}

  absl::StatusOr<std::vector<Job>> Jobs() {
    RETURN_IF_ERROR(CheckOnce());
    RETURN_IF_ERROR(FindScratch());
    std::vector<Job> jobs;
    for (const Source& source : sources_) {
      ASSIGN_OR_RETURN(Job job, JobOf(source));
      jobs.push_back(std::move(job));
    }
    return jobs;
  }

 private:
  absl::StatusOr<Job> JobOf(const Source& source) {
    switch (source.kind) {
      case Kind::kEnvironment:
        return EnvironmentJob(source);
      case Kind::kPlan:
        return PlanJob(source);
      case Kind::kFolder:
        return FolderJob(source);
      case Kind::kFile:
        return FileJob(source);
      case Kind::kModels:
        return ModelsJob(source);
      case Kind::kDatabase:
        break;
    }
    return Job([source, take = options_.take](Interrupt& interrupt) {
      return Named(source, workbench::TakeDatabase(source.value, interrupt.Running(), take));
    });
  }

  absl::StatusOr<Job> EnvironmentJob(const Source& source) {
    ASSIGN_OR_RETURN(rpc::FerryClient* const client, Client());
    return Job([source, client, take = options_.take](Interrupt& interrupt) -> absl::StatusOr<Read> {
      v1::GetSnapshotsRequest request;
      request.set_environment(source.value);
      *request.mutable_scope() = rpc::ToProto(take.filter, take.cluster_objects);
      ASSIGN_OR_RETURN(const std::vector<v1::GetSnapshotsResponse> pieces,
                       client->GetSnapshots(request, [&interrupt] { return interrupt.happened(); }));
      Read read;
      for (size_t i = 0; i < pieces.size();) {
        std::vector<v1::SnapshotChunk> chunks;
        const std::string name = pieces[i].name();
        for (; i < pieces.size() && pieces[i].name() == name; ++i) chunks.push_back(pieces[i].chunk());
        ASSIGN_OR_RETURN(schema::Snapshot snapshot, rpc::FromChunks(chunks));
        read.schemas.push_back({name, std::move(snapshot), "", {}});
      }
      return read;
    });
  }

  absl::StatusOr<Job> PlanJob(const Source& source) {
    ASSIGN_OR_RETURN(rpc::FerryClient* const client, Client());
    ASSIGN_OR_RETURN(const FullPlan full, FetchPlan(*client, ""));
    if (source.value != "newest" && full.plan.Find(source.value) == nullptr) {
      return Error(ErrorCode::kVersionUnknown,
                   absl::StrCat("the newest registered plan has no version ", source.value))
          .Next("ferry plan show; a folder that is not registered is dir:PATH");
    }
    return BuildJob(source, full.plan.Sources(), source.value == "newest" ? "" : source.value);
  }

  absl::StatusOr<Job> FolderJob(const Source& source) {
    const std::string folder = Join(context_.folder, source.value);
    if (!IsFolder(folder)) {
      return Error(ErrorCode::kFileSystem, absl::StrCat("\"", folder, "\" is no folder"))
          .Next("a file of plain SQL is file:PATH");
    }
    ASSIGN_OR_RETURN(const FolderContent content, ReadFolder(folder));
    return BuildJob(source, content.files, "");
  }

  absl::StatusOr<Job> BuildJob(const Source& source, const std::vector<migration::SourceFile>& files,
                               const std::string& version) {
    ASSIGN_OR_RETURN(migration::Plan plan, migration::BuildPlan(files, ValuesOf()));
    const auto shared = std::make_shared<const migration::Plan>(std::move(plan));
    std::optional<migration::Version> to;
    if (!version.empty()) {
      ASSIGN_OR_RETURN(to, migration::Version::Parse(version));
    }
    return Job([source, shared, to, scratch = scratch_, take = options_.take](Interrupt& interrupt) {
      return Named(source, workbench::TakePlan(scratch, *shared, to, interrupt.Running(), take));
    });
  }

  absl::StatusOr<Job> FileJob(const Source& source) {
    ASSIGN_OR_RETURN(std::string text, ReadFile(Join(context_.folder, source.value)));
    return Job([source, text = std::move(text), scratch = scratch_,
                take = options_.take](Interrupt& interrupt) {
      return Named(source, workbench::TakeSql(scratch, text, source.value, interrupt.Running(), take), text);
    });
  }

  absl::StatusOr<Job> ModelsJob(const Source& source) {
    ASSIGN_OR_RETURN(std::vector<std::string> words, workbench::SplitCommand(source.value));
    const workbench::ModelsCommand command{std::move(words), context_.folder};
    return Job([source, command, scratch = scratch_,
                take = options_.take](Interrupt& interrupt) -> absl::StatusOr<Read> {
      ASSIGN_OR_RETURN(const std::string text,
                       workbench::RunModels(command, [&interrupt] { return interrupt.happened(); }));
      return Named(source, workbench::TakeSql(scratch, text, source.name, interrupt.Running(), take), text);
    });
  }

  static absl::StatusOr<Read> Named(const Source& source, absl::StatusOr<workbench::Taken> taken,
                                    const std::string& text = "") {
    if (!taken.ok()) return taken.status();
    Read read;
    read.schemas.push_back({source.name, std::move(taken->snapshot), text, std::move(taken->renamed)});
    read.notes = std::move(taken->notes);
    return read;
  }

  absl::Status CheckOnce() const {
    for (auto a = sources_.begin(); a != sources_.end(); ++a) {
      const bool twice = std::any_of(sources_.begin(), a, [&a](const Source& b) {
        return a->kind == Kind::kEnvironment && b.kind == a->kind && b.value == a->value;
      });
      if (!twice) continue;
      return Error(ErrorCode::kUsage, absl::StrCat("\"", a->value, "\" is named twice"))
          .Next("ferry diff dev prod");
    }
    return absl::OkStatus();
  }

  absl::Status FindScratch() {
    const auto built = std::find_if(sources_.begin(), sources_.end(), IsBuilt);
    if (built == sources_.end()) return absl::OkStatus();
    ASSIGN_OR_RETURN(scratch_, ScratchUrl(context_, options_.scratch, context_.folder));
    if (!scratch_.empty()) return absl::OkStatus();
    return Error(ErrorCode::kScratch,
                 absl::StrCat(built->name, " is built in a scratch database, and nothing says where"))
        .Next(
            "give --scratch URL, a server where scratch databases may be made (or FERRY_SCRATCH, or scratch: "
            "in ferry.yaml)");
  }

  std::optional<std::string> ValuesOf() const {
    if (!options_.values_of.empty()) return options_.values_of;
    std::optional<std::string> only;
    for (const Source& source : sources_) {
      if (source.kind != Kind::kEnvironment) continue;
      if (only.has_value()) return std::nullopt;
      only = source.value;
    }
    return only;
  }

  absl::StatusOr<rpc::FerryClient*> Client() {
    if (client_ == nullptr) {
      ASSIGN_OR_RETURN(client_, Connect(context_));
    }
    return client_.get();
  }

  Context& context_;
  const std::vector<Source>& sources_;
  const ReadOptions& options_;
  std::string scratch_;
  std::shared_ptr<rpc::FerryClient> client_;
};

}  // namespace

absl::StatusOr<std::vector<ReadSchema>> ReadSources(Context& context, const std::vector<Source>& sources,
                                                    const ReadOptions& options) {
  Preparation preparation(context, sources, options);
  ASSIGN_OR_RETURN(const std::vector<Job> jobs, preparation.Jobs());
  Interrupt interrupt(context.interrupted);
  std::vector<std::future<absl::StatusOr<Read>>> asked;
  for (const Job& job : jobs) {
    asked.push_back(std::async(std::launch::async, [&job, &interrupt] { return job(interrupt); }));
  }
  std::vector<ReadSchema> schemas;
  absl::Status failed;
  for (auto& answer : asked) {  // every answer is waited for, also after an error
    absl::StatusOr<Read> read = answer.get();
    if (!read.ok()) {
      if (failed.ok()) failed = read.status();
      continue;
    }
    for (ReadSchema& schema : read->schemas) schemas.push_back(std::move(schema));
    for (const std::string& note : read->notes) context.err << "note: " << report::Visible(note) << "\n";
  }
  if (interrupt.happened()) {
    return Error(ErrorCode::kCancelled, "interrupted; scratch databases are dropped").Next("run it again");
  }
  RETURN_IF_ERROR(failed);
  return schemas;
}

}  // namespace ferry::cli
