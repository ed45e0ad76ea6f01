#include "absl/strings/str_cat.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

void SetTarget(const Object& object, Statements& out) {
  const int64_t target = std::get<schema::Statistics>(object.body).target;
  out.push_back(Make(object.id, AlterSql(object, absl::StrCat("SET STATISTICS ", target))));
}

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& statistics = std::get<schema::Statistics>(object.body);
  out.push_back(Make(object.id, statistics.definition, Lock::kShareUpdateExclusive));
  if (statistics.target != -1) SetTarget(object, out);
}

void Alter(const Object& from, const Object& to, const Context& /*context*/, Statements& out) {
  if (from.body != to.body) SetTarget(to, out);
}

}  // namespace

namespace internal {
const KindWriter kStatisticsWriter = {Create, Alter, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
