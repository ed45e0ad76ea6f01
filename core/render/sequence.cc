#include <utility>

#include "absl/strings/str_cat.h"
#include "core/render/kind.h"

namespace ferry::render {
namespace {

using schema::Object;
using schema::Sequence;

std::string Bounds(const Sequence& sequence) {
  return absl::StrCat(" INCREMENT BY ", sequence.increment, " MINVALUE ", sequence.min, " MAXVALUE ",
                      sequence.max, " START WITH ", sequence.start, " CACHE ", sequence.cache);
}

void Create(const Object& object, const Context&, Statements& out) {
  const auto& sequence = std::get<Sequence>(object.body);
  out.push_back(Make(object.id, absl::StrCat("CREATE ", sequence.persistence == "unlogged" ? "UNLOGGED " : "",
                                             "SEQUENCE ", QualifiedName(object.id), " AS ", sequence.type,
                                             Bounds(sequence), sequence.cycle ? " CYCLE" : "")));
}

void Alter(const Object& from, const Object& to, const Context&, Statements& out) {
  const auto& before = std::get<Sequence>(from.body);
  const auto& after = std::get<Sequence>(to.body);
  const std::string alter = absl::StrCat("ALTER SEQUENCE ", QualifiedName(to.id));
  Sequence rest = before;
  rest.owned_by = after.owned_by;
  rest.persistence = after.persistence;
  if (!(rest == after)) {
    out.push_back(Make(to.id,
                       absl::StrCat(alter, before.type == after.type ? "" : " AS ",
                                    before.type == after.type ? "" : after.type, Bounds(after),
                                    after.cycle ? " CYCLE" : " NO CYCLE"),
                       Lock::kShareRowExclusive));
  }
  if (before.persistence != after.persistence) {
    out.push_back(Make(to.id,
                       absl::StrCat(alter, after.persistence == "unlogged" ? " SET UNLOGGED" : " SET LOGGED"),
                       Lock::kAccessExclusive));
  }
}

void Drop(const Object& object, const Context&, Statements& out) {
  out.push_back(Make(object.id, absl::StrCat("DROP SEQUENCE ", QualifiedName(object.id)),
                     Lock::kAccessExclusive, {Hazard::kBreaksOldCode}));
}

}  // namespace

const KindWriter internal::kSequenceWriter = {Create, Alter, Drop};

}  // namespace ferry::render
