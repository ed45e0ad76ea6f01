#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "core/base/hash.h"
#include "core/render/column_type.h"
#include "core/render/lookup.h"
#include "core/render/table_parts.h"

namespace ferry::render {
namespace {

using schema::Column;
using schema::Object;

class Changes {
 public:
  Changes(const Object& from, const Object& to, const Context& context, Statements& out)
      : from_(from),
        to_(to),
        before_(std::get<Column>(from.body)),
        after_(std::get<Column>(to.body)),
        context_(context),
        out_(out),
        table_(absl::StrCat("ALTER TABLE ", QualifiedParent(to.id))),
        column_(absl::StrCat(table_, " ALTER COLUMN ", QuoteName(to.id.name))) {}

  // Whether the type was changed, here or by the ALTER TABLE of the parent table.
  bool Write() {
    if (!before_.identity.empty() && after_.identity.empty()) Add(" DROP IDENTITY");
    if (!before_.generated.empty() && after_.generated.empty()) Add(" DROP EXPRESSION");
    const bool retyped = Type();
    if (before_.not_null && !after_.not_null) DropNotNull();
    if (!before_.not_null && after_.not_null && !FollowsParent(&Column::not_null)) NotNull();
    Identity();
    return retyped;
  }

 private:
  void Add(std::string what, std::vector<Hazard> hazards = {}) {
    out_.push_back(Make(to_.id, absl::StrCat(column_, what), Lock::kAccessExclusive, std::move(hazards)));
  }

  // ALTER TABLE of the parent table has done the same here.
  template <class Field>
  bool FollowsParent(Field Column::*field) const {
    const Object* parent = InheritedFrom(context_.to, to_);
    const Object* old_parent = InheritedFrom(context_.from, from_);
    if (parent == nullptr || old_parent == nullptr || !(parent->id == old_parent->id)) return false;
    const auto table = [](const schema::ObjectId& column) {
      return schema::ObjectId{schema::ObjectKind::kTable, column.schema, "", column.parent};
    };
    return !StandsAlone(context_, table(to_.id)) && !context_.IsNew(table(parent->id)) &&
           Same(old_parent, parent, field);
  }

  template <class Field>
  bool Same(const Object* old_parent, const Object* parent, Field Column::*field) const {
    const auto& above = std::get<Column>(parent->body);
    const auto& old_above = std::get<Column>(old_parent->body);
    return old_above.*field == before_.*field && above.*field == after_.*field;
  }

  bool Moved() const {
    for (const schema::Dependency& needed : from_.dependencies) {
      if (!needed.through_default && context_.list.set_aside.count(needed.on) > 0) return true;
    }
    return false;
  }

  bool Type() {
    const bool moved = Moved();
    if (!moved && before_.type == after_.type && before_.collation == after_.collation) return false;
    if (FollowsParent(&Column::type) && FollowsParent(&Column::collation)) return true;
    const std::string name = QuoteName(to_.id.name);
    const std::string converted = !after_.generated.empty() ? ""  // computed anew, not converted
                                  : moved                   ? absl::StrCat(name, "::text::", after_.type)
                                                            : Conversion(name, before_.type, after_.type);
    std::vector<Hazard> hazards;
    if (moved || before_.collation != after_.collation || Rewrites(before_.type, after_.type))
      hazards = {Hazard::kTableRewrite, Hazard::kMayFail};
    const schema::Table* table = TableOf(context_.to, to_.id);
    const bool foreign = table != nullptr && table->kind == "foreign table";
    if (foreign) hazards.clear();
    Add(absl::StrCat(" TYPE ", after_.type, after_.collation.empty() ? "" : " COLLATE ", after_.collation,
                     converted.empty() || foreign ? "" : " USING ", foreign ? "" : converted),
        std::move(hazards));
    return true;
  }

