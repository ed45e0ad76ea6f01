#include "core/diff/allowed.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ferry::diff {
namespace {

using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;
using schema::Snapshot;

bool Glob(absl::string_view pattern, absl::string_view text) {
  size_t p = 0, t = 0, star = absl::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != absl::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool Contains(const std::vector<std::string>& list, absl::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// `name` of "schema.name" as a table's `inherits` writes it, where it needs no quotes; else quoted.
std::string Plain(absl::string_view qualified) {
  std::string out;
  for (size_t i = 0; i < qualified.size(); ++i) {
    if (qualified[i] == '"' && (i + 1 >= qualified.size() || qualified[i + 1] != '"')) continue;
    if (qualified[i] == '"') ++i;
    out += qualified[i];
  }
  return out;
}

std::set<std::pair<std::string, std::string>> Partitions(const Snapshot& snapshot,
                                                         const std::vector<std::string>& parents) {
  std::set<std::pair<std::string, std::string>> found;
  std::set<std::string> known(parents.begin(), parents.end());
  for (bool more = !parents.empty(); more;) {
    more = false;
    for (const Object& object : snapshot.objects) {
      const auto* table = std::get_if<schema::Table>(&object.body);
      if (table == nullptr || table->partition_bound.empty()) continue;
      const bool is_one =
          std::any_of(table->inherits.begin(), table->inherits.end(),
                      [&known](const std::string& parent) { return known.contains(Plain(parent)); });
      if (!is_one || !found.emplace(object.id.schema, object.id.name).second) continue;
      known.insert(absl::StrCat(object.id.schema, ".", object.id.name));
      more = true;
    }
  }
  return found;
}

bool IsOf(const std::string& source, const std::string& environment) {
  return source == environment || source.rfind(environment + "/", 0) == 0;
}

// The values that the sources outside of `environments` have.
template <class Value>
bool OthersAgree(const std::vector<std::string>& names, const std::vector<Value>& values,
                 const std::vector<std::string>& environments) {
  const Value* first = nullptr;
  for (size_t i = 0; i < names.size(); ++i) {
    const bool may = std::any_of(environments.begin(), environments.end(),
                                 [&](const std::string& e) { return IsOf(names[i], e); });
    if (may) continue;
    if (first == nullptr) first = &values[i];
    if (!(*first == values[i])) return false;
  }
  return true;
}

class Judgement {
 public:
  Judgement(const std::vector<AllowedDifference>& allowed, absl::CivilDay today)
      : allowed_(allowed), today_(today) {}

  Judged Run(DiffResult result) {
    out_.left.names = result.names;
    for (Difference& difference : result.differences) {
      for (const AllowedDifference& one : allowed_) {
        if (Take(one, difference)) break;
      }
      if (!taken_) out_.left.differences.push_back(std::move(difference));
      taken_ = false;
    }
    return std::move(out_);
  }

 private:
  // True when nothing of the difference is left.
  bool Take(const AllowedDifference& one, Difference& difference) {
    if (!Matches(one.object, difference.id)) return false;
    std::vector<FieldChange> fields;
    if (one.field.empty()) {
      if (!one.environments.empty() &&
          !OthersAgree(out_.left.names, difference.fingerprints, one.environments)) {
        return false;
      }
    } else {
      const auto at = std::find_if(difference.fields.begin(), difference.fields.end(),
                                   [&one](const FieldChange& change) { return change.field == one.field; });
      if (at == difference.fields.end() ||
          (!one.environments.empty() && !OthersAgree(out_.left.names, at->values, one.environments))) {
        return false;
      }
      fields = {*at};
    }
    if (one.expires < today_) {
      if (std::find(out_.expired.begin(), out_.expired.end(), &one) == out_.expired.end()) {
        out_.expired.push_back(&one);
      }
      return false;
    }
    return TakeFields(one, std::move(fields), difference);
  }

  bool TakeFields(const AllowedDifference& one, std::vector<FieldChange> fields, Difference& difference) {
    Difference part = difference;
    const bool absent = std::any_of(difference.fingerprints.begin(), difference.fingerprints.end(),
                                    [](const auto& f) { return !f.has_value(); });
    if (!fields.empty()) {
      part.fields = fields;
      difference.fields.erase(std::find_if(difference.fields.begin(), difference.fields.end(),
                                           [&](const FieldChange& c) { return c.field == fields[0].field; }));
      taken_ = difference.fields.empty() && !absent;
    } else {
      taken_ = true;
    }
    out_.intentional.push_back({std::move(part), &one});
    return taken_;
  }

  const std::vector<AllowedDifference>& allowed_;
  const absl::CivilDay today_;
  bool taken_ = false;
  Judged out_;
};

}  // namespace

std::string PlainName(const ObjectId& id) {
  std::string text = std::string(schema::KindName(id.kind)) + " ";
  if (!id.schema.empty() && id.kind != ObjectKind::kSchema) absl::StrAppend(&text, id.schema, ".");
  if (!id.parent.empty()) absl::StrAppend(&text, id.parent, ".");
  return text + id.name;
}

bool Matches(absl::string_view pattern, const ObjectId& id) { return Glob(pattern, PlainName(id)); }

Snapshot WithoutNobodysBusiness(const Snapshot& snapshot, const Rules& rules) {
  if (rules.empty()) return snapshot;
  const std::set<std::pair<std::string, std::string>> partitions = Partitions(snapshot, rules.partitions_of);
  std::set<std::tuple<std::string, std::string>> owners;  // tables and the like that are left out
  const auto by_itself = [&](const ObjectId& id) {
    return Contains(rules.schemas, id.schema) ||
           std::any_of(rules.objects.begin(), rules.objects.end(),
                       [&id](const std::string& pattern) { return Matches(pattern, id); }) ||
           (id.kind == ObjectKind::kTable && partitions.contains({id.schema, id.name}));
  };
  for (const Object& object : snapshot.objects) {
    if (object.id.parent.empty() && by_itself(object.id)) owners.emplace(object.id.schema, object.id.name);
  }
  const auto gone = [&](const ObjectId& id) {
    return by_itself(id) || (!id.parent.empty() && owners.contains({id.schema, id.parent}));
  };
  std::vector<Object> kept;
  for (const Object& object : snapshot.objects) {
    if (gone(object.id)) continue;
    kept.push_back(object);
    auto& needs = kept.back().dependencies;
    needs.erase(std::remove_if(needs.begin(), needs.end(),
                               [&gone](const schema::Dependency& d) { return gone(d.on); }),
                needs.end());
  }
  return schema::MakeSnapshot(std::move(kept), snapshot.server_version, snapshot.taken_at);
}

Snapshot WithIntentional(const Snapshot& from, const Snapshot& to,
                         const std::vector<Intentional>& intentional) {
  std::set<ObjectId> kept;
  for (const Intentional& one : intentional) {
    if (one.by->field.empty()) kept.insert(one.difference.id);
  }
  if (kept.empty()) return to;
  const auto keeps = [&kept](const ObjectId& id) {
    return kept.contains(id) || std::any_of(kept.begin(), kept.end(), [&id](const ObjectId& owner) {
             return owner.parent.empty() && !id.parent.empty() && owner.schema == id.schema &&
                    owner.name == id.parent;
           });
  };
  std::vector<Object> objects;
  for (const Object& object : to.objects) {
    if (!keeps(object.id)) objects.push_back(object);
  }
  for (const Object& object : from.objects) {
    if (keeps(object.id)) objects.push_back(object);
  }
  return schema::MakeSnapshot(std::move(objects), to.server_version, to.taken_at);
}

Judged Judge(DiffResult result, const std::vector<AllowedDifference>& allowed, absl::CivilDay today) {
  return Judgement(allowed, today).Run(std::move(result));
}

}  // namespace ferry::diff
