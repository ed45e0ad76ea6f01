#include "core/render/table_parts.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/render/lookup.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

std::pair<std::string, std::string> Split(const std::string& option) {
  const size_t equal = option.find('=');
  if (equal == std::string::npos) return {option, ""};
  return {option.substr(0, equal), option.substr(equal + 1)};
}

std::string WithLiteral(const std::string& option) {
  const auto [name, value] = Split(option);
  return absl::StrCat(name, "=", sql::QuoteLiteral(value));
}

bool Contains(const std::vector<std::string>& list, const std::string& wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

// Whether CLUSTER follows an index of that table afterwards, which then took the mark over.
bool IsClustered(const schema::Snapshot& snapshot, const schema::ObjectId& index) {
  return std::any_of(snapshot.objects.begin(), snapshot.objects.end(), [&index](const Object& object) {
    if (object.id.schema != index.schema || object.id.parent != index.parent) return false;
    const auto* plain = std::get_if<schema::Index>(&object.body);
    const auto* constraint = std::get_if<schema::Constraint>(&object.body);
    return (plain != nullptr && plain->clustered) || (constraint != nullptr && constraint->clustered);
  });
}

// Those of the TOAST table are kept apart.
std::vector<std::string> InOrder(std::vector<std::string> options) {
  std::stable_partition(options.begin(), options.end(),
                        [](const std::string& option) { return !absl::StartsWith(option, "toast."); });
  return options;
}

}  // namespace

std::string QuoteName(absl::string_view name) { return name.empty() ? "" : sql::QuoteIdentifier(name); }

std::string TablespaceName(const std::string& name) { return name.empty() ? "pg_default" : QuoteName(name); }

std::string StorageOptions(const std::vector<std::string>& options) {
  std::string out;
  for (const std::string& option : options)
    absl::StrAppend(&out, out.empty() ? "" : ", ", WithLiteral(option));
  return out;
}

void WriteStorageChanges(const schema::ObjectId& id, const std::string& alter,
                         const std::vector<std::string>& from, const std::vector<std::string>& to,
                         Statements& out) {
  std::vector<std::string> set, left;
  std::string reset;
  for (const std::string& option : from) {
    const std::string name = Split(option).first;
    const bool kept = std::any_of(to.begin(), to.end(),
                                  [&](const std::string& other) { return Split(other).first == name; });
    if (!kept) absl::StrAppend(&reset, reset.empty() ? "" : ", ", name);
    if (Contains(to, option)) left.push_back(option);
  }
  for (const std::string& option : to) {
    if (!Contains(from, option)) set.push_back(option);
  }
  if (!reset.empty())
    out.push_back(Make(id, absl::StrCat(alter, " RESET (", reset, ")"), Lock::kShareUpdateExclusive));
  if (set.empty()) return;
  // What is set stands behind what stays: where that is not the order, all are set.
  left.insert(left.end(), set.begin(), set.end());
  const std::vector<std::string>& all = InOrder(left) == InOrder(to) ? set : to;
  out.push_back(
      Make(id, absl::StrCat(alter, " SET (", StorageOptions(all), ")"), Lock::kShareUpdateExclusive));
}

Statement DefaultStatement(const schema::ObjectId& column, const std::string& expression) {
  const std::string what = expression.empty() ? " DROP DEFAULT" : absl::StrCat(" SET DEFAULT ", expression);
  return Make(column,
              absl::StrCat("ALTER TABLE ONLY ", QualifiedParent(column), " ALTER COLUMN ",
                           QuoteName(column.name), what),
              Lock::kAccessExclusive);
}

void WriteIndexAttach(const Object& index, const Context& context, Statements& out) {
  const Object* parent = AttachedTo(context.to, index);
  if (parent == nullptr) return;
  const bool by_table =
      context.list.attached.count({schema::ObjectKind::kTable, index.id.schema, "", index.id.parent}) > 0 &&
      !context.IsNew(parent->id);
  if (by_table) return;
  const schema::ObjectId whole{parent->id.kind, parent->id.schema, "", parent->id.name};
  const schema::ObjectId part{index.id.kind, index.id.schema, "", index.id.name};
  out.push_back(Make(
      index.id, absl::StrCat("ALTER INDEX ", QualifiedName(whole), " ATTACH PARTITION ", QualifiedName(part)),
      Lock::kShareUpdateExclusive));
}

void WriteIndexMarks(const Object& index, const Context& context, bool was_clustered, bool clustered,
                     bool was_identity, bool identity, Statements& out) {
  const std::string table = QualifiedParent(index.id);
  if (clustered && !was_clustered) {
    out.push_back(Make(index.id,
                       absl::StrCat("ALTER TABLE ", table, " CLUSTER ON ", QuoteName(index.id.name)),
                       Lock::kShareUpdateExclusive));
  } else if (was_clustered && !clustered && !IsClustered(context.to, index.id)) {
    out.push_back(Make(index.id, absl::StrCat("ALTER TABLE ", table, " SET WITHOUT CLUSTER"),
                       Lock::kShareUpdateExclusive));
  }
  if (identity && !was_identity) {
    out.push_back(Make(
        index.id,
        absl::StrCat("ALTER TABLE ONLY ", table, " REPLICA IDENTITY USING INDEX ", QuoteName(index.id.name)),
        Lock::kAccessExclusive));
  }
}

bool CanReplaceOnline(const diff::Change& change, const Context& context) {
  if (!context.options.online || context.options.repeatable) return false;  // a rename is not repeatable
  if (!change.again || change.from == nullptr || change.to == nullptr) return false;
  const auto* before = std::get_if<schema::Index>(&change.from->body);
  const auto* after = std::get_if<schema::Index>(&change.to->body);
  if (before == nullptr || after == nullptr) return false;
  if (!before->attached_to.empty() || !after->attached_to.empty() || before->replica_identity) return false;
  const schema::Table* table = TableOf(context.to, change.to->id);
  if (table == nullptr || table->kind != "table" || context.IsOfNewParent(change.to->id)) return false;
  for (const schema::Dependency& needed : change.from->dependencies) {
    if (context.list.dropped.count(needed.on) > 0) return false;
    const bool altered =
        std::any_of(context.list.changes.begin(), context.list.changes.end(), [&](const auto& other) {
          return other.operation == diff::Operation::kAlter && other.facet == diff::Facet::kObject &&
                 other.id() == needed.on;
        });
    if (altered) return false;
  }
  return true;
}

}  // namespace ferry::render
