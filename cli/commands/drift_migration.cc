#include "cli/commands/drift_migration.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "cli/commands/diff_sql.h"
#include "cli/drifted.h"
#include "cli/exit_code.h"
#include "cli/files.h"
#include "cli/print/text.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/report/escape.h"
#include "rpc/convert.h"
#include "workbench/generate.h"
#include "workbench/interrupt.h"

namespace ferry::cli {
namespace {

using schema::Object;
using schema::ObjectId;
using schema::Snapshot;

constexpr char kNothingWritten[] = "unchanged: nothing was written";

using Replacements = std::map<ObjectId, std::optional<Object>>;  // nothing: the object is not there

Snapshot With(const Snapshot& snapshot, const Replacements& replacements) {
  std::vector<Object> objects;
  for (const Object& object : snapshot.objects) {
    if (replacements.count(object.id) == 0) objects.push_back(object);
  }
  for (const auto& [id, object] : replacements) {
    if (object.has_value()) objects.push_back(*object);
  }
  return schema::MakeSnapshot(std::move(objects), snapshot.server_version, snapshot.taken_at);
}

class Writer {
 public:
  Writer(Context& context, rpc::FerryClient& client, const std::string& environment,
         const std::vector<std::string>& patterns, const DriftMigrationOptions& options)
      : context_(context),
        client_(client),
        environment_(environment),
        patterns_(patterns),
        options_(options),
        interrupt_(context.interrupted) {}

  absl::StatusOr<int> Run() {
    ASSIGN_OR_RETURN(const std::string folder, MigrationFolder(context_, options_.folder));
    ASSIGN_OR_RETURN(const FolderContent content, ReadFolder(folder));
    RETURN_IF_ERROR(ReadDrift());
    RETURN_IF_ERROR(CheckChosen());
    RETURN_IF_ERROR(ReadSchemas());
    ASSIGN_OR_RETURN(const workbench::Generated generated, Generate(content));
    const std::string path = Join(folder, generated.file_name);
    RETURN_IF_ERROR(WriteNewFile(path, generated.text));
    context_.out << report::Visible(path) << "\n";
    if (!context_.options.quiet) Say(generated);
    return kExitOk;
  }

 private:
  const char* Verb() const { return options_.adopt ? "adopt" : "revert"; }

  absl::Status ReadDrift() {
    v1::GetDriftRequest request;
    request.set_environment(environment_);
    ASSIGN_OR_RETURN(const v1::GetDriftResponse response, client_.GetDrift(request));
    ASSIGN_OR_RETURN(all_, DriftedFrom(environment_, response, {}, context_.clock.Now()));
    ASSIGN_OR_RETURN(const DriftedEnvironment wanted,
                     DriftedFrom(environment_, response, patterns_, context_.clock.Now()));
    RETURN_IF_ERROR(ChooseTarget());
    for (const DriftedObject& object : wanted.targets[target_].objects) {
      if (!object.ignored || !patterns_.empty()) chosen_.push_back(object);
    }
    if (!chosen_.empty()) return absl::OkStatus();
    const bool lost = target().message.report().objects().empty();
    if (lost && target().message.report().state() == v1::DRIFT_STATE_DRIFTED) {
      return Error(ErrorCode::kDrift,
                   absl::StrCat("what should be there on ", target().message.target_id(),
                                " is known by its fingerprint only: ", target().message.report().note()))
          .TargetState(kNothingWritten)
          .Next(absl::StrCat("ferry diff plan:",
                             target().message.report().expected_version().empty()
                                 ? "newest"
                                 : target().message.report().expected_version(),
                             " ", environment_));
    }
    return Error(ErrorCode::kNothingToDo,
                 patterns_.empty()
                     ? absl::StrCat("nothing has drifted in \"", environment_, "\" but what is ignored")
                     : absl::StrCat("nothing that has drifted in \"", environment_, "\" is called so"))
        .TargetState(kNothingWritten)
        .Next(absl::StrCat("ferry drift ", environment_));
  }

