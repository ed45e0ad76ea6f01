// A logged table may not reference an unlogged one (PostgreSQL: CREATE TABLE, ALTER TABLE … SET LOGGED).
#include "core/diff/constraint_kind.h"
#include "core/diff/steps.h"

namespace ferry::diff::internal {
namespace {

std::string PersistenceOf(const schema::Object& table) {
  const auto* body = std::get_if<schema::Table>(&table.body);
  return body == nullptr ? std::string() : body->persistence;
}

bool Changes(const Pair& table) {
  return table.both() && PersistenceOf(*table.from) != PersistenceOf(*table.to);
}

}  // namespace

// A foreign key goes before and comes after the tables on its two sides change; one that stays is never in
// the way: the table that is referenced becomes logged first, and unlogged last.
void Steps::OrderPersistence(size_t i) {
  const Pair& pair = pairs_[i];
  const schema::Object& key = pair.from != nullptr ? *pair.from : *pair.to;
  if (!IsForeignKey(key) || pair.parent == kNone) return;
  const auto order = [&](size_t table) {
    if (!Changes(pairs_[table])) return;
    Order(steps_[i].drop, steps_[table].alter);
    Order(steps_[table].alter, steps_[i].create);
  };
  order(pair.parent);
  for (const schema::Dependency& needed : key.dependencies) {
    const size_t on = pairs_.Find(needed.on);
    if (on == kNone) continue;
    const size_t table = needed.on.kind == schema::ObjectKind::kTable ? on : pairs_[on].parent;
    if (table == kNone || table == pair.parent) continue;
    order(table);
    if (!pair.both() || !Changes(pairs_[pair.parent]) || !Changes(pairs_[table])) continue;
    const bool logged = PersistenceOf(*pairs_[table].to) != "unlogged";
    Order(steps_[logged ? table : pair.parent].alter, steps_[logged ? pair.parent : table].alter);
  }
}

}  // namespace ferry::diff::internal
