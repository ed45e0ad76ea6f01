#include "core/schema/filter.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/error.h"

namespace ferry::schema {
namespace {

using Kind = ObjectKind;

// What objects of a kind may belong to.
std::vector<Kind> ParentsOf(Kind kind) {
  switch (kind) {
    case Kind::kColumn:
      return {Kind::kTable, Kind::kView, Kind::kCompositeType};
    case Kind::kConstraint:
      return {Kind::kTable, Kind::kDomain};
    case Kind::kIndex:
    case Kind::kTrigger:
    case Kind::kRule:
      return {Kind::kTable, Kind::kView};
    case Kind::kPolicy:
      return {Kind::kTable};
    case Kind::kUserMapping:
      return {Kind::kForeignServer};
    default:
      return {};
  }
}

bool LiesInNoSchema(Kind kind) {
  switch (kind) {
    case Kind::kCast:
    case Kind::kExtension:
    case Kind::kLanguage:
    case Kind::kAccessMethod:
    case Kind::kTransform:
    case Kind::kForeignDataWrapper:
    case Kind::kForeignServer:
    case Kind::kUserMapping:
    case Kind::kPublication:
    case Kind::kSubscription:
    case Kind::kEventTrigger:
      return true;
    default:
      return IsOfCluster(kind);
  }
}

bool Has(const std::vector<Kind>& kinds, Kind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool HasAny(const std::vector<Kind>& kinds, const std::vector<Kind>& of) {
  return std::any_of(of.begin(), of.end(), [&kinds](Kind kind) { return Has(kinds, kind); });
}

bool CoversSchema(const Filter& filter, const ObjectId& id) {
  return filter.schemas.empty() ||
         std::find(filter.schemas.begin(), filter.schemas.end(), id.schema) != filter.schemas.end();
}

std::string AllKinds() {
  std::string out;
#define FERRY_KIND_IN_LIST(enumerator, name, type) absl::StrAppend(&out, out.empty() ? "" : ", ", name);
  FERRY_SCHEMA_KINDS(FERRY_KIND_IN_LIST)
#undef FERRY_KIND_IN_LIST
  return out;
}

}  // namespace

absl::StatusOr<Filter> ParseFilter(const std::vector<std::string>& schemas,
                                   const std::vector<std::string>& kinds) {
  Filter filter;
  for (const std::string& name : schemas) {
    if (name.empty() || name.find('\0') != std::string::npos) {
      return Error(ErrorCode::kUsage, "--schema has an empty name, or one that no schema can have")
          .Next("--schema app,audit");
    }
    filter.schemas.push_back(name);
  }
  for (const std::string& word : kinds) {
    const std::optional<Kind> kind = KindFromName(absl::StrReplaceAll(word, {{"-", " "}}));
    if (!kind.has_value()) {
      return Error(ErrorCode::kUsage, absl::StrCat("\"", word, "\" is no kind of object: ", AllKinds()))
          .Next("--kind table,view; a name of several words with hyphens: --kind composite-type");
    }
    if (!schemas.empty() && LiesInNoSchema(*kind)) {
      return Error(ErrorCode::kUsage,
                   absl::StrCat("--schema leaves out what lies in no schema, and a ", word, " does not"))
          .Next("leave out --schema, or this kind");
    }
    filter.kinds.push_back(*kind);
  }
  return filter;
}

bool Covers(const Filter& filter, const ObjectId& id, std::optional<Kind> parent) {
  if (!CoversSchema(filter, id)) return false;
  if (filter.kinds.empty() || Has(filter.kinds, id.kind)) return true;
  return parent.has_value() && Has(ParentsOf(id.kind), *parent) && Has(filter.kinds, *parent);
}

bool MustRead(const Filter& filter, Kind kind) {
  // Whether a schema is there at all is told by its object.
  if (kind == Kind::kSchema && !filter.schemas.empty()) return true;
  if (!filter.schemas.empty() && LiesInNoSchema(kind)) return false;
  if (filter.kinds.empty() || Has(filter.kinds, kind) || HasAny(filter.kinds, ParentsOf(kind))) return true;
  return std::any_of(filter.kinds.begin(), filter.kinds.end(),
                     [kind](Kind named) { return Has(ParentsOf(named), kind); });
}

bool MustRead(const Filter& filter, const ObjectId& id) {
  return CoversSchema(filter, id) && MustRead(filter, id.kind);
}

bool IsOfCluster(Kind kind) {
  return kind == Kind::kRole || kind == Kind::kSetting || kind == Kind::kTablespace;
}

}  // namespace ferry::schema
