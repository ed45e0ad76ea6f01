#include "core/report/changelog.h"

#include <algorithm>
#include <set>

#include "core/migration/version.h"

namespace ferry::report {
namespace {

using promotion::StepKind;

// Semantic versions by number, everything else below them by name.
bool Below(const std::string& a, const std::string& b) {
  const absl::StatusOr<migration::Version> left = migration::Version::Parse(a);
  const absl::StatusOr<migration::Version> right = migration::Version::Parse(b);
  if (left.ok() != right.ok()) return right.ok();
  return left.ok() ? *left < *right : a < b;
}

bool Concerns(const Deed& deed, const std::string& version) {
  if (deed.step == StepKind::kApply || deed.step == StepKind::kRollback) return deed.version == version;
  return deed.step == StepKind::kBaseline && !Below(deed.version, version);
}

Passage::Kind KindOf(const Deed& deed) {
  if (deed.step == StepKind::kRollback) return Passage::Kind::kRolledBack;
  if (deed.step == StepKind::kBaseline) return Passage::Kind::kBaseline;
  return deed.kind == promotion::Kind::kBreakGlass ? Passage::Kind::kBreakGlass : Passage::Kind::kReached;
}

class StageBuilder {
 public:
  StageBuilder(const ChangelogEnvironment& environment, std::string version)
      : environment_(environment), version_(std::move(version)) {
    stage_.environment = environment.name;
  }

  void Take(const Deed& deed) {
    if (deed.environment != environment_.name || environment_.applied.count(deed.target) == 0) return;
    if (!Concerns(deed, version_)) return;
    if (deed.step == StepKind::kRollback) {
      if (have_.erase(deed.target) > 0 && present_) Add(deed, false);
    } else {
      have_.insert(deed.target);
      if (!present_ && have_.size() == environment_.applied.size()) Add(deed, true);
    }
  }

  ChangelogEntry::Stage Finish() {
    size_t now = 0;
    const LedgerNote* newest = nullptr;
    for (const auto& [target, applied] : environment_.applied) {
      const auto found = applied.find(version_);
      if (found == applied.end()) continue;
      ++now;
      if (newest == nullptr || newest->at < found->second.at) newest = &found->second;
    }
    const bool here = now > 0 && now == environment_.applied.size();
    if (here && !present_) {
      stage_.passages.push_back({newest->baseline ? Passage::Kind::kBaseline : Passage::Kind::kReached,
                                 newest->at, newest->promotion_id, "", ""});
    }
    if (now == 0 && present_) stage_.passages.push_back({Passage::Kind::kLost, {}, "", "", ""});
    stage_.partly = now > 0 && !here;
    return std::move(stage_);
  }

 private:
  void Add(const Deed& deed, bool present) {
    stage_.passages.push_back({KindOf(deed), deed.at, deed.promotion_id, deed.by, deed.reason});
    present_ = present;
  }

  const ChangelogEnvironment& environment_;
  const std::string version_;
  ChangelogEntry::Stage stage_;
  std::set<std::string> have_;
  bool present_ = false;
};

}  // namespace

std::vector<ChangelogEntry> MakeChangelog(const ChangelogInput& input) {
  std::vector<ChangelogEntry> entries;
  for (const MigrationNote& migration : input.migrations) {
    if (!input.since.empty() && !Below(input.since, migration.version)) continue;
    ChangelogEntry entry{migration, {}};
    bool seen = input.unreleased;
    for (const ChangelogEnvironment& environment : input.environments) {
      StageBuilder stage(environment, migration.version);
      for (const Deed& deed : input.deeds) stage.Take(deed);
      entry.stages.push_back(stage.Finish());
      seen = seen || !entry.stages.back().passages.empty() || entry.stages.back().partly;
    }
    if (seen) entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(), [](const ChangelogEntry& a, const ChangelogEntry& b) {
    return Below(b.migration.version, a.migration.version);
  });
  return entries;
}

}  // namespace ferry::report
