#include "pg/catalog/collector.h"

#include <algorithm>

namespace ferry::pg::catalog {

void Collector::Add(const Address& address, schema::ObjectId id, schema::Body body, schema::Traits traits) {
  id.kind = static_cast<schema::ObjectKind>(body.index());
  if (!schema::MustRead(filter_, id)) return;
  by_address_.try_emplace(address, static_cast<uint32_t>(objects_.size()));
  schema::Object& object = objects_.emplace_back();
  object.id = std::move(id);
  object.body = std::move(body);
  object.traits = std::move(traits);
  TakeTexts(address, object.traits);
  schema::Complete(object);
}

void Collector::TakeTexts(const Address& address, schema::Traits& traits) {
  if (const auto comment = comments_.find(address); comment != comments_.end()) {
    traits.comment = std::move(comment->second);
    comments_.erase(comment);
  }
  if (const auto labels = labels_.find(address); labels != labels_.end()) {
    traits.security_labels = std::move(labels->second);
    std::sort(traits.security_labels.begin(), traits.security_labels.end());
    labels_.erase(labels);
  }
}

void Collector::Reserve(int64_t attribute_bytes) {
  constexpr int64_t kAttributeBytes = 144;  // a row of pg_attribute, at least
  objects_.reserve(static_cast<size_t>(attribute_bytes / kAttributeBytes));
}

void Collector::Alias(const Address& address, const Address& of) { aliases_.try_emplace(address, of); }

void Collector::NotLater(const Address& address) { not_later_.insert(address); }

void Collector::Comment(const Address& address, std::string text) {
  comments_.insert_or_assign(address, std::move(text));
}

void Collector::SecurityLabel(const Address& address, std::string text) {
  labels_[address].push_back(std::move(text));
}

void Collector::SequenceGrants(const Address& column, std::vector<std::string> grants) {
  sequence_grants_.emplace_back(column, std::move(grants));
}

void Collector::Depends(const Address& from, const Address& on) { depends_.emplace_back(from, on); }

uint32_t Collector::FindNeeded(const Address& address) const {
  const uint32_t found = Find(address);
  if (found == kNone || objects_[found].id.kind != schema::ObjectKind::kColumn) return found;
  // What needs a column of a view needs the view.
  const auto of = by_address_.find(Address(address.catalog, address.oid));
  const bool in_view = of != by_address_.end() && objects_[of->second].id.kind == schema::ObjectKind::kView;
  return in_view ? of->second : found;
}

uint32_t Collector::Find(Address address) const {
  // An array of the row type of a table is three steps; more than a few would be a loop.
  for (int step = 0; step < 8; ++step) {
    if (const auto found = by_address_.find(address); found != by_address_.end()) return found->second;
    if (const auto other = aliases_.find(address); other != aliases_.end()) {
      address = other->second;
    } else if (address.part != 0) {
      address.part = 0;  // a column of a view, or of what an extension owns
    } else {
      break;
    }
  }
  return kNone;
}

void Collector::Link(uint32_t from, uint32_t on, bool through_default) {
  if (from == kNone || on == kNone || from == on) return;
  const schema::ObjectId& needed = objects_[on].id;
  schema::Object& entry = objects_[from];
  if (needed.kind == schema::ObjectKind::kSchema && needed.schema == entry.id.schema) return;
  const bool own_parent =
      needed.schema == entry.id.schema && needed.parent.empty() && needed.name == entry.id.parent;
  if (own_parent && !entry.id.parent.empty() && !through_default) return;
  const bool own_child =
      needed.schema == entry.id.schema && entry.id.parent.empty() && needed.parent == entry.id.name;
  if (own_child && !needed.parent.empty()) return;
  entry.dependencies.push_back({needed, through_default});
}

// The constraint of an index, the identity column of a sequence.
uint32_t Collector::FindAbove(const Address& address) const {
  if (address.catalog != Catalog::kClass || address.part != 0) return kNone;
  const auto other = aliases_.find(address);
  const auto found = other == aliases_.end() ? by_address_.end() : by_address_.find(other->second);
  return found == by_address_.end() ? kNone : found->second;
}

std::vector<uint32_t> Collector::GiveTexts() {
  std::vector<uint32_t> changed;
  for (auto& [address, text] : comments_) {
    if (const auto found = by_address_.find(address); found != by_address_.end()) {
      objects_[found->second].traits.comment = std::move(text);
      changed.push_back(found->second);
    } else if (const uint32_t above = FindAbove(address); above != kNone) {
      schema::Object& object = objects_[above];
      const bool index = object.id.kind == schema::ObjectKind::kConstraint;
      if (!index && object.id.kind != schema::ObjectKind::kColumn) continue;
      schema::Beneath& beneath = object.traits.beneath.edit();
      (index ? beneath.index_comment : beneath.sequence_comment) = std::move(text);
      changed.push_back(above);
    }
  }
  for (auto& [address, labels] : labels_) {
    std::sort(labels.begin(), labels.end());
    if (const auto found = by_address_.find(address); found != by_address_.end()) {
      objects_[found->second].traits.security_labels = std::move(labels);
      changed.push_back(found->second);
    } else if (const uint32_t above = FindAbove(address);
               above != kNone && objects_[above].id.kind == schema::ObjectKind::kColumn) {
      objects_[above].traits.beneath.edit().sequence_labels = std::move(labels);
      changed.push_back(above);
    }
  }
  for (auto& [address, grants] : sequence_grants_) {
    const auto found = by_address_.find(address);
    if (found == by_address_.end()) continue;
    objects_[found->second].traits.beneath.edit().sequence_grants = std::move(grants);
    changed.push_back(found->second);
  }
  return changed;
}

std::vector<schema::Object> Collector::Finish() {
  const std::vector<uint32_t> changed = GiveTexts();
  for (const uint32_t place : changed) schema::Complete(objects_[place]);
  for (const auto& [from, on] : depends_) {
    Link(Find(from), FindNeeded(on),
         from.catalog == Catalog::kAttributeDefault && !not_later_.contains(from));
  }
  for (schema::Object& object : objects_) {
    std::vector<schema::Dependency>& all = object.dependencies;
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
  }
  std::vector<schema::Object> objects = std::move(objects_);
  *this = Collector();  // the addresses are not needed any more
  return objects;
}

}  // namespace ferry::pg::catalog
