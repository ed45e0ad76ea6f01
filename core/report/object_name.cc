#include "core/report/object_name.h"

#include "absl/strings/str_cat.h"
#include "core/report/escape.h"

namespace ferry::report {
namespace {

// Where the argument list of "name(arguments)" starts. Types with brackets in their names come quoted, the
// function's own name does not, so the list is found from the end.
size_t ArgumentsAt(absl::string_view name) {
  bool quoted = false;
  for (size_t i = name.size(); i > 0; --i) {
    if (name[i - 1] == '"') quoted = !quoted;
    if (name[i - 1] == '(' && !quoted) return i - 1;
  }
  return name.size();
}

std::string OwnName(const schema::ObjectId& id) {
  if (id.kind != schema::ObjectKind::kFunction) return VisibleName(id.name);
  const absl::string_view name = id.name;
  const size_t at = ArgumentsAt(name);
  return absl::StrCat(VisibleName(name.substr(0, at)), Visible(name.substr(at)));
}

}  // namespace

std::string ObjectTitle(const schema::ObjectId& id) {
  if (id.kind == schema::ObjectKind::kSchema) return ShortTitle(id);
  return absl::StrCat(schema::KindName(id.kind), " ", VisibleName(id.schema), ".",
                      id.parent.empty() ? "" : absl::StrCat(VisibleName(id.parent), "."), OwnName(id));
}

std::string ShortTitle(const schema::ObjectId& id) {
  return absl::StrCat(schema::KindName(id.kind), " ", OwnName(id));
}

}  // namespace ferry::report
