#include "pg/catalog/collector.h"

#include <algorithm>

namespace ferry::pg::catalog {

void Collector::Add(const Address& address, schema::ObjectId id, schema::Body body, schema::Traits traits) {
  id.kind = static_cast<schema::ObjectKind>(body.index());
  if (!schema::MustRead(filter_, id)) return;
  by_address_.try_emplace(address, entries_.size());
  entries_.push_back({std::move(id), std::move(body), std::move(traits), {}});
}

void Collector::Alias(const Address& address, const Address& of) { aliases_.try_emplace(address, of); }

void Collector::NotLater(const Address& address) { not_later_.insert(address); }

void Collector::Comment(const Address& address, std::string text) {
  comments_.emplace_back(address, std::move(text));
}

void Collector::SecurityLabel(const Address& address, std::string text) {
  labels_.emplace_back(address, std::move(text));
}

void Collector::Depends(const Address& from, const Address& on) { depends_.emplace_back(from, on); }

size_t Collector::FindNeeded(const Address& address) const {
  const size_t found = Find(address);
  if (found == kNone || entries_[found].id.kind != schema::ObjectKind::kColumn) return found;
  // What needs a column of a view needs the view.
  const auto of = by_address_.find({address.catalog, address.oid, 0});
  const bool in_view = of != by_address_.end() && entries_[of->second].id.kind == schema::ObjectKind::kView;
  return in_view ? of->second : found;
}

size_t Collector::Find(Address address) const {
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

void Collector::Link(size_t from, size_t on, bool through_default) {
  if (from == kNone || on == kNone || from == on) return;
  const schema::ObjectId& needed = entries_[on].id;
  Entry& entry = entries_[from];
  if (needed.kind == schema::ObjectKind::kSchema && needed.schema == entry.id.schema) return;
  const bool own_parent =
      needed.schema == entry.id.schema && needed.parent.empty() && needed.name == entry.id.parent;
  if (own_parent && !entry.id.parent.empty() && !through_default) return;
  const bool own_child =
      needed.schema == entry.id.schema && entry.id.parent.empty() && needed.parent == entry.id.name;
  if (own_child && !needed.parent.empty()) return;
  entry.dependencies.push_back({needed, through_default});
}

void Collector::GiveTexts() {
  for (auto& [address, text] : comments_) {
    const auto found = by_address_.find(address);
    if (found != by_address_.end()) entries_[found->second].traits.comment = std::move(text);
  }
  for (auto& [address, text] : labels_) {
    const auto found = by_address_.find(address);
    if (found != by_address_.end()) entries_[found->second].traits.security_labels.push_back(std::move(text));
  }
}

std::vector<schema::Object> Collector::Finish() {
  GiveTexts();
  for (const auto& [from, on] : depends_) {
    Link(Find(from), FindNeeded(on),
         from.catalog == Catalog::kAttributeDefault && !not_later_.contains(from));
  }
  std::vector<schema::Object> out;
  out.reserve(entries_.size());
  for (Entry& entry : entries_) {
    std::sort(entry.traits.security_labels.begin(), entry.traits.security_labels.end());
    out.push_back(schema::MakeObject(std::move(entry.id), std::move(entry.body), std::move(entry.traits),
                                     std::move(entry.dependencies)));
  }
  *this = Collector();
  return out;
}

}  // namespace ferry::pg::catalog
