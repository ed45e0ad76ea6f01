#include "absl/algorithm/container.h"
#include "tests/property/grow.h"
#include "tests/property/holds.h"
#include "tests/property/model.h"
#include "tests/property/text.h"

namespace ferry::property {
namespace {

bool IsKeyColumn(const Schema& schema, int id) {
  return absl::c_any_of(schema.items, [id](const Item& item) { return absl::c_linear_search(item.key, id); });
}

bool HasColumns(Kind kind) {
  constexpr Kind kKinds[] = {Kind::kPrimaryKey,       Kind::kUnique,  Kind::kIndex,  Kind::kView,
                             Kind::kMaterializedView, Kind::kTrigger, Kind::kPolicy, Kind::kCheck,
                             Kind::kStatistics};
  return absl::c_linear_search(kKinds, kind);
}

void Change(Schema& schema, Rng& rng) {
  Item& item = schema.items[rng.Below(schema.items.size())];
  switch (rng.Below(8)) {
    case 0:
      item.note = rng.Next();
      break;
    case 1:
      item.access = rng.Next();
      break;
    case 2:
    case 3:
    case 4:
      item.look = rng.Next();
      break;
    case 5:
    case 6:
      if (!IsKeyColumn(schema, item.id)) item.shape = rng.Next();
      break;
    default: {
      Item other = item;
      if (HasColumns(item.kind)) ChooseColumns(schema, rng, other);
      if (!other.uses.empty() && Holds(schema, other)) item.uses = other.uses;
    }
  }
  Prune(schema);
}

}  // namespace

Schema Nudge(const Schema& schema, uint64_t seed) {
  Schema out = schema;
  Rng rng(seed);
  Change(out, rng);
  return out;
}

Schema Mutate(const Schema& schema, uint64_t seed) {
  Schema out = schema;
  Rng rng(seed);
  for (size_t i = 1 + rng.Below(6); i > 0; --i) {
    const size_t which = rng.Below(10);
    if (which < 3) {
      const Item& victim = rng.Pick(out.items);
      if (victim.id == 1) continue;
      Remove(out, victim.id);
      Prune(out);
    } else if (which < 5) {
      Grow(out, rng);
    } else {
      Change(out, rng);
    }
  }
  return out;
}

}  // namespace ferry::property
