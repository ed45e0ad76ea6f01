#include "core/diff/constraint_kind.h"
#include "core/diff/steps.h"

namespace ferry::diff::internal {
namespace {

using schema::Object;
using schema::ObjectKind;

// What reads best, and fails least, where no dependency says otherwise.
int64_t KindRank(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kRole:
    case ObjectKind::kTablespace:
      return 0;
    case ObjectKind::kSchema:
      return 1;
    case ObjectKind::kExtension:
    case ObjectKind::kLanguage:
    case ObjectKind::kAccessMethod:
      return 2;
    case ObjectKind::kCollation:
    case ObjectKind::kBaseType:
    case ObjectKind::kEnum:
    case ObjectKind::kCompositeType:
    case ObjectKind::kDomain:
    case ObjectKind::kRangeType:
      return 3;
    case ObjectKind::kFunction:
      return 4;
    case ObjectKind::kForeignDataWrapper:
    case ObjectKind::kForeignServer:
    case ObjectKind::kUserMapping:
      return 5;
    case ObjectKind::kSequence:
      return 6;
    case ObjectKind::kTable:
      return 7;
    case ObjectKind::kColumn:
      return 8;
    case ObjectKind::kConstraint:
      return 10;
    case ObjectKind::kIndex:
      return 11;
    case ObjectKind::kStatistics:
    case ObjectKind::kView:
      return 13;
    case ObjectKind::kRule:
    case ObjectKind::kTrigger:
    case ObjectKind::kPolicy:
      return 14;
    case ObjectKind::kPublication:
    case ObjectKind::kSubscription:
    case ObjectKind::kEventTrigger:
      return 16;
    case ObjectKind::kDefaultPrivileges:
    case ObjectKind::kSetting:
      return 17;
    default:
      return 5;
  }
}

}  // namespace

// Creating and altering first; then what is dropped to be created again, so that it is missing for a short
// time; what is gone for good last.
int64_t RankOf(const Pair& pair, Operation operation, Facet facet) {
  int64_t kind = KindRank(pair.id().kind);
  const Object* object = pair.to != nullptr ? pair.to : pair.from;
  if (IsForeignKey(*object)) kind = 12;
  if (facet == Facet::kPartition) kind = 9;
  if (facet == Facet::kAccess) kind = 12;
  if (operation == Operation::kDrop) return pair.again ? 100 - kind : 200 - kind;
  return facet == Facet::kSetAside ? 100 : kind;
}

}  // namespace ferry::diff::internal
