#include <utility>

#include "absl/strings/str_cat.h"
#include "core/render/kind.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& extension = std::get<schema::Extension>(object.body);
  std::string sql = absl::StrCat("CREATE EXTENSION ", QualifiedName(object.id));
  if (!extension.extension_schema.empty()) {
    absl::StrAppend(&sql, " WITH SCHEMA ", sql::QuoteIdentifier(extension.extension_schema));
  }
  if (!extension.version.empty()) absl::StrAppend(&sql, " VERSION ", sql::QuoteLiteral(extension.version));
  out.push_back(Make(object.id, std::move(sql)));
}

void Alter(const Object& from, const Object& to, const Context& /*context*/, Statements& out) {
  const auto& before = std::get<schema::Extension>(from.body);
  const auto& after = std::get<schema::Extension>(to.body);
  if (before.extension_schema != after.extension_schema) {
    out.push_back(
        Make(to.id, AlterSql(to, absl::StrCat("SET SCHEMA ", sql::QuoteIdentifier(after.extension_schema))),
             Lock::kNone, {Hazard::kBreaksOldCode}));
  }
  if (before.version != after.version) {
    out.push_back(Make(to.id, AlterSql(to, absl::StrCat("UPDATE TO ", sql::QuoteLiteral(after.version)))));
  }
}

}  // namespace

namespace internal {
const KindWriter kExtensionWriter = {Create, Alter, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
