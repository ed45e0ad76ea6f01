// Differences that are meant to be, and objects that are nobody's business. Pure; any thread.
#ifndef FERRY_CORE_DIFF_ALLOWED_H_
#define FERRY_CORE_DIFF_ALLOWED_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "core/diff/diff.h"

namespace ferry::diff {

// "index public.prices.prices_volume_idx": the kind as in KindName, then schema, parent and name unquoted
// with dots between.
std::string PlainName(const schema::ObjectId& id);
// Whether `pattern`, in which `*` stands for any characters, is all of PlainName.
bool Matches(absl::string_view pattern, const schema::ObjectId& id);

struct AllowedDifference {
  std::string object;                     // pattern
  std::string field;                      // of the object; empty: whatever differs, also that it is absent
  std::vector<std::string> environments;  // where the object may be another one; empty: anywhere
  std::string owner, reason;              // who answers for it, and why
  absl::CivilDay expires;                 // the last day
};

struct Rules {
  std::vector<std::string> schemas;        // unquoted
  std::vector<std::string> objects;        // patterns
  std::vector<std::string> partitions_of;  // "public.events", unquoted: partitions at every depth

  bool empty() const { return schemas.empty() && objects.empty() && partitions_of.empty(); }
};

// The snapshot without what the rules name and what belongs to it (columns, indexes, …).
schema::Snapshot WithoutNobodysBusiness(const schema::Snapshot& snapshot, const Rules& rules);

struct Intentional {
  Difference difference;  // with the allowed fields alone
  const AllowedDifference* by;
};
struct Judged {
  DiffResult left;  // what nobody allowed
  std::vector<Intentional> intentional;
  // Expired, and still needed: what they would allow is in `left` again.
  std::vector<const AllowedDifference*> expired;
};

// Takes out of `result` what `allowed` allows on the day `today`. One with environments allows a difference
// when all sources but those agree; a source is of an environment when it is called so, or "prod/…".
// Pointers into `allowed`.
Judged Judge(DiffResult result, const std::vector<AllowedDifference>& allowed, absl::CivilDay today);

// `to` with what `from` has in the place of every intentional difference as a whole (with what belongs to the
// object), so that a script from one to the other leaves it alone. One of a single field is not kept.
schema::Snapshot WithIntentional(const schema::Snapshot& from, const schema::Snapshot& to,
                                 const std::vector<Intentional>& intentional);

}  // namespace ferry::diff

#endif  // FERRY_CORE_DIFF_ALLOWED_H_