  // A table that inherits may keep it, for its own primary key say: each such table is told itself.
  void DropNotNull() {
    const Object* parent = InheritedFrom(context_.to, to_);
    const schema::Table* above = parent == nullptr ? nullptr : TableOf(context_.to, parent->id);
    if ((above == nullptr || above->kind == "partitioned table") && FollowsParent(&Column::not_null)) return;
    // No ONLY for a partitioned table: its partitions lose what they may keep. A CHECK holds it meanwhile.
    std::vector<schema::ObjectId> keepers;
    FindKeepers(QualifiedParent(to_.id), keepers);
    for (const schema::ObjectId& id : keepers) AddNotNullCheck(id);
    out_.push_back(Make(to_.id,
                        absl::StrCat("ALTER TABLE ", HasHeirs() ? "ONLY " : "", QualifiedParent(to_.id),
                                     " ALTER COLUMN ", QuoteName(to_.id.name), " DROP NOT NULL"),
                        Lock::kAccessExclusive));
    for (const schema::ObjectId& id : keepers) SetNotNull(id);
  }

  // The column in partitions of `parent`, at any depth, where it stays NOT NULL; none below such a one.
  void FindKeepers(const std::string& parent, std::vector<schema::ObjectId>& keepers) const {
    for (const Object& object : context_.to.objects) {
      const auto* table = std::get_if<schema::Table>(&object.body);
      if (table == nullptr || table->partition_bound.empty() || table->inherits.front() != parent) continue;
      const schema::ObjectId id{schema::ObjectKind::kColumn, object.id.schema, object.id.name, to_.id.name};
      const Object* before = context_.from.Find(id);
      const Object* after = context_.to.Find(id);
      if (before == nullptr || after == nullptr || context_.IsNew(object.id)) continue;
      if (!std::get<Column>(after->body).not_null) {
        FindKeepers(QualifiedParent(id), keepers);
      } else if (std::get<Column>(before->body).not_null) {
        keepers.push_back(id);
      }
    }
  }

  bool HasHeirs() const {
    const std::string name = QualifiedParent(to_.id);
    return std::any_of(context_.from.objects.begin(), context_.from.objects.end(), [&](const Object& object) {
      const auto* table = std::get_if<schema::Table>(&object.body);
      return table != nullptr && table->partition_bound.empty() &&
             std::find(table->inherits.begin(), table->inherits.end(), name) != table->inherits.end();
    });
  }

  // A validated CHECK lets SET NOT NULL skip its scan (PostgreSQL 12), and is validated without blocking.
  void NotNull() {
    AddNotNullCheck(to_.id);
    SetNotNull(to_.id);
  }

  bool ByCheck(const schema::ObjectId& column) const {
    const schema::Table* table = TableOf(context_.to, column);
    return context_.options.online && table != nullptr && table->kind != "foreign table";
  }

  static std::string NotNullCheck(const schema::ObjectId& column) {
    return QuoteName(absl::StrCat("ferry_not_null_",
                                  Sha256Hex(absl::StrCat(column.parent, ".", column.name)).substr(0, 12)));
  }

  void AddNotNullCheck(const schema::ObjectId& column) {
    if (!ByCheck(column)) return;
    const std::string table = absl::StrCat("ALTER TABLE ", QualifiedParent(column)),
                      check = NotNullCheck(column);
    out_.push_back(Make(column,
                        absl::StrCat(table, " ADD CONSTRAINT ", check, " CHECK (", QuoteName(column.name),
                                     " IS NOT NULL) NOT VALID"),
                        Lock::kAccessExclusive, {Hazard::kMayFail}));
    out_.push_back(Make(column, absl::StrCat(table, " VALIDATE CONSTRAINT ", check),
                        Lock::kShareUpdateExclusive, {Hazard::kFullScan, Hazard::kMayFail}));
  }

