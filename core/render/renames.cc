#include "core/render/renames.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/error.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Column;
using schema::Object;
using schema::ObjectId;
using schema::ObjectKind;
using schema::Snapshot;

constexpr absl::string_view kDirective = "-- ferry:renamed";

// Takes one name off the front; nothing when there is none.
std::optional<std::string> TakeName(absl::string_view& text) {
  std::string name;
  if (absl::ConsumePrefix(&text, "\"")) {
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '"') {
        name += text[i];
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        name += text[i++];
      } else {
        text.remove_prefix(i + 1);
        return name;
      }
    }
    return std::nullopt;
  }
  size_t end = 0;
  while (end < text.size() && (absl::ascii_isalnum(static_cast<unsigned char>(text[end])) ||
                               text[end] == '_' || text[end] == '$' || (text[end] & 0x80) != 0)) {
    ++end;
  }
  name = absl::AsciiStrToLower(text.substr(0, end));
  text.remove_prefix(end);
  if (name.empty()) return std::nullopt;
  return name;
}

// "a.b.c" up to its end or to `end`; empty when it is none.
std::vector<std::string> TakeNames(absl::string_view& text) {
  std::vector<std::string> names;
  do {
    const std::optional<std::string> name = TakeName(text);
    if (!name.has_value()) return {};
    names.push_back(*name);
  } while (absl::ConsumePrefix(&text, "."));
  return names;
}

std::optional<Rename> RenameOf(absl::string_view left, absl::string_view right) {
  const std::vector<std::string> from = TakeNames(left), to = TakeNames(right);
  if (!left.empty() || !right.empty() || to.size() != 1) return std::nullopt;
  if (from.size() == 2) return Rename{{ObjectKind::kTable, from[0], "", from[1]}, to[0]};
  if (from.size() == 3) return Rename{{ObjectKind::kColumn, from[0], from[1], from[2]}, to[0]};
  return std::nullopt;
}

// "column public.t.a -> b" behind the directive.
std::optional<Rename> Declared(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  ObjectKind kind = ObjectKind::kTable;
  if (absl::ConsumePrefix(&text, "column ")) {
    kind = ObjectKind::kColumn;
  } else if (!absl::ConsumePrefix(&text, "table ")) {
    return std::nullopt;
  }
  const std::pair<absl::string_view, absl::string_view> sides =
      absl::StrSplit(text, absl::MaxSplits("->", 1));
  std::optional<Rename> rename =
      RenameOf(absl::StripAsciiWhitespace(sides.first), absl::StripAsciiWhitespace(sides.second));
  if (rename.has_value() && rename->from.kind != kind) return std::nullopt;
  return rename;
}

std::string TableText(const ObjectId& id) {
  return sql::QuoteQualified({id.schema, id.parent.empty() ? id.name : id.parent});
}

// The table of a column is called otherwise afterwards when it is renamed too.
ObjectId After(const Rename& rename, const std::vector<Rename>& all) {
  ObjectId id = rename.from;
  id.name = rename.to;
  for (const Rename& other : all) {
    if (other.from.kind == ObjectKind::kTable && other.from.schema == id.schema &&
        other.from.name == id.parent) {
      id.parent = other.to;
    }
  }
  return id;
}

absl::Status Refuse(const Rename& rename, absl::string_view why) {
  return Error(ErrorCode::kUsage, absl::StrCat("the rename ", RenameText(rename), " does not fit: ", why))
      .Next("take it back, or correct it: ferry diff without it says what differs");
}

// What makes two columns the same but for their name.
using Likeness = std::tuple<std::string, std::string, std::string, std::string>;
Likeness LikenessOf(const Column& column) {
  return {column.type, column.identity, column.generated, column.collation};
}

