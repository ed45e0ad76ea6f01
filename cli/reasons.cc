#include "cli/reasons.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/drifted.h"
#include "cli/files.h"
#include "cli/records.h"
#include "cli/settings.h"
#include "core/base/error.h"
#include "core/migration/search_path.h"
#include "core/sql/named.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

using Kind = Source::Kind;

// A repeatable file counts as applied only with the text that the plan has.
std::string Key(const migration::Migration& migration) {
  return migration.repeatable ? absl::StrCat(migration.id(), " ", migration.checksum) : migration.id();
}

// A name without a schema may stand for one in any schema of the migration's search_path.
diff::KnownMigration Known(const migration::Migration& migration) {
  diff::KnownMigration known{migration.id(), Key(migration), {}};
  const std::vector<std::string> path =
      migration::ParseNames(migration.search_path).value_or(std::vector<std::string>{"public"});
  for (const migration::Segment& segment : migration.up) {
    for (const sql::Statement& statement : segment.statements) {
      for (sql::NamedObject& named : sql::NamedObjects(statement.text)) {
        std::vector<std::string> schemas = path;
        if (!named.schema.empty()) schemas = {std::move(named.schema)};
        known.touched.push_back(
            {std::move(schemas), std::move(named.name), std::move(named.part), named.whole});
      }
    }
  }
  return known;
}

class Facts {
 public:
  Facts(Context& context, const std::vector<Source>& sources, const diff::DiffResult& result,
        const std::vector<std::string>& server_versions)
      : context_(context), sources_(sources), result_(result) {
    facts_.resize(result.names.size());
    for (size_t i = 0; i < facts_.size() && i < server_versions.size(); ++i) {
      facts_[i].server_version = server_versions[i];
    }
  }

  absl::StatusOr<diff::Reasons> Explain() {
    RETURN_IF_ERROR(AskController());
    for (const Source& source : sources_) {
      if (source.kind == Kind::kFolder) RETURN_IF_ERROR(AddFolder(source));
      if (source.kind == Kind::kPlan) AddPlan(source);
    }
    return diff::Explain(result_, facts_, Migrations());
  }

