#include "core/sql/backfill.h"

#include <functional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/sql/big_stack.h"
#include "core/sql/build.h"
#include "core/sql/quote.h"
#include "core/sql/shape.h"
#include "core/sql/tree.h"

namespace ferry::sql {
namespace {

// The fields that UPDATE and DELETE share, in place.
struct Backfill {
  PgQuery__RangeVar*& relation;
  Node*& where;
  size_t& n_from;
  Node**& from;
  size_t n_returning;
  PgQuery__WithClause*& with;
};

Backfill FieldsOf(Node* s) {
  if (s->node_case == PG_QUERY__NODE__NODE_UPDATE_STMT) {
    PgQuery__UpdateStmt* u = s->update_stmt;
    return {u->relation,    u->where_clause,     u->n_from_clause,
            u->from_clause, u->n_returning_list, u->with_clause};
  }
  PgQuery__DeleteStmt* d = s->delete_stmt;
  return {d->relation,     d->where_clause,     d->n_using_clause,
          d->using_clause, d->n_returning_list, d->with_clause};
}

std::set<std::string> AssignedColumns(const PgQuery__UpdateStmt& update) {
  std::set<std::string> columns;
  for (const Node* target : Nodes(update.target_list, update.n_target_list)) {
    columns.insert(target->res_target->name);
  }
  return columns;
}

Error Refuse(const Statement& statement, absl::string_view message) {
  return Error(ErrorCode::kBackfillShape, message)
      .At("", statement.line, statement.column)
      .Statement(statement.text);
}

absl::Status CheckTarget(const Statement& statement, const PgQuery__RangeVar& relation,
                         const TableName& table) {
  const TableName written{relation.schemaname, relation.relname};
  if (written == table && absl::string_view(relation.catalogname).empty()) return absl::OkStatus();
  return Refuse(statement, absl::StrCat("the backfill is declared for table ", QuoteQualified(table),
                                        " but its statement changes ", QuoteQualified(written)))
      .Next("write the same table, with or without its schema, in both places");
}

absl::Status CheckParts(const Statement& statement, const Node& node, const Backfill& fields) {
  if (fields.where == nullptr) {
    return Refuse(statement, "a backfill needs a WHERE that is false for the rows already done");
  }
  if (fields.n_returning > 0)
    return Refuse(statement, "a backfill may not have RETURNING: nobody reads its rows");
  if (Contains(&node.base, {&pg_query__param_ref__descriptor})) {
    return Refuse(statement, "a backfill may not have parameters ($1): the agent adds its own");
  }
  if (Contains(&node.base, {&pg_query__current_of_expr__descriptor})) {
    return Refuse(statement, "a backfill may not use WHERE CURRENT OF: there is no cursor");
  }
  if (fields.with != nullptr &&
      Contains(&fields.with->base, {&pg_query__insert_stmt__descriptor, &pg_query__update_stmt__descriptor,
                                    &pg_query__delete_stmt__descriptor, &pg_query__merge_stmt__descriptor})) {
    return Refuse(statement, "a backfill's WITH may only read: it runs again for every slice");
  }
  return absl::OkStatus();
}

absl::Status CheckTree(const Statement& statement, const PgQuery__ParseResult& tree, const TableName& table) {
  if (tree.n_stmts != 1 || tree.stmts[0]->stmt == nullptr) {
    return Refuse(statement, "a backfill is exactly one UPDATE or DELETE");
  }
  Node* node = tree.stmts[0]->stmt;
  const bool update = node->node_case == PG_QUERY__NODE__NODE_UPDATE_STMT;
  if (!update && node->node_case != PG_QUERY__NODE__NODE_DELETE_STMT) {
    return Refuse(statement, absl::StrCat("a backfill is one UPDATE or DELETE, not ", statement.tag));
  }
  const Backfill fields = FieldsOf(node);
  RETURN_IF_ERROR(CheckTarget(statement, *fields.relation, table));
  RETURN_IF_ERROR(CheckParts(statement, *node, fields));
  if (update && !LooksAt(*fields.where, AssignedColumns(*node->update_stmt), NameOf(*fields.relation))) {
    return Refuse(statement,
                  "the WHERE mentions no column that the UPDATE sets, so a row would match again after it "
                  "was done")
        .Next("add a condition that the UPDATE makes false, such as `AND new_column IS NULL`");
  }
  return absl::OkStatus();
}

// Writes the queries, each from a fresh parse of the statement whose parts it takes.
class Renderer {
 public:
  Renderer(const std::string& text, const std::vector<std::string>& keys) : text_(text), keys_(keys) {}

  absl::StatusOr<BackfillQueries> Run() const {
    BackfillQueries q;
    ASSIGN_OR_RETURN(q.upper_bound, Render([this](Node*& s) { s = UpperBound(s, /*first=*/false); }));
    ASSIGN_OR_RETURN(q.upper_bound_first, Render([this](Node*& s) { s = UpperBound(s, /*first=*/true); }));
    ASSIGN_OR_RETURN(q.batch, Render([this](Node*& s) { Limit(s, /*first=*/false); }));
    ASSIGN_OR_RETURN(q.batch_first, Render([this](Node*& s) { Limit(s, /*first=*/true); }));
    ASSIGN_OR_RETURN(q.remaining, Render([this](Node*& s) { s = Remaining(s, /*example=*/false); }));
    ASSIGN_OR_RETURN(q.remaining_example, Render([this](Node*& s) { s = Remaining(s, /*example=*/true); }));
    ASSIGN_OR_RETURN(q.one, Render([this](Node*& s) { OnlyOne(s); }));
    ASSIGN_OR_RETURN(q.one_remaining, Render([this](Node*& s) {
                       OnlyOne(s);
                       s = Remaining(s, /*example=*/false);
                     }));
    return q;
  }