std::string ColumnEvidence(const Column& from, const Column& to, bool only) {
  std::string text = absl::StrCat("both are ", from.type);
  if (from.not_null == to.not_null) absl::StrAppend(&text, from.not_null ? ", not null" : ", nullable");
  if (from.default_expression == to.default_expression && !from.default_expression.empty()) {
    absl::StrAppend(&text, ", with the same default");
  }
  if (from.position == to.position) absl::StrAppend(&text, ", at the same place");
  if (only) absl::StrAppend(&text, "; nothing else there went or came with that type");
  return text;
}

class Finder {
 public:
  Finder(const Snapshot& from, const Snapshot& to, const std::vector<Rename>& declared)
      : from_(from), to_(to), declared_(declared) {}

  std::vector<PossibleRename> Find() {
    Tables();
    Columns();
    std::sort(found_.begin(), found_.end(),
              [](const PossibleRename& a, const PossibleRename& b) { return a.rename.from < b.rename.from; });
    return std::move(found_);
  }

 private:
  using Shape = std::vector<std::pair<std::string, std::string>>;  // names and types of a table's columns

  bool IsDeclared(const ObjectId& from) const {
    return std::any_of(declared_.begin(), declared_.end(),
                       [&from](const Rename& r) { return r.from == from; });
  }
  bool IsDeclaredTo(const ObjectId& to) const {
    return std::any_of(declared_.begin(), declared_.end(),
                       [&](const Rename& r) { return After(r, declared_) == to; });
  }
  std::vector<const Object*> Only(const Snapshot& here, const Snapshot& there, ObjectKind kind,
                                  bool gone) const {
    std::vector<const Object*> out;
    for (const Object& object : here.objects) {
      if (object.id.kind != kind || there.Find(object.id) != nullptr) continue;
      if (gone ? IsDeclared(object.id) : IsDeclaredTo(object.id)) continue;
      out.push_back(&object);
    }
    return out;
  }

  static std::map<ObjectId, Shape> Shapes(const Snapshot& snapshot) {
    std::map<ObjectId, Shape> shapes;
    for (const Object& object : snapshot.objects) {
      if (object.id.kind != ObjectKind::kColumn) continue;
      shapes[{ObjectKind::kTable, object.id.schema, "", object.id.parent}].emplace_back(
          object.id.name, std::get<Column>(object.body).type);
    }
    return shapes;
  }

  void Tables() {
    const std::map<ObjectId, Shape> before = Shapes(from_), after = Shapes(to_);
    const std::vector<const Object*> gone = Only(from_, to_, ObjectKind::kTable, true);
    const std::vector<const Object*> come = Only(to_, from_, ObjectKind::kTable, false);
    for (const Object* old : gone) {
      std::vector<const Object*> same;
      const auto shape = before.find(old->id);
      for (const Object* fresh : come) {
        const auto other = after.find(fresh->id);
        if (shape != before.end() && other != after.end() && old->id.schema == fresh->id.schema &&
            shape->second == other->second) {
          same.push_back(fresh);
        }
      }
      if (same.size() != 1) continue;
      found_.push_back({{old->id, same[0]->id.name},
                        absl::StrCat("both have the same ", shape->second.size(), " columns")});
    }
  }

  // Where one column of a likeness is gone and one has come, the case is plain; else the place decides.
  void Columns() {
    const std::vector<const Object*> gone = Only(from_, to_, ObjectKind::kColumn, true);
    const std::vector<const Object*> come = Only(to_, from_, ObjectKind::kColumn, false);
    for (const Object* old : gone) {
      const Column& column = std::get<Column>(old->body);
      const auto like = [&column, old](const Object* other) {
        return other->id.schema == old->id.schema && other->id.parent == old->id.parent &&
               LikenessOf(std::get<Column>(other->body)) == LikenessOf(column);
      };
      std::vector<const Object*> candidates;
      std::copy_if(come.begin(), come.end(), std::back_inserter(candidates), like);
      const bool only = candidates.size() == 1 && std::count_if(gone.begin(), gone.end(), like) == 1;
      if (!only) {
        candidates.erase(std::remove_if(candidates.begin(), candidates.end(),
                                        [&column](const Object* c) {
                                          return std::get<Column>(c->body).position != column.position;
                                        }),
                         candidates.end());
      }
      if (candidates.size() != 1) continue;
      found_.push_back({{old->id, candidates[0]->id.name},
                        ColumnEvidence(column, std::get<Column>(candidates[0]->body), only)});
    }
  }

