#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

void Enable(const Object& object, Statements& out) {
  const auto& trigger = std::get<schema::EventTrigger>(object.body);
  out.push_back(Make(object.id, AlterSql(object, EnableWords(trigger.enabled))));
}

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& trigger = std::get<schema::EventTrigger>(object.body);
  std::string sql = absl::StrCat("CREATE EVENT TRIGGER ", QualifiedName(object.id), " ON ", trigger.event);
  if (!trigger.tags.empty()) {
    absl::StrAppend(&sql, " WHEN TAG IN (",
                    absl::StrJoin(trigger.tags, ", ",
                                  [](std::string* text, const std::string& tag) {
                                    absl::StrAppend(text, sql::QuoteLiteral(tag));
                                  }),
                    ")");
  }
  absl::StrAppend(&sql, " EXECUTE FUNCTION ", trigger.function, "()");
  out.push_back(Make(object.id, std::move(sql)));
  if (trigger.enabled != "origin") Enable(object, out);
}

void Alter(const Object& from, const Object& to, const Context& /*context*/, Statements& out) {
  if (from.body != to.body) Enable(to, out);
}

}  // namespace

namespace internal {
const KindWriter kEventTriggerWriter = {Create, Alter, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
