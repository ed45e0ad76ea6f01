#include "absl/strings/str_cat.h"
#include "core/render/kind.h"

namespace ferry::render {
namespace {

void Create(const schema::Object& object, const Context&, Statements& out) {
  // Every new database has it.
  const absl::string_view guard = object.id.name == "public" ? "IF NOT EXISTS " : "";
  out.push_back(Make(object.id, absl::StrCat("CREATE SCHEMA ", guard, ReferenceTo(object).name)));
}

void Drop(const schema::Object& object, const Context&, Statements& out) {
  out.push_back(Make(object.id, absl::StrCat("DROP SCHEMA ", ReferenceTo(object).name), Lock::kNone,
                     {Hazard::kBreaksOldCode}));
}

}  // namespace

const KindWriter internal::kSchemaNamespaceWriter = {Create, nullptr, Drop};

}  // namespace ferry::render
