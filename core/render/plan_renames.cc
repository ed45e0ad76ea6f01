#include "core/render/plan_renames.h"

#include <algorithm>
#include <utility>

namespace ferry::render {
namespace {

using schema::ObjectId;
using schema::ObjectKind;
using schema::Snapshot;

// All names that a thing has had, the last one at the end.
using Names = std::vector<std::string>;

struct Past {
  std::string schema;
  Names table;
  std::vector<Names> columns;
};

std::vector<Past> PastsOf(const std::vector<RenameStep>& steps) {
  std::vector<Past> pasts;
  for (const RenameStep& step : steps) {
    auto past = std::find_if(pasts.begin(), pasts.end(), [&step](const Past& p) {
      return p.schema == step.schema && p.table.back() == step.table;
    });
    if (past == pasts.end()) past = pasts.insert(pasts.end(), {step.schema, {step.table}, {}});
    if (step.column.empty()) {
      past->table.push_back(step.to);
      continue;
    }
    auto column = std::find_if(past->columns.begin(), past->columns.end(),
                               [&step](const Names& names) { return names.back() == step.column; });
    if (column == past->columns.end()) column = past->columns.insert(column, {step.column});
    column->push_back(step.to);
  }
  return pasts;
}

// The newest of the names under which `from` has it; empty when it has none of them.
std::string NameIn(const Snapshot& from, const Names& names, ObjectId id) {
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    id.name = *name;
    if (from.Find(id) != nullptr) return *name;
  }
  return "";
}

}  // namespace

std::vector<Rename> RenamesBetween(std::vector<Rename> declared, const std::vector<RenameStep>& steps,
                                   const Snapshot& from, const Snapshot& to) {
  std::vector<Rename> fitting = std::move(declared);
  const auto add = [&](ObjectId id, const Names& names) {
    id.name = NameIn(from, names, id);
    if (id.name.empty() || id.name == names.back()) return;
    const auto same = [&id](const Rename& other) { return other.from == id; };
    if (std::any_of(fitting.begin(), fitting.end(), same)) return;
    fitting.push_back({std::move(id), names.back()});
    if (!CheckRenames(fitting, from, to).ok()) fitting.pop_back();
  };
  for (const Past& past : PastsOf(steps)) {
    const std::string table = NameIn(from, past.table, {ObjectKind::kTable, past.schema, "", ""});
    add({ObjectKind::kTable, past.schema, "", ""}, past.table);
    for (const Names& column : past.columns) {
      add({ObjectKind::kColumn, past.schema, table, ""}, column);
    }
  }
  return fitting;
}

}  // namespace ferry::render