 private:
  absl::Status AskController() {
    const bool needed = std::any_of(sources_.begin(), sources_.end(), [](const Source& source) {
      return source.kind == Kind::kEnvironment || source.kind == Kind::kPlan;
    });
    if (!needed) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::unique_ptr<rpc::FerryClient> client, Connect(context_));
    absl::StatusOr<FullPlan> full = FetchPlan(*client, "");
    if (full.ok()) plan_ = std::move(full->plan);
    if (!full.ok() && !HasCode(full.status(), ErrorCode::kPlanUnknown)) return full.status();
    v1::GetStatusRequest request;
    for (const Source& source : sources_) {
      if (source.kind == Kind::kEnvironment) request.add_environments(source.value);
    }
    if (request.environments().empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const v1::GetStatusResponse status, client->GetStatus(request));
    for (const v1::EnvironmentStatus& environment : status.environments())
      AddEnvironment(*client, environment);
    return absl::OkStatus();
  }

  void AddEnvironment(rpc::FerryClient& client, const v1::EnvironmentStatus& environment) {
    std::map<std::string, diff::SourceFacts*> drifted;  // by target
    for (const v1::TargetInfo& target : environment.targets()) {
      diff::SourceFacts* const facts =
          Find(environment.targets_size() == 1 ? environment.name()
                                               : absl::StrCat(environment.name(), "/", target.target_id()));
      if (facts == nullptr || !target.has_status()) continue;
      facts->applied.emplace();
      for (const v1::AppliedMigration& applied : target.status().applied()) {
        const migration::Migration* const known = plan_.Find(applied.version());
        const bool repeatable = known != nullptr && known->repeatable;
        facts->applied->insert(repeatable ? absl::StrCat(applied.version(), " ", applied.checksum())
                                          : applied.version());
      }
      if (target.status().drift().state() == v1::DRIFT_STATE_DRIFTED) {
        drifted[target.target_id()] = facts;
        AddKeys(target.status().drift(), *facts);
      }
    }
    if (!drifted.empty()) AddCauses(client, environment.name(), drifted);
  }

  static void AddKeys(const v1::DriftStatus& drift, diff::SourceFacts& facts) {
    for (const v1::DriftKey& key : drift.keys()) {
      const std::optional<schema::ObjectKind> kind = schema::KindFromName(key.id().kind());
      if (!kind.has_value()) continue;
      facts.drifted[{*kind, key.id().schema(), key.id().parent(), key.id().name()}] = "";
    }
  }

  // Asked anew: only the agents know who is behind it. Without an answer the cause stays unsaid.
  void AddCauses(rpc::FerryClient& client, const std::string& environment,
                 const std::map<std::string, diff::SourceFacts*>& facts) const {
    v1::GetDriftRequest request;
    request.set_environment(environment);
    const absl::StatusOr<v1::GetDriftResponse> response = client.GetDrift(request);
    if (!response.ok()) return;
    const absl::StatusOr<DriftedEnvironment> answer =
        DriftedFrom(environment, *response, {}, context_.clock.Now());
    if (!answer.ok()) return;
    for (const DriftedTarget& target : answer->targets) {
      const auto known = facts.find(target.message.target_id());
      if (known == facts.end() || !target.answered()) continue;
      for (const DriftedObject& object : target.objects) known->second->drifted[object.id] = Cause(object);
    }
  }

  // Who did it last, and when, as far as it is known.
  std::string Cause(const DriftedObject& object) const {
    if (object.causes.empty()) return "";
    const v1::ForeignStatement& last = object.causes.back();
    return absl::StrCat(last.tag(), " by ", last.login(), last.application().empty() ? "" : " with ",
                        last.application(), ", ",
                        absl::FormatTime("%Y-%m-%d %H:%M", rpc::FromProto(last.at()), context_.zone));
  }

  absl::Status AddFolder(const Source& source) {
    ASSIGN_OR_RETURN(const FolderContent content, ReadFolder(Join(context_.folder, source.value)));
    ASSIGN_OR_RETURN(migration::Plan plan, migration::BuildPlan(content.files));
    AddAll(plan, Find(source.name), nullptr);
    folders_.push_back(std::move(plan));
    return absl::OkStatus();
  }

  void AddPlan(const Source& source) {
    const migration::Migration* const last = source.value == "newest" ? nullptr : plan_.Find(source.value);
    AddAll(plan_, Find(source.name), last);
  }

  // All migrations of the plan, up to `last` when there is one.
  static void AddAll(const migration::Plan& plan, diff::SourceFacts* facts,
                     const migration::Migration* last) {
    if (facts == nullptr) return;
    facts->applied.emplace();
    for (const migration::Migration& migration : plan.migrations) {
      facts->applied->insert(Key(migration));
      if (&migration == last) return;
    }
    for (const migration::Migration& migration : plan.repeatables) facts->applied->insert(Key(migration));
  }

  diff::SourceFacts* Find(const std::string& name) {
    const auto found = std::find(result_.names.begin(), result_.names.end(), name);
    return found == result_.names.end() ? nullptr
                                        : &facts_[static_cast<size_t>(found - result_.names.begin())];
  }

  // Those that some have and some have not; of the others nobody wants to know what they touch.
  std::vector<diff::KnownMigration> Migrations() const {
    std::vector<diff::KnownMigration> migrations;
    std::set<std::string> seen;
    const auto add = [&](const migration::Migration& migration) {
      size_t with = 0, without = 0;
      for (const diff::SourceFacts& facts : facts_) {
        if (facts.applied.has_value()) ++(facts.applied->count(Key(migration)) > 0 ? with : without);
      }
      if (with > 0 && without > 0 && seen.insert(Key(migration)).second)
        migrations.push_back(Known(migration));
    };
    const auto add_plan = [&add](const migration::Plan& plan) {
      for (const migration::Migration& migration : plan.migrations) add(migration);
      for (const migration::Migration& migration : plan.repeatables) add(migration);
    };
    add_plan(plan_);
    for (const migration::Plan& folder : folders_) add_plan(folder);
    return migrations;
  }

  Context& context_;
  const std::vector<Source>& sources_;
  const diff::DiffResult& result_;
  std::vector<diff::SourceFacts> facts_;
  migration::Plan plan_;  // the newest registered one; empty when there is none
  std::vector<migration::Plan> folders_;
};

}  // namespace

absl::StatusOr<diff::Reasons> FindReasons(Context& context, const std::vector<Source>& sources,
                                          const diff::DiffResult& result,
                                          const std::vector<std::string>& server_versions) {
  if (result.equal()) return diff::Reasons();
  return Facts(context, sources, result, server_versions).Explain();
}

}  // namespace ferry::cli
