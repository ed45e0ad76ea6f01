#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/render/kind.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

void Enable(const Object& object, const Context& context, Statements& out) {
  const auto& rule = std::get<schema::Rule>(object.body);
  out.push_back(Make(object.id,
                     absl::StrCat("ALTER TABLE ", QualifiedParent(object.id), " ", EnableWords(rule.enabled),
                                  " RULE ", sql::QuoteIdentifier(object.id.name)),
                     LockOnParent(context, object.id, Lock::kAccessExclusive)));
}

// pg_get_ruledef's text as a statement; `verb` takes the place of its CREATE.
void Define(const Object& object, absl::string_view verb, const Context& context, Statements& out) {
  absl::string_view definition = std::get<schema::Rule>(object.body).definition;
  absl::ConsumePrefix(&definition, "CREATE");
  definition = absl::StripTrailingAsciiWhitespace(definition);
  absl::ConsumeSuffix(&definition, ";");
  out.push_back(Make(object.id, absl::StrCat(verb, definition),
                     LockOnParent(context, object.id, Lock::kAccessExclusive)));
}

void Create(const Object& object, const Context& context, Statements& out) {
  Define(object, "CREATE", context, out);
  if (std::get<schema::Rule>(object.body).enabled != "origin") Enable(object, context, out);
}

void Alter(const Object& from, const Object& to, const Context& context, Statements& out) {
  const auto& before = std::get<schema::Rule>(from.body);
  const auto& after = std::get<schema::Rule>(to.body);
  if (before.definition != after.definition) Define(to, "CREATE OR REPLACE", context, out);
  if (before.enabled != after.enabled) Enable(to, context, out);
}

}  // namespace

namespace internal {
const KindWriter kRuleWriter = {Create, Alter, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
