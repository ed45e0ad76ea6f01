// Gathers what the readers find, by the place of each object in PostgreSQL's catalogs, so that comments and
// dependencies, which PostgreSQL keeps apart, find their objects. One thread at a time.
#ifndef FERRY_PG_CATALOG_COLLECTOR_H_
#define FERRY_PG_CATALOG_COLLECTOR_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/schema/filter.h"
#include "core/schema/object.h"

namespace ferry::pg::catalog {

// The catalogs' own OIDs, the same in every PostgreSQL (src/include/catalog/*.h).
enum class Catalog : int32_t {
  kDefaultPrivileges = 826,
  kTablespace = 1213,
  kType = 1247,
  kProcedure = 1255,
  kClass = 1259,
  kRole = 1260,
  kForeignServer = 1417,
  kUserMapping = 1418,
  kForeignDataWrapper = 2328,
  kAccessMethod = 2601,
  kAttributeDefault = 2604,
  kCast = 2605,
  kConstraint = 2606,
  kConversion = 2607,
  kLanguage = 2612,
  kNamespace = 2615,
  kOperatorClass = 2616,
  kOperator = 2617,
  kRewrite = 2618,
  kTrigger = 2620,
  kOperatorFamily = 2753,
  kSetting = 2964,
  kExtension = 3079,
  kPolicy = 3256,
  kStatistics = 3381,
  kCollation = 3456,
  kEventTrigger = 3466,
  kTransform = 3576,
  kTextSearchDictionary = 3600,
  kTextSearchParser = 3601,
  kTextSearchConfiguration = 3602,
  kTextSearchTemplate = 3764,
  kSubscription = 6100,
  kPublication = 6104,
};

// A row of a catalog; `part` is a column's number, else 0.
struct Address {
  Address() = default;
  // Needs: an oid and the number of a column, as the catalogs have them.
  Address(Catalog in, int64_t row, int64_t column = 0)
      : catalog(in), oid(static_cast<uint32_t>(row)), part(static_cast<int32_t>(column)) {}

  Catalog catalog = Catalog::kClass;
  uint32_t oid = 0;
  int32_t part = 0;

  friend bool operator==(const Address&, const Address&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Address& a) {
    return H::combine(std::move(h), a.catalog, a.oid, a.part);
  }
};

class Collector {
 public:
  Collector() = default;
  // Objects that a snapshot for this filter need not hold (schema::MustRead) are not kept.
  explicit Collector(schema::Filter filter) : filter_(std::move(filter)) {}
  // Makes room for as many objects as a schema with a pg_attribute of that size may have. Room that is not
  // used costs no memory: the kernel gives pages when they are written.
  void Reserve(int64_t attribute_bytes);

  // The object at `address`. `owner` and `grants` are taken from `traits` as Traits has them.
  void Add(const Address& address, schema::ObjectId id, schema::Body body, schema::Traits traits = {});

  // Another row that stands for the object at `of`: the row type of a table, the rule that makes a view, the
  // index of a constraint, a member of an extension. `of` may be added later, or never: then it is ignored.
  void Alias(const Address& address, const Address& of);

  // What the default at `address` needs, its column needs: it is generated.
  void NotLater(const Address& address);

  // No effect where nothing is at `address`, before or after. Cheaper before. An index and a sequence that
  // stand for a constraint or a column leave theirs there.
  void Comment(const Address& address, std::string text);
  void SecurityLabel(const Address& address, std::string text);  // "provider=label"
  // What is granted on the sequence of the identity column at `column`.
  void SequenceGrants(const Address& column, std::vector<std::string> grants);

  // The object at `from` needs the one at `on`. Without effect where either is not in the snapshot, where
  // both are one object, and where it follows from the ids (an object and its schema, table or own parts).
  // A column of a view stands for the view. `from` may be a column's default.
  void Depends(const Address& from, const Address& on);

  // All objects, with what was told of them. Leaves the collector empty.
  std::vector<schema::Object> Finish();

 private:
  static constexpr uint32_t kNone = static_cast<uint32_t>(-1);

  uint32_t Find(Address address) const;  // kNone: not in the snapshot
  uint32_t FindNeeded(const Address& address) const;
  uint32_t FindAbove(const Address& address) const;
  // What was told before, for an object that is added.
  void TakeTexts(const Address& address, schema::Traits& traits);
  // What was told of objects that were there, and of what stands for them; the places of those that changed.
  std::vector<uint32_t> GiveTexts();
  void Link(uint32_t from, uint32_t on, bool through_default);

  schema::Filter filter_;
  // With the fingerprints of what was known when they were added: the server works meanwhile. Never there
  // twice: an object is some 700 bytes, and there may be hundreds of thousands.
  std::vector<schema::Object> objects_;
  absl::flat_hash_map<Address, uint32_t> by_address_;
  absl::flat_hash_map<Address, Address> aliases_;
  absl::flat_hash_set<Address> not_later_;
  std::vector<std::pair<Address, Address>> depends_;
  absl::flat_hash_map<Address, std::string> comments_;
  absl::flat_hash_map<Address, std::vector<std::string>> labels_;
  std::vector<std::pair<Address, std::vector<std::string>>> sequence_grants_;
};

}  // namespace ferry::pg::catalog

#endif  // FERRY_PG_CATALOG_COLLECTOR_H_