  // After AddNotNullCheck, whose CHECK goes.
  void SetNotNull(const schema::ObjectId& column) {
    const std::string table = absl::StrCat("ALTER TABLE ", QualifiedParent(column));
    const bool scans = !ByCheck(column);
    out_.push_back(
        Make(column, absl::StrCat(table, " ALTER COLUMN ", QuoteName(column.name), " SET NOT NULL"),
             Lock::kAccessExclusive,
             scans ? std::vector<Hazard>{Hazard::kFullScan, Hazard::kMayFail} : std::vector<Hazard>{}));
    if (scans) return;
    out_.push_back(
        Make(column, absl::StrCat(table, " DROP CONSTRAINT ", NotNullCheck(column)), Lock::kAccessExclusive));
  }

  void Identity() {
    if (after_.identity.empty()) return;
    const absl::string_view when = after_.identity == "always" ? "ALWAYS" : "BY DEFAULT";
    if (before_.identity.empty()) {
      Add(absl::StrCat(" ADD GENERATED ", when, " AS IDENTITY (", after_.identity_options, ")"));
      return;
    }
    if (before_.identity != after_.identity) Add(absl::StrCat(" SET GENERATED ", when));
    IdentitySequence();
  }

  // "SEQUENCE NAME n START WITH 1 INCREMENT BY …": the name goes by ALTER SEQUENCE, the rest by SET.
  void IdentitySequence() {
    if (before_.identity_options == after_.identity_options) return;
    constexpr absl::string_view kStart = " START WITH ";
    const std::vector<std::string> old_parts =
        absl::StrSplit(before_.identity_options, absl::MaxSplits(kStart, 1));
    const std::vector<std::string> parts =
        absl::StrSplit(after_.identity_options, absl::MaxSplits(kStart, 1));
    if (parts.size() != 2 || old_parts.size() != 2) return;
    if (old_parts[0] != parts[0]) Rename(old_parts[0], parts[0]);
    if (old_parts[1] == parts[1]) return;
    const bool cycle = absl::EndsWith(parts[1], " CYCLE");
    const std::string bounds = cycle ? parts[1].substr(0, parts[1].size() - 6) : parts[1];
    Add(absl::StrCat(" SET START WITH ",
                     absl::StrReplaceAll(bounds, {{" INCREMENT", " SET INCREMENT"},
                                                  {" MINVALUE", " SET MINVALUE"},
                                                  {" MAXVALUE", " SET MAXVALUE"},
                                                  {" CACHE", " SET CACHE"}}),
                     cycle ? " SET CYCLE" : " SET NO CYCLE"));
  }

  void Rename(const std::string& from, const std::string& to) {
    constexpr size_t kWords = sizeof("SEQUENCE NAME ") - 1;
    const std::string old_name = from.substr(kWords);
    const std::string new_name = to.substr(kWords);
    const size_t old_dot = Dot(old_name);
    const size_t new_dot = Dot(new_name);
    std::string current = old_name;
    if (old_name.substr(0, old_dot) != new_name.substr(0, new_dot)) {
      out_.push_back(
          Make(to_.id, absl::StrCat("ALTER SEQUENCE ", current, " SET SCHEMA ", new_name.substr(0, new_dot)),
               Lock::kAccessExclusive));
      current = absl::StrCat(new_name.substr(0, new_dot), old_name.substr(old_dot));
    }
    if (old_name.substr(old_dot) == new_name.substr(new_dot)) return;
    out_.push_back(Make(to_.id,
                        absl::StrCat("ALTER SEQUENCE ", current, " RENAME TO ", new_name.substr(new_dot + 1)),
                        Lock::kAccessExclusive));
  }

  // Where the schema's name ends.
  static size_t Dot(const std::string& name) {
    bool quoted = false;
    for (size_t i = 0; i < name.size(); ++i) {
      if (name[i] == '"') quoted = !quoted;
      if (name[i] == '.' && !quoted) return i;
    }
    return 0;
  }

  const Object& from_;
  const Object& to_;
  const Column& before_;
  const Column& after_;
  const Context& context_;
  Statements& out_;
  const std::string table_;
  const std::string column_;
};

}  // namespace

bool WriteColumnChanges(const Object& from, const Object& to, const Context& context, Statements& out) {
  return Changes(from, to, context, out).Write();
}

}  // namespace ferry::render
