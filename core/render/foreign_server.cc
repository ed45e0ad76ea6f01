#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& context, Statements& out) {
  const auto& server = std::get<schema::ForeignServer>(object.body);
  std::string sql = absl::StrCat("CREATE SERVER ", QualifiedName(object.id));
  if (!server.type.empty()) absl::StrAppend(&sql, " TYPE ", sql::QuoteLiteral(server.type));
  if (!server.version.empty()) absl::StrAppend(&sql, " VERSION ", sql::QuoteLiteral(server.version));
  absl::StrAppend(&sql, " FOREIGN DATA WRAPPER ", sql::QuoteIdentifier(server.wrapper));
  const std::string options = OptionList(server.options);
  if (!options.empty()) absl::StrAppend(&sql, " ", options);
  out.push_back(Make(object.id, std::move(sql)));
  RemarkMasked(object, {}, server.options, context);
}

void Alter(const Object& from, const Object& to, const Context& context, Statements& out) {
  const auto& before = std::get<schema::ForeignServer>(from.body);
  const auto& after = std::get<schema::ForeignServer>(to.body);
  std::vector<std::string> parts;
  if (before.version != after.version) {
    parts.push_back(
        absl::StrCat("VERSION ", after.version.empty() ? "NULL" : sql::QuoteLiteral(after.version)));
  }
  const std::string options = OptionChanges(before.options, after.options);
  if (!options.empty()) parts.push_back(options);
  RemarkMasked(to, before.options, after.options, context);
  if (parts.empty()) return;
  out.push_back(Make(to.id, AlterSql(to, absl::StrJoin(parts, " ")), Lock::kNone, {Hazard::kBreaksOldCode}));
}

}  // namespace

namespace internal {
const KindWriter kForeignServerWriter = {Create, Alter, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
