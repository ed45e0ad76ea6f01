#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/attribute.h"
#include "core/render/kind.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

using schema::ObjectId;
using schema::ObjectKind;

std::string TypeOf(const schema::Column& column) {
  return column.collation.empty() ? column.type : absl::StrCat(column.type, " COLLATE ", column.collation);
}

std::vector<const Object*> AttributesOf(const schema::Snapshot& snapshot, const ObjectId& type) {
  std::vector<const Object*> result;
  const ObjectId first{ObjectKind::kColumn, type.schema, type.name, ""};
  auto at = std::lower_bound(snapshot.objects.begin(), snapshot.objects.end(), first,
                             [](const Object& object, const ObjectId& id) { return object.id < id; });
  for (; at != snapshot.objects.end() && at->id.kind == ObjectKind::kColumn &&
         at->id.schema == first.schema && at->id.parent == first.parent;
       ++at) {
    result.push_back(&*at);
  }
  const auto position = [](const Object* object) { return std::get<schema::Column>(object->body).position; };
  std::stable_sort(result.begin(), result.end(),
                   [&](const Object* a, const Object* b) { return position(a) < position(b); });
  return result;
}

void Create(const Object& object, const Context& context, Statements& out) {
  const std::string attributes = absl::StrJoin(
      AttributesOf(context.to, object.id), ", ", [](std::string* text, const Object* attribute) {
        absl::StrAppend(text, sql::QuoteIdentifier(attribute->id.name), " ",
                        TypeOf(std::get<schema::Column>(attribute->body)));
      });
  out.push_back(
      Make(object.id, absl::StrCat("CREATE TYPE ", QualifiedName(object.id), " AS (", attributes, ")")));
}

// PostgreSQL wants CASCADE where a table is OF the type.
std::string Cascade(const ObjectId& attribute, const Context& context) {
  const std::string type = QualifiedParent(attribute);
  const ObjectId first{ObjectKind::kTable, "", "", ""};
  const std::vector<Object>& objects = context.from.objects;
  auto at = std::lower_bound(objects.begin(), objects.end(), first,
                             [](const Object& object, const ObjectId& id) { return object.id < id; });
  for (; at != objects.end() && at->id.kind == ObjectKind::kTable; ++at) {
    if (std::get<schema::Table>(at->body).of_type == type) return " CASCADE";
  }
  return "";
}

std::string TypeSql(const Object& attribute, absl::string_view what, const Context& context) {
  return absl::StrCat("ALTER TYPE ", QualifiedParent(attribute.id), " ", what,
                      Cascade(attribute.id, context));
}

}  // namespace

void WriteAttributeCreate(const Object& object, const Context& context, Statements& out) {
  const std::string what = absl::StrCat("ADD ATTRIBUTE ", sql::QuoteIdentifier(object.id.name), " ",
                                        TypeOf(std::get<schema::Column>(object.body)));
  out.push_back(Make(object.id, TypeSql(object, what, context)));
}

void WriteAttributeAlter(const Object& from, const Object& to, const Context& context, Statements& out) {
  if (TypeOf(std::get<schema::Column>(from.body)) == TypeOf(std::get<schema::Column>(to.body))) return;
  const std::string what = absl::StrCat("ALTER ATTRIBUTE ", sql::QuoteIdentifier(to.id.name), " TYPE ",
                                        TypeOf(std::get<schema::Column>(to.body)));
  out.push_back(Make(to.id, TypeSql(to, what, context), Lock::kNone, {Hazard::kBreaksOldCode}));
}

void WriteAttributeDrop(const Object& object, const Context& context, Statements& out) {
  const std::string what = absl::StrCat("DROP ATTRIBUTE ", sql::QuoteIdentifier(object.id.name));
  out.push_back(Make(object.id, TypeSql(object, what, context), Lock::kNone,
                     {Hazard::kDataLoss, Hazard::kBreaksOldCode}));
}

namespace internal {
const KindWriter kCompositeTypeWriter = {Create, nullptr, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
