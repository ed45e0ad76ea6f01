#include "core/diff/reason.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/diff/bare_name.h"

namespace ferry::diff {
namespace {

using schema::ObjectId;

bool Touches(const TouchedObject& touched, const ObjectId& id) {
  const bool schema_fits =
      id.schema.empty() ? true : std::count(touched.schemas.begin(), touched.schemas.end(), id.schema) > 0;
  if (!schema_fits) return false;
  if (id.parent.empty()) return touched.part.empty() && touched.name == BareName(id);
  if (touched.name == id.parent) return touched.part.empty() ? touched.whole : touched.part == id.name;
  // An index is dropped, renamed and commented without its table.
  return touched.part.empty() && touched.name == id.name && id.kind == schema::ObjectKind::kIndex;
}

bool Touches(const KnownMigration& migration, const ObjectId& id) {
  return std::any_of(migration.touched.begin(), migration.touched.end(),
                     [&id](const TouchedObject& touched) { return Touches(touched, id); });
}

// One difference and what explains it.
class Explanation {
 public:
  Explanation(const DiffResult& result, const Difference& difference, const std::vector<SourceFacts>& facts)
      : names_(result.names), difference_(difference), facts_(facts) {}

  void AddPending(const std::vector<KnownMigration>& migrations) {
    // Migrations that the same sources lack are one reason.
    std::vector<std::pair<std::vector<std::string>, std::vector<std::string>>> by_lacking;
    for (const KnownMigration& migration : migrations) {
      if (!Separates(migration.key) || !Touches(migration, difference_.id)) continue;
      std::vector<std::string> lacking = Lacking(migration.key);
      auto known = std::find_if(by_lacking.begin(), by_lacking.end(),
                                [&lacking](const auto& entry) { return entry.first == lacking; });
      if (known == by_lacking.end()) known = by_lacking.insert(known, {std::move(lacking), {}});
      known->second.push_back(migration.version);
    }
    for (auto& [lacking, versions] : by_lacking) {
      std::string text =
          absl::StrCat("pending in ", absl::StrJoin(lacking, ", "), ": ", absl::StrJoin(versions, ", "));
      reasons_.push_back({Reason::Kind::kPending, std::move(versions), std::move(lacking), std::move(text)});
    }
  }

  void AddDrift() {
    for (size_t i = 0; i < facts_.size(); ++i) {
      const auto found = facts_[i].drifted.find(difference_.id);
      if (found == facts_[i].drifted.end()) continue;
      std::string text =
          absl::StrCat("drift in ", names_[i], found->second.empty() ? "" : ": ", found->second);
      reasons_.push_back({Reason::Kind::kDrift, {}, {names_[i]}, std::move(text)});
    }
  }

  void AddServerVersions() {
    if (!reasons_.empty() || difference_.fields.empty() || !OnlyPrintedTexts()) return;
    std::map<std::string, std::set<std::optional<std::string>>> by_major;
    for (size_t i = 0; i < facts_.size(); ++i) {
      const std::string major = facts_[i].server_version.substr(0, facts_[i].server_version.find('.'));
      if (major.empty() || !difference_.fingerprints[i].has_value()) return;
      by_major[major].insert(difference_.fingerprints[i]);
    }
    std::vector<std::string> majors;
    for (const auto& [major, seen] : by_major) {
      if (seen.size() > 1) return;
      majors.push_back(major);
    }
    if (majors.size() < 2) return;
    reasons_.push_back(
        {Reason::Kind::kServerVersions,
         {},
         {},
         absl::StrCat("perhaps only how PostgreSQL ", absl::StrJoin(majors, " and "), " print it")});
  }

  std::vector<Reason> Take() { return std::move(reasons_); }

 private:
  std::vector<std::string> Lacking(const std::string& key) const {
    std::vector<std::string> lacking;
    for (size_t i = 0; i < facts_.size(); ++i) {
      if (facts_[i].applied.has_value() && facts_[i].applied->count(key) == 0) lacking.push_back(names_[i]);
    }
    return lacking;
  }

  // Whether a source with it and one without it have different objects.
  bool Separates(const std::string& key) const {
    for (size_t i = 0; i < facts_.size(); ++i) {
      if (!facts_[i].applied.has_value() || facts_[i].applied->count(key) == 0) continue;
      for (size_t j = 0; j < facts_.size(); ++j) {
        if (facts_[j].applied.has_value() && facts_[j].applied->count(key) == 0 &&
            difference_.fingerprints[i] != difference_.fingerprints[j]) {
          return true;
        }
      }
    }
    return false;
  }

  // Fields whose text the server makes out of a parse tree.
  bool OnlyPrintedTexts() const {
    static const auto* const printed = new std::set<std::string>{
        "definition",       "index_definition", "default",         "generation_expression",
        "check_expression", "using_expression", "partition_bound", "signature",
        "arguments",        "result",           "partition_key"};
    return std::all_of(difference_.fields.begin(), difference_.fields.end(),
                       [](const FieldChange& change) { return printed->count(change.field) > 0; });
  }

  const std::vector<std::string>& names_;
  const Difference& difference_;
  const std::vector<SourceFacts>& facts_;
  std::vector<Reason> reasons_;
};

}  // namespace

absl::string_view Name(Reason::Kind kind) {
  switch (kind) {
    case Reason::Kind::kPending:
      return "pending";
    case Reason::Kind::kDrift:
      return "drift";
    case Reason::Kind::kServerVersions:
      break;
  }
  return "server versions";
}

Reasons Explain(const DiffResult& result, const std::vector<SourceFacts>& facts,
                const std::vector<KnownMigration>& migrations) {
  Reasons reasons;
  for (const Difference& difference : result.differences) {
    Explanation explanation(result, difference, facts);
    explanation.AddPending(migrations);
    explanation.AddDrift();
    explanation.AddServerVersions();
    std::vector<Reason> found = explanation.Take();
    if (!found.empty()) reasons.emplace(difference.id, std::move(found));
  }
  return reasons;
}

}  // namespace ferry::diff
