#include <utility>

#include "absl/strings/str_cat.h"
#include "core/render/domain_constraint.h"
#include "core/render/kind.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

std::string TypeOf(const schema::Domain& domain) {
  return domain.collation.empty() ? domain.type : absl::StrCat(domain.type, " COLLATE ", domain.collation);
}

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& domain = std::get<schema::Domain>(object.body);
  std::string sql = absl::StrCat("CREATE DOMAIN ", QualifiedName(object.id), " AS ", TypeOf(domain));
  if (!domain.default_expression.empty()) absl::StrAppend(&sql, " DEFAULT ", domain.default_expression);
  if (domain.not_null) absl::StrAppend(&sql, " NOT NULL");
  out.push_back(Make(object.id, std::move(sql)));
}

void Alter(const Object& from, const Object& to, const Context& /*context*/, Statements& out) {
  const auto& before = std::get<schema::Domain>(from.body);
  const auto& after = std::get<schema::Domain>(to.body);
  if (before.default_expression != after.default_expression) {
    const std::string what = after.default_expression.empty()
                                 ? "DROP DEFAULT"
                                 : absl::StrCat("SET DEFAULT ", after.default_expression);
    out.push_back(Make(to.id, AlterSql(to, what)));
  }
  if (before.not_null && !after.not_null) out.push_back(Make(to.id, AlterSql(to, "DROP NOT NULL")));
  if (!before.not_null && after.not_null) {
    // Of every table that has a column of the domain.
    Statement statement =
        Make(to.id, AlterSql(to, "SET NOT NULL"), Lock::kShare, {Hazard::kFullScan, Hazard::kMayFail});
    statement.statement_timeout = LongTimeout();
    out.push_back(std::move(statement));
  }
}

std::string DomainSql(const Object& constraint, absl::string_view what) {
  return absl::StrCat("ALTER DOMAIN ", QualifiedParent(constraint.id), " ", what);
}

void Validate(const Object& constraint, Statements& out) {
  Statement statement = Make(
      constraint.id,
      DomainSql(constraint, absl::StrCat("VALIDATE CONSTRAINT ", sql::QuoteIdentifier(constraint.id.name))),
      Lock::kShare, {Hazard::kFullScan, Hazard::kMayFail});
  statement.statement_timeout = LongTimeout();
  out.push_back(std::move(statement));
}

}  // namespace

void CreateDomainConstraint(const Object& object, const Context& context, Statements& out) {
  const auto& constraint = std::get<schema::Constraint>(object.body);
  const bool online = context.options.online && !context.IsOfNewParent(object.id);
  const bool later = online || !constraint.validated;
  out.push_back(Make(
      object.id, DomainSql(object, absl::StrCat("ADD CONSTRAINT ", sql::QuoteIdentifier(object.id.name), " ",
                                                constraint.definition, later ? " NOT VALID" : ""))));
  if (later && constraint.validated) Validate(object, out);
}

void AlterDomainConstraint(const Object& from, const Object& to, const Context& /*context*/,
                           Statements& out) {
  const bool validated = std::get<schema::Constraint>(from.body).validated;
  if (!validated && std::get<schema::Constraint>(to.body).validated) Validate(to, out);
}

void DropDomainConstraint(const Object& object, const Context& context, Statements& out) {
  std::vector<Hazard> hazards;
  if (context.IsNew(object.id)) hazards.push_back(Hazard::kGap);
  out.push_back(Make(
      object.id, DomainSql(object, absl::StrCat("DROP CONSTRAINT ", sql::QuoteIdentifier(object.id.name))),
      Lock::kNone, std::move(hazards)));
}

namespace internal {
const KindWriter kDomainWriter = {Create, Alter, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
