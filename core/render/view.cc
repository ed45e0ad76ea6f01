#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/render/kind.h"
#include "core/render/table_parts.h"

namespace ferry::render {
namespace {

using schema::Object;
using schema::View;

std::string Query(const View& view) { return std::string(absl::StripSuffix(view.definition, ";")); }

std::string With(const View& view) {
  return view.options.empty() ? "" : absl::StrCat(" WITH (", StorageOptions(view.options), ")");
}

void Create(const Object& object, const Context&, Statements& out) {
  const auto& view = std::get<View>(object.body);
  const std::string name = QualifiedName(object.id);
  if (!view.materialized) {
    out.push_back(Make(object.id, absl::StrCat("CREATE VIEW ", name, With(view), " AS\n", Query(view))));
    return;
  }
  out.push_back(Make(
      object.id, absl::StrCat("CREATE MATERIALIZED VIEW ", name,
                              view.access_method.empty() || view.access_method == "heap" ? "" : " USING ",
                              view.access_method == "heap" ? "" : QuoteName(view.access_method), With(view),
                              view.tablespace.empty() ? "" : " TABLESPACE ", QuoteName(view.tablespace),
                              " AS\n", Query(view), "\nWITH NO DATA")));
}

void Alter(const Object& from, const Object& to, const Context&, Statements& out) {
  const auto& before = std::get<View>(from.body);
  const auto& after = std::get<View>(to.body);
  const std::string name = QualifiedName(to.id);
  if (!after.materialized && before.definition != after.definition) {
    out.push_back(Make(to.id,
                       absl::StrCat("CREATE OR REPLACE VIEW ", name, With(after), " AS\n", Query(after)),
                       Lock::kAccessExclusive));
    return;
  }
  const std::string alter = absl::StrCat("ALTER ", ReferenceTo(to).type, " ", name);
  WriteStorageChanges(to.id, alter, before.options, after.options, out);
  if (before.tablespace != after.tablespace) {
    out.push_back(Make(to.id, absl::StrCat(alter, " SET TABLESPACE ", TablespaceName(after.tablespace)),
                       Lock::kAccessExclusive, {Hazard::kTableRewrite}));
  }
}

void Drop(const Object& object, const Context& context, Statements& out) {
  const Reference reference = ReferenceTo(object);
  const Hazard hazard = context.IsNew(object.id) ? Hazard::kGap : Hazard::kBreaksOldCode;
  out.push_back(Make(object.id, absl::StrCat("DROP ", reference.type, " ", reference.name),
                     Lock::kAccessExclusive, {hazard}));
}

}  // namespace

const KindWriter internal::kViewWriter = {Create, Alter, Drop};

}  // namespace ferry::render