  absl::Status ChooseTarget() {
    std::vector<std::string> drifted;
    for (size_t i = 0; i < all_.targets.size(); ++i) {
      const DriftedTarget& one = all_.targets[i];
      if (options_.target.empty() ? !one.drifted() : one.message.target_id() != options_.target) continue;
      target_ = i;
      drifted.push_back(one.message.target_id());
    }
    if (drifted.size() == 1) return rpc::FromProto(target().message.error());
    if (drifted.empty() && options_.target.empty() && !all_.targets.empty()) {
      for (const DriftedTarget& one : all_.targets) RETURN_IF_ERROR(rpc::FromProto(one.message.error()));
      return absl::OkStatus();  // there may be what is ignored
    }
    return Error(ErrorCode::kUsage,
                 drifted.empty()
                     ? absl::StrCat("\"", environment_, "\" has no target \"", options_.target, "\"")
                     : absl::StrCat("several targets of \"", environment_,
                                    "\" have drifted: ", absl::StrJoin(drifted, ", ")))
        .TargetState(kNothingWritten)
        .Next(absl::StrCat("ferry drift ", environment_, " --", Verb(), " --target TARGET"));
  }

  // Whom things belong to and who may use them is different on every target: no migration carries it.
  absl::Status CheckChosen() const {
    for (const DriftedObject& object : chosen_) {
      const std::string word = object.word();
      const bool named = word.find(';') == std::string::npos && word.find('*') == std::string::npos &&
                         std::none_of(word.begin(), word.end(), [](char c) {
                           return absl::ascii_iscntrl(static_cast<unsigned char>(c));
                         });
      if (!named || absl::StripAsciiWhitespace(word) != word) {
        return Refuse(absl::StrCat("the name of ", word, " cannot stand in the header of a migration"),
                      "write the migration by hand: ferry new NAME");
      }
      if (object.sign() != '~') continue;
      for (const diff::FieldChange& change : object.fields()) {
        if (change.field != "owner" && change.field != "grants" && change.field != "sequence_grants")
          continue;
        return Refuse(
            absl::StrCat("the ", absl::StrReplaceAll(change.field, {{"_", " "}}), " of ", word,
                         " differ by environment: a migration that all of them run cannot carry them"),
            absl::StrCat("take it back by hand, or leave it out by naming the other objects: ferry drift ",
                         environment_));
      }
    }
    return absl::OkStatus();
  }

  static absl::Status Refuse(const std::string& message, const std::string& next) {
    return Error(ErrorCode::kNotRepeatable, message).TargetState(kNothingWritten).Next(next);
  }

  absl::Status ReadSchemas() {
    v1::GetSnapshotsRequest request;
    request.set_environment(environment_);
    ASSIGN_OR_RETURN(const std::vector<v1::GetSnapshotsResponse> pieces,
                     client_.GetSnapshots(request, [this] { return interrupt_.happened(); }));
    std::vector<v1::SnapshotChunk> chunks;
    for (const v1::GetSnapshotsResponse& piece : pieces) {
      if (piece.target_id() == target().message.target_id()) chunks.push_back(piece.chunk());
    }
    ASSIGN_OR_RETURN(const Snapshot now, rpc::FromChunks(chunks));
    const v1::DriftReport& report = target().message.report();
    if (now.root != report.actual_root() || now.access_root != report.actual_access_root()) {
      return Error(ErrorCode::kDrift, absl::StrCat("the schema of ", target().message.target_id(),
                                                   " changed while it was being read"))
          .TargetState(kNothingWritten)
          .Next("the same command again");
    }
    Replacements all, chosen;
    for (const DriftedObject& object : target().objects) all[object.id] = object.expected;
    for (const DriftedObject& object : chosen_)
      chosen[object.id] = options_.adopt ? object.actual : object.expected;
    from_ = options_.adopt ? With(now, all) : now;
    to_ = With(from_, chosen);
    return absl::OkStatus();
  }

