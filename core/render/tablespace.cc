#include <utility>

#include "absl/strings/str_cat.h"
#include "core/render/kind.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& tablespace = std::get<schema::Tablespace>(object.body);
  std::string sql = absl::StrCat("CREATE TABLESPACE ", QualifiedName(object.id), " LOCATION ",
                                 sql::QuoteLiteral(tablespace.location));
  if (!tablespace.options.empty()) absl::StrAppend(&sql, " WITH (", ParameterList(tablespace.options), ")");
  Statement statement = Make(object.id, std::move(sql));
  statement.mode = Mode::kOutside;
  out.push_back(std::move(statement));
}

void Alter(const Object& from, const Object& to, const Context& /*context*/, Statements& out) {
  const auto& before = std::get<schema::Tablespace>(from.body);
  const auto& after = std::get<schema::Tablespace>(to.body);
  const std::string lost = LostNames(before.options, after.options);
  if (!lost.empty()) out.push_back(Make(to.id, AlterSql(to, absl::StrCat("RESET (", lost, ")"))));
  const std::string set = ParameterList(NewEntries(before.options, after.options));
  if (!set.empty()) out.push_back(Make(to.id, AlterSql(to, absl::StrCat("SET (", set, ")"))));
}

void Drop(const Object& object, const Context& context, Statements& out) {
  WriteDrop(object, context, out);
  out.back().mode = Mode::kOutside;
}

}  // namespace

namespace internal {
const KindWriter kTablespaceWriter = {Create, Alter, Drop};
}  // namespace internal

}  // namespace ferry::render
