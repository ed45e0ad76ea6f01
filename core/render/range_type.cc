#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/range_type.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& type = std::get<schema::RangeType>(object.body);
  std::vector<std::string> parts = {absl::StrCat("SUBTYPE = ", type.subtype)};
  const auto add = [&](absl::string_view word, const std::string& value) {
    if (!value.empty()) parts.push_back(absl::StrCat(word, " = ", value));
  };
  add("SUBTYPE_OPCLASS", type.operator_class);
  add("COLLATION", type.collation);
  add("CANONICAL", type.canonical);
  add("SUBTYPE_DIFF", type.subtype_diff);
  add("MULTIRANGE_TYPE_NAME", type.multirange);
  out.push_back(Make(object.id, absl::StrCat("CREATE TYPE ", QualifiedName(object.id), " AS RANGE (",
                                             absl::StrJoin(parts, ", "), ")")));
}

// The name that PostgreSQL chooses (makeMultirangeTypeName).
std::string UsualMultirange(const std::string& range) {
  const size_t at = range.find("range");
  const std::string name = at == std::string::npos
                               ? absl::StrCat(range.substr(0, 52), "_multirange")
                               : absl::StrCat(range.substr(0, at), "multi", range.substr(at));
  return name.substr(0, 63);
}

// Its canonical function takes and returns it, so that neither can be dropped alone.
void Drop(const Object& object, const Context& context, Statements& out) {
  WriteDrop(object, context, out);
  if (!std::get<schema::RangeType>(object.body).canonical.empty()) out.back().sql += " CASCADE";
}

}  // namespace

void SetRangePartsAside(const Object& range, const Context& context, Statements& out) {
  const auto& type = std::get<schema::RangeType>(range.body);
  const std::string aside = sql::QuoteIdentifier(diff::AsideName(range.id));
  const auto rename = [&](absl::string_view what, const std::string& name, const std::string& to) {
    out.push_back(Make(range.id, absl::StrCat("ALTER ", what, " ", name, " RENAME TO ", to), Lock::kNone,
                       {Hazard::kGap}));
  };
  const std::string name = QualifiedName(range.id);
  for (const char* bounds : {"", ", text"}) {
    rename("FUNCTION", absl::StrCat(name, "(", type.subtype, ", ", type.subtype, bounds, ")"), aside);
  }
  if (std::atoi(context.from.server_version.c_str()) < 14) return;
  schema::ObjectId id = range.id;
  id.name = UsualMultirange(range.id.name);
  const std::string multirange = type.multirange.empty() ? QualifiedName(id) : type.multirange;
  id.name = range.id.name + "_multirange";
  const std::string multirange_aside = sql::QuoteIdentifier(diff::AsideName(id));
  rename("TYPE", multirange, multirange_aside);
  rename("FUNCTION", multirange + "()", multirange_aside);
}

namespace internal {
const KindWriter kRangeTypeWriter = {Create, nullptr, Drop};
}  // namespace internal

}  // namespace ferry::render