  const Snapshot& from_;
  const Snapshot& to_;
  const std::vector<Rename>& declared_;
  std::vector<PossibleRename> found_;
};

}  // namespace

absl::StatusOr<Rename> ParseRename(absl::string_view text) {
  // An equals sign may also stand in a quoted name: the last one that leaves two good sides counts.
  for (size_t at = text.rfind('='); at != absl::string_view::npos && at > 0; at = text.rfind('=', at - 1)) {
    const std::optional<Rename> rename = RenameOf(text.substr(0, at), text.substr(at + 1));
    if (rename.has_value()) return *rename;
  }
  return Error(ErrorCode::kUsage, absl::StrCat("\"", text, "\" is no rename"))
      .Next("--renamed public.prices=bars, or --renamed public.prices.close=close_price");
}

absl::StatusOr<std::vector<Rename>> DeclaredRenames(absl::string_view text, absl::string_view file) {
  std::vector<Rename> renames;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    if (!absl::ConsumePrefix(&line, kDirective)) continue;
    const std::optional<Rename> rename = Declared(line);
    if (!rename.has_value()) {
      return Error(ErrorCode::kUnknownDirective, "this declares no rename")
          .At(file, number, 1)
          .Next("-- ferry:renamed column public.prices.close -> close_price");
    }
    renames.push_back(*rename);
  }
  return renames;
}

absl::Status CheckRenames(const std::vector<Rename>& renames, const Snapshot& from, const Snapshot& to) {
  for (const Rename& rename : renames) {
    const ObjectId after = After(rename, renames);
    ObjectId taken = rename.from;
    taken.name = rename.to;
    if (from.Find(rename.from) == nullptr) return Refuse(rename, "there is no such thing to rename");
    if (to.Find(after) == nullptr) return Refuse(rename, "the result has nothing of the new name");
    if (from.Find(taken) != nullptr) return Refuse(rename, "the new name is taken");
    ObjectId old = after;
    old.name = rename.from.name;
    if (to.Find(old) != nullptr) return Refuse(rename, "the result still has the old name");
  }
  return absl::OkStatus();
}

std::vector<PossibleRename> PossibleRenames(const Snapshot& from, const Snapshot& to,
                                            const std::vector<Rename>& declared) {
  return Finder(from, to, declared).Find();
}

std::vector<Statement> RenameStatements(const std::vector<Rename>& renames) {
  std::vector<Statement> statements;
  for (const ObjectKind kind : {ObjectKind::kColumn, ObjectKind::kTable}) {
    for (const Rename& rename : renames) {
      if (rename.from.kind != kind) continue;
      Statement statement;
      statement.sql =
          absl::StrCat("ALTER TABLE ", TableText(rename.from),
                       kind == ObjectKind::kColumn
                           ? absl::StrCat(" RENAME COLUMN ", sql::QuoteIdentifier(rename.from.name), " TO ")
                           : " RENAME TO ",
                       sql::QuoteIdentifier(rename.to));
      statement.object = rename.from;
      statement.lock = Lock::kAccessExclusive;
      statement.hazards = {Hazard::kBreaksOldCode};
      statements.push_back(std::move(statement));
    }
  }
  return statements;
}

std::string RenameText(const Rename& rename) {
  std::string text = TableText(rename.from);
  if (rename.from.kind == ObjectKind::kColumn) {
    absl::StrAppend(&text, ".", sql::QuoteIdentifier(rename.from.name));
  }
  return absl::StrCat(text, "=", sql::QuoteIdentifier(rename.to));
}

}  // namespace ferry::render
