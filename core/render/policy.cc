#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

std::string Roles(const schema::Policy& policy) { return absl::StrJoin(policy.roles, ", "); }

void Create(const Object& object, const Context& context, Statements& out) {
  const auto& policy = std::get<schema::Policy>(object.body);
  std::string sql = absl::StrCat("CREATE POLICY ", ReferenceTo(object).name);
  if (!policy.permissive) absl::StrAppend(&sql, " AS RESTRICTIVE");
  if (policy.command != "ALL") absl::StrAppend(&sql, " FOR ", policy.command);
  if (Roles(policy) != "PUBLIC" && !policy.roles.empty()) absl::StrAppend(&sql, " TO ", Roles(policy));
  if (!policy.using_expression.empty()) absl::StrAppend(&sql, " USING (", policy.using_expression, ")");
  if (!policy.check_expression.empty()) absl::StrAppend(&sql, " WITH CHECK (", policy.check_expression, ")");
  out.push_back(Make(object.id, std::move(sql), LockOnParent(context, object.id, Lock::kAccessExclusive),
                     {Hazard::kAccessChange}));
}

void Alter(const Object& from, const Object& to, const Context& context, Statements& out) {
  const auto& before = std::get<schema::Policy>(from.body);
  const auto& after = std::get<schema::Policy>(to.body);
  std::vector<std::string> parts;
  if (before.roles != after.roles) parts.push_back(absl::StrCat("TO ", Roles(after)));
  if (before.using_expression != after.using_expression) {
    parts.push_back(absl::StrCat("USING (", after.using_expression, ")"));
  }
  if (before.check_expression != after.check_expression) {
    parts.push_back(absl::StrCat("WITH CHECK (", after.check_expression, ")"));
  }
  if (parts.empty()) return;
  out.push_back(Make(to.id, AlterSql(to, absl::StrJoin(parts, " ")),
                     LockOnParent(context, to.id, Lock::kAccessExclusive), {Hazard::kAccessChange}));
}

}  // namespace

namespace internal {
const KindWriter kPolicyWriter = {Create, Alter, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