 private:
  int n() const { return static_cast<int>(keys_.size()); }

  // `change` may put another statement in the place of the parsed one, which is freed.
  absl::StatusOr<std::string> Render(const std::function<void(Node*&)>& change) const {
    const ParsedTree parsed = ParseTree(text_);
    PgQuery__RawStmt* raw = parsed.tree->stmts[0];
    Node* old = raw->stmt;
    change(raw->stmt);
    if (raw->stmt != old) pg_query__node__free_unpacked(old, nullptr);
    std::string sql = Deparse(*parsed.tree);
    const ParsedTree again = ParseTree(sql);
    if (again.tree == nullptr ||
        BytesWithoutPlaces(again.tree.get()) != BytesWithoutPlaces(parsed.tree.get())) {
      return Error(ErrorCode::kBackfillShape, "the statement cannot be divided into slices faithfully")
          .Next("write it more simply, or run it as a plain statement of an up section");
    }
    return sql;
  }

  NodeList KeysOf(absl::string_view relation) const {
    NodeList columns;
    for (const std::string& key : keys_) columns.push_back(NewColumn({std::string(relation), key}));
    return columns;
  }

  // key `oper` ($first, $first+1, …)
  Node* CompareKeys(absl::string_view relation, absl::string_view oper, int first) const {
    NodeList parameters;
    for (int i = 0; i < n(); ++i) parameters.push_back(NewParameter(first + i));
    return NewComparison(oper, NewRow(KeysOf(relation)), NewRow(parameters));
  }

  Node* UpperBound(Node* statement, bool first) const {
    PgQuery__RangeVar* table = Detach(FieldsOf(statement).relation);
    const std::string name(NameOf(*table));
    SelectParts inner;
    inner.targets = KeysOf(name);
    inner.from = {NewTable(table)};
    if (!first) inner.where = CompareKeys(name, ">", 1);
    inner.order_by = KeysOf(name);
    inner.limit = NewParameter(first ? 1 : n() + 1);
    SelectParts outer;
    outer.targets = KeysOf("slice");
    outer.from = {NewSubquery(NewSelect(inner), "slice")};
    outer.order_by = KeysOf("slice");
    outer.descending = true;
    outer.limit = NewInteger(1);
    return NewSelect(outer);
  }

  void Limit(Node* statement, bool first) const {
    const Backfill fields = FieldsOf(statement);
    const std::string name(NameOf(*fields.relation));
    NodeList range;
    if (!first) range.push_back(CompareKeys(name, ">", 1));
    range.push_back(CompareKeys(name, "<=", first ? 1 : n() + 1));
    fields.where = NewAnd(fields.where, range);
  }

  void OnlyOne(Node* statement) const {
    const Backfill fields = FieldsOf(statement);
    fields.where = NewAnd(fields.where, {CompareKeys(NameOf(*fields.relation), "=", 1)});
  }

  // The rows of the table for which WHERE holds; with FROM or USING: for some row of that.
  Node* Remaining(Node* statement, bool example) const {
    const Backfill fields = FieldsOf(statement);
    const std::string name(NameOf(*fields.relation));
    SelectParts select;
    select.targets = example ? KeysOf(name) : NodeList{NewCountStar()};
    select.from = {NewTable(Detach(fields.relation))};
    select.where = Detach(fields.where);
    select.with = Detach(fields.with);
    if (fields.n_from > 0) {
      SelectParts other;
      other.targets = {NewInteger(1)};
      other.from = DetachAll(fields.n_from, fields.from);
      other.where = select.where;
      select.where = NewExists(NewSelect(other));
    }
    if (example) select.limit = NewInteger(1);
    return NewSelect(select);
  }

  const std::string& text_;
  const std::vector<std::string>& keys_;
};

absl::Status CheckKeys(const Statement& statement, const PgQuery__ParseResult& tree,
                       const std::vector<std::string>& keys) {
  const Node* node = tree.stmts[0]->stmt;
  if (node->node_case != PG_QUERY__NODE__NODE_UPDATE_STMT) return absl::OkStatus();
  const std::set<std::string> assigned = AssignedColumns(*node->update_stmt);
  for (const std::string& key : keys) {
    if (assigned.count(key) > 0) {
      return Refuse(statement, absl::StrCat("the UPDATE sets ", QuoteIdentifier(key),
                                            ", a column of the key that the backfill walks by"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckBackfill(const Statement& statement, const TableName& table) {
  absl::Status status;
  RETURN_IF_ERROR(RunOnBigStack([&] {
    const ParsedTree parsed = ParseTree(statement.text);
    status = parsed.tree == nullptr ? Refuse(statement, parsed.message)
                                    : CheckTree(statement, *parsed.tree, table);
  }));
  return status;
}

absl::StatusOr<BackfillQueries> RenderBackfill(const Statement& statement, const TableName& table,
                                               const std::vector<std::string>& key_columns) {
  RETURN_IF_ERROR(CheckBackfill(statement, table));
  if (key_columns.empty()) {
    return Error(ErrorCode::kBackfillKey,
                 absl::StrCat("table ", QuoteQualified(table), " has no unique key to walk by"))
        .At("", statement.line, statement.column);
  }
  absl::StatusOr<BackfillQueries> queries;
  RETURN_IF_ERROR(RunOnBigStack([&] {
    const ParsedTree parsed = ParseTree(statement.text);
    const absl::Status keys = CheckKeys(statement, *parsed.tree, key_columns);
    queries = keys.ok() ? Renderer(statement.text, key_columns).Run() : absl::StatusOr<BackfillQueries>(keys);
  }));
  return queries;
}

}  // namespace ferry::sql
