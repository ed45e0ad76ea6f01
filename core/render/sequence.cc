#include <utility>

#include "absl/strings/str_cat.h"
#include "core/render/kind.h"
#include "core/sql/quote.h"

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

// PostgreSQL refuses bounds that the sequence stands outside of. One that does starts anew; any other goes on
// where it is.
std::string MoveInside(const std::string& name, const Sequence& before, const Sequence& after,
                       Statement& move) {
  if (after.min <= before.min && after.max >= before.max) return "";
  if (after.start < before.min || after.start > before.max) {
    return absl::StrCat(" RESTART WITH ", after.start);
  }
  move.sql =
      absl::StrCat("SELECT pg_catalog.setval(", sql::QuoteLiteral(name), ", ", after.start, ", false) FROM ",
                   name, " WHERE last_value NOT BETWEEN ", after.min, " AND ", after.max);
  return "";
}

void Alter(const Object& from, const Object& to, const Context&, Statements& out) {
  const auto& before = std::get<Sequence>(from.body);
  const auto& after = std::get<Sequence>(to.body);
  const std::string alter = absl::StrCat("ALTER SEQUENCE ", QualifiedName(to.id));
  Sequence rest = before;
  rest.owned_by = after.owned_by;
  rest.persistence = after.persistence;
  if (!(rest == after)) {
    Statement move = Make(to.id, "");
    const std::string restart = MoveInside(QualifiedName(to.id), before, after, move);
    if (!move.sql.empty()) out.push_back(move);
    out.push_back(Make(to.id,
                       absl::StrCat(alter, before.type == after.type ? "" : " AS ",
                                    before.type == after.type ? "" : after.type, Bounds(after), restart,
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
