#include "tests/property/model.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "core/sql/quote.h"

namespace ferry::property {
namespace {

bool In(Kind kind, std::initializer_list<Kind> kinds) { return absl::c_linear_search(kinds, kind); }

}  // namespace

const Item* Schema::Find(int id) const {
  const auto found = absl::c_find_if(items, [id](const Item& item) { return item.id == id; });
  return found == items.end() ? nullptr : &*found;
}

const Item& Schema::At(int id) const {
  const Item* item = Find(id);
  if (item != nullptr) return *item;
  std::fprintf(stderr, "property: there is no item %d\n", id);
  std::abort();
}

size_t Schema::Place(int id) const { return static_cast<size_t>(&At(id) - items.data()); }

std::vector<const Item*> Schema::All(std::initializer_list<Kind> kinds) const {
  std::vector<const Item*> out;
  for (const Item& item : items) {
    if (In(item.kind, kinds)) out.push_back(&item);
  }
  return out;
}

std::vector<const Item*> Schema::Children(int parent, Kind kind) const {
  std::vector<const Item*> out;
  for (const Item& item : items) {
    if (item.parent == parent && item.kind == kind) out.push_back(&item);
  }
  return out;
}

const Item* Schema::Used(const Item& item, std::initializer_list<Kind> kinds) const {
  for (const int id : item.uses) {
    const Item& used = At(id);
    if (In(used.kind, kinds)) return &used;
  }
  return nullptr;
}

bool Schema::IsUsedBy(int id, std::initializer_list<Kind> kinds) const {
  return absl::c_any_of(
      items, [&](const Item& item) { return In(item.kind, kinds) && absl::c_linear_search(item.uses, id); });
}

const Item& Schema::Root(const Item& relation) const {
  return relation.kind == Kind::kPartition ? Root(At(relation.parent)) : relation;
}

std::vector<const Item*> Schema::Columns(const Item& relation) const {
  const Item& root = Root(relation);
  std::vector<const Item*> out;
  if (root.kind != Kind::kTable) return out;
  const Item* ancestor = Used(root, {Kind::kTable});
  if (ancestor != nullptr) out = Columns(*ancestor);
  for (const Item* column : Children(root.id, Kind::kColumn)) out.push_back(column);
  return out;
}

std::vector<std::string> RoleStatements() {
  std::vector<std::string> out;
  for (const std::string& role : Roles())
    out.push_back(absl::StrCat("CREATE ROLE ", sql::QuoteIdentifier(role)));
  return out;
}

}  // namespace ferry::property