  // "-- key: value" lines and free comments; these must not look like keys.
  std::string Header() const {
    std::vector<std::string> words;
    std::map<int64_t, const v1::ForeignStatement*> causes;
    for (const DriftedObject& object : chosen_) {
      words.push_back(object.word());
      for (const v1::ForeignStatement& cause : object.causes) causes[cause.id()] = &cause;
    }
    std::string text =
        absl::StrCat("-- drift: ", absl::StrJoin(words, "; "), "\n--\n-- Written by ferry drift ",
                     report::Visible(environment_), " --", Verb(), " for ", report::Visible(context_.user),
                     ", from what was found on ", report::Visible(target().message.target_id()), ".\n");
    if (causes.empty()) absl::StrAppend(&text, "-- Who had changed it is not known.\n");
    for (const auto& [id, cause] : causes) {
      absl::StrAppend(
          &text, "-- ", FullTime(rpc::FromProto(cause->at()), context_.zone), " by ",
          report::Visible(cause->login()), " with ",
          cause->application().empty() ? "an unnamed program" : report::Visible(cause->application()), ", ",
          report::Visible(cause->tag()), " ", report::Visible(cause->object()), "\n");
    }
    return text;
  }

  std::string Description() const {
    return absl::StrCat(
        options_.adopt ? "keeps what was changed by hand in " : "takes back what was changed by hand in ",
        report::Visible(environment_), ", ", Count(static_cast<int64_t>(chosen_.size()), "object"));
  }

  absl::StatusOr<workbench::Generated> Generate(const FolderContent& content) {
    const std::string is = absl::StrCat(environment_, " as it is");
    const std::string should = absl::StrCat(environment_, " as it should be");
    workbench::GenerateRequest request;
    request.schemas.from_name = options_.adopt ? should : is;
    request.schemas.to_name = options_.adopt ? is : should;
    request.schemas.from = &from_;
    request.schemas.to = &to_;
    SqlOptions sql;
    sql.allow = options_.allow;
    ASSIGN_OR_RETURN(request.schemas.options, RenderOptionsOf(sql, diff::CompareOptions::StructureOnly()));
    ASSIGN_OR_RETURN(request.schemas.scratch_url, ScratchUrl(context_, options_.scratch, context_.folder));
    request.files = content.files;
    request.name = absl::StrCat(Verb(), "_drift_of_", environment_);
    request.author = context_.user.substr(0, context_.user.find('@'));
    request.date = absl::FormatTime("%Y-%m-%d", context_.clock.Now(), context_.zone);
    request.description = Description();
    request.header = Header();
    request.repeatable = true;
    if (!options_.adopt) request.no_way_back = "it takes back what was never part of a migration";
    return workbench::Generate(request, interrupt_.Running());
  }

  void Say(const workbench::Generated& generated) {
    for (const std::string& note : generated.notes) context_.err << "note: " << report::Visible(note) << "\n";
    context_.err << "proven in two scratch databases: it makes " << report::Visible(environment_)
                 << (options_.adopt ? " as it is out of what it should be" : " what it should be again")
                 << ", and changes nothing where that is so already ("
                 << Count(static_cast<int64_t>(generated.statements), "statement") << ")\n";
    if (!generated.irreversible.empty()) {
      context_.err << "irreversible: " << report::Visible(generated.irreversible) << "\n";
    }
    context_.err << "  next: read it, then ferry sum, ferry plan register, and promote it from the first "
                    "environment on; it ends the drift of "
                 << report::Visible(environment_) << "\n";
  }

  const DriftedTarget& target() const { return all_.targets[target_]; }

  Context& context_;
  rpc::FerryClient& client_;
  const std::string& environment_;
  const std::vector<std::string>& patterns_;
  const DriftMigrationOptions& options_;
  workbench::Interrupt interrupt_;
  DriftedEnvironment all_;
  size_t target_ = 0;
  std::vector<DriftedObject> chosen_;
  Snapshot from_, to_;
};

}  // namespace

absl::StatusOr<int> WriteDriftMigration(Context& context, rpc::FerryClient& client,
                                        const std::string& environment,
                                        const std::vector<std::string>& patterns,
                                        const DriftMigrationOptions& options) {
  return Writer(context, client, environment, patterns, options).Run();
}

}  // namespace ferry::cli
