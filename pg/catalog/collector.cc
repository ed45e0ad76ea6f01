#include "pg/catalog/collector.h"

#include <algorithm>
#include <future>
#include <iterator>

namespace ferry::pg::catalog {

void Collector::Add(const Address& address, schema::ObjectId id, schema::Body body, schema::Traits traits) {
  id.kind = static_cast<schema::ObjectKind>(body.index());
  if (!schema::MustRead(filter_, id)) return;
  by_address_.try_emplace(address, Count());
  Push({std::move(id), std::move(body), std::move(traits), {}, "", ""});
}

uint32_t Collector::Count() const {
  return blocks_.empty() ? 0 : static_cast<uint32_t>((blocks_.size() - 1) * kBlock + blocks_.back().size());
}

void Collector::Push(schema::Object object) {
  if (blocks_.empty() || blocks_.back().size() == kBlock) blocks_.emplace_back().reserve(kBlock);
  blocks_.back().push_back(std::move(object));
}

void Collector::Alias(const Address& address, const Address& of) { aliases_.try_emplace(address, of); }

void Collector::NotLater(const Address& address) { not_later_.insert(address); }

void Collector::Comment(const Address& address, std::string text) {
  comments_.emplace_back(address, std::move(text));
}

void Collector::SecurityLabel(const Address& address, std::string text) {
  labels_.emplace_back(address, std::move(text));
}

void Collector::SequenceGrants(const Address& column, std::vector<std::string> grants) {
  sequence_grants_.emplace_back(column, std::move(grants));
}

void Collector::Depends(const Address& from, const Address& on) { depends_.emplace_back(from, on); }

uint32_t Collector::FindNeeded(const Address& address) const {
  const uint32_t found = Find(address);
  if (found == kNone || At(found).id.kind != schema::ObjectKind::kColumn) return found;
  // What needs a column of a view needs the view.
  const auto of = by_address_.find(Address(address.catalog, address.oid));
  const bool in_view = of != by_address_.end() && At(of->second).id.kind == schema::ObjectKind::kView;
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
  const schema::ObjectId& needed = At(on).id;
  schema::Object& entry = At(from);
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

void Collector::GiveTexts() {
  for (auto& [address, text] : comments_) {
    if (const auto found = by_address_.find(address); found != by_address_.end()) {
      At(found->second).traits.comment = std::move(text);
    } else if (const uint32_t above = FindAbove(address); above != kNone) {
      schema::Object& object = At(above);
      const bool index = object.id.kind == schema::ObjectKind::kConstraint;
      if (!index && object.id.kind != schema::ObjectKind::kColumn) continue;
      schema::Beneath& beneath = object.traits.beneath.edit();
      (index ? beneath.index_comment : beneath.sequence_comment) = std::move(text);
    }
  }
  for (auto& [address, text] : labels_) {
    if (const auto found = by_address_.find(address); found != by_address_.end()) {
      At(found->second).traits.security_labels.push_back(std::move(text));
    } else if (const uint32_t above = FindAbove(address); above != kNone) {
      if (At(above).id.kind == schema::ObjectKind::kColumn)
        At(above).traits.beneath.edit().sequence_labels.push_back(std::move(text));
    }
  }
  for (auto& [address, grants] : sequence_grants_) {
    const auto found = by_address_.find(address);
    if (found != by_address_.end())
      At(found->second).traits.beneath.edit().sequence_grants = std::move(grants);
  }
}

void Collector::Absorb(Collector other) {
  const auto append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  const uint32_t before = Count();
  for (std::vector<schema::Object>& block : other.blocks_) {
    for (schema::Object& object : block) Push(std::move(object));
  }
  for (const auto& [address, place] : other.by_address_) by_address_.try_emplace(address, before + place);
  aliases_.insert(other.aliases_.begin(), other.aliases_.end());
  not_later_.insert(other.not_later_.begin(), other.not_later_.end());
  append(depends_, other.depends_);
  append(comments_, other.comments_);
  append(labels_, other.labels_);
  append(sequence_grants_, other.sequence_grants_);
}

void Collector::Complete(size_t first_block, size_t end) {
  for (size_t i = first_block; i < end; ++i) {
    for (schema::Object& object : blocks_[i]) {
      std::sort(object.traits.security_labels.begin(), object.traits.security_labels.end());
      if (!object.traits.beneath->sequence_labels.empty()) {
        auto& labels = object.traits.beneath.edit().sequence_labels;
        std::sort(labels.begin(), labels.end());
      }
      object = schema::MakeObject(std::move(object.id), std::move(object.body), std::move(object.traits),
                                  std::move(object.dependencies));
    }
  }
}

std::vector<schema::Object> Collector::Finish(bool two_threads) {
  GiveTexts();
  for (const auto& [from, on] : depends_) {
    Link(Find(from), FindNeeded(on),
         from.catalog == Catalog::kAttributeDefault && !not_later_.contains(from));
  }
  const size_t half = two_threads ? blocks_.size() / 2 : 0;
  std::future<void> other;
  if (half > 0) other = std::async(std::launch::async, [this, half] { Complete(0, half); });
  Complete(half, blocks_.size());
  if (half > 0) other.get();
  std::vector<std::vector<schema::Object>> blocks = std::move(blocks_);
  *this = Collector();  // the addresses are not needed any more
  std::vector<schema::Object> out;
  if (!blocks.empty()) out.reserve((blocks.size() - 1) * kBlock + blocks.back().size());
  for (std::vector<schema::Object>& block : blocks) {
    std::move(block.begin(), block.end(), std::back_inserter(out));
    block = std::vector<schema::Object>();
  }
  return out;
}

}  // namespace ferry::pg::catalog
