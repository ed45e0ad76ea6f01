#include "core/sql/transform.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "core/sql/big_stack.h"
#include "core/sql/quote.h"
#include "core/sql/shape.h"
#include "core/sql/tree.h"

namespace ferry::sql {
namespace {

// What CheckTree found out.
struct Shape {
  TableName table;
  bool only = false;  // FROM ONLY
};

Error Refuse(const Statement& statement, absl::string_view message) {
  return Error(ErrorCode::kTransformShape, message)
      .At("", statement.line, statement.column)
      .Statement(statement.text);
}

// PostgreSQL's own; the parser alone cannot tell others from functions, the server will.
bool IsAggregateName(absl::string_view name) {
  static const auto* const names = new std::set<std::string>{"array_agg",
                                                             "avg",
                                                             "bit_and",
                                                             "bit_or",
                                                             "bit_xor",
                                                             "bool_and",
                                                             "bool_or",
                                                             "count",
                                                             "every",
                                                             "json_agg",
                                                             "json_object_agg",
                                                             "jsonb_agg",
                                                             "jsonb_object_agg",
                                                             "max",
                                                             "min",
                                                             "range_agg",
                                                             "string_agg",
                                                             "sum",
                                                             "stddev",
                                                             "stddev_pop",
                                                             "stddev_samp",
                                                             "variance",
                                                             "var_pop",
                                                             "var_samp",
                                                             "xmlagg"};
  return names->contains(std::string(name));
}

bool HasAggregate(const ProtobufCMessage* root) {
  bool found = false;
  Walk(root, [&](const ProtobufCMessage& m) {
    const auto* call = As<PgQuery__FuncCall>(m, pg_query__func_call__descriptor);
    if (call != nullptr) {
      found = found || call->agg_star || call->agg_distinct || call->n_agg_order > 0 ||
              call->agg_filter != nullptr || call->agg_within_group || call->over != nullptr ||
              IsAggregateName(LastName(Nodes(call->funcname, call->n_funcname)));
    }
    return !found;
  });
  return found;
}

// Why the SELECT's clauses do not fit; "" when they do.
std::string WhyNotPlain(const PgQuery__SelectStmt& s) {
  if (s.op != PG_QUERY__SET_OPERATION__SETOP_NONE || s.n_values_lists > 0)
    return "a transform's query is one SELECT from one table, without UNION, INTERSECT, EXCEPT or VALUES";
  if (s.with_clause != nullptr) return "a transform's query may not have WITH: it reads one table";
  if (s.into_clause != nullptr) return "a transform's query may not have INTO";
  if (s.n_distinct_clause > 0) return "a transform's query may not have DISTINCT: each answer is for one row";
  if (s.n_group_clause > 0 || s.having_clause != nullptr || s.n_window_clause > 0)
    return "a transform's query may not have GROUP BY, HAVING or WINDOW: each answer is for one row";
  if (s.n_sort_clause > 0) return "a transform's query may not have ORDER BY: the agent walks by the key";
  if (s.limit_count != nullptr || s.limit_offset != nullptr)
    return "a transform's query may not have LIMIT or OFFSET: the batch is an option of the directive";
  if (s.n_locking_clause > 0) return "a transform's query may not lock rows: the agent does when it writes";
  if (s.where_clause == nullptr) return "a transform needs a WHERE that is false for the rows already done";
  if (s.n_from_clause != 1 || s.from_clause[0]->node_case != PG_QUERY__NODE__NODE_RANGE_VAR)
    return "a transform's query reads exactly one table, without joins, sub-selects or functions in FROM";
  if (Contains(&s.base, {&pg_query__sub_link__descriptor}))
    return "a transform's query may not have sub-selects: it reads one table";
  if (Contains(&s.base, {&pg_query__param_ref__descriptor}))
    return "a transform's query may not have parameters ($1): the agent adds its own";
  if (HasAggregate(&s.base))
    return "a transform's query may not have aggregates or window functions: each answer is for one row";
  return "";
}

absl::Status CheckTable(const Statement& statement, const PgQuery__RangeVar& relation,
                        const TableName& declared, Shape& shape) {
  if (relation.alias != nullptr && relation.alias->n_colnames > 0) {
    return Refuse(statement, "a transform's query may not rename the table's columns in FROM");
  }
  shape.table = {relation.schemaname, relation.relname};
  shape.only = !relation.inh;
  const bool fits = declared.name.empty() || declared == shape.table;
  if (fits && absl::string_view(relation.catalogname).empty()) return absl::OkStatus();
  return Refuse(statement, absl::StrCat("the transform is declared for table ", QuoteQualified(declared),
                                        " but its query reads ", QuoteQualified(shape.table)))
      .Next("write the same table, with or without its schema, in both places");
}

// The names of the columns that the query returns, and whether each is the table's column of that name.
absl::StatusOr<std::map<std::string, bool>> OutputColumns(const Statement& statement, Nodes targets) {
  std::map<std::string, bool> columns;
  for (const Node* target : targets) {
    const PgQuery__ResTarget& item = *target->res_target;
    std::string own;  // of a plain column
    if (item.val->node_case == PG_QUERY__NODE__NODE_COLUMN_REF) {
      const PgQuery__ColumnRef& column = *item.val->column_ref;
      const Node* last = column.fields[column.n_fields - 1];
      if (last->node_case == PG_QUERY__NODE__NODE_A_STAR) {
        return Refuse(statement, "a transform's query names its columns: `*` would change with the table");
      }
      own = std::string(StringOf(last));
    }
    const std::string name = absl::string_view(item.name).empty() ? own : item.name;
    if (name.empty()) {
      return Refuse(statement, "an expression in a transform's query needs a name for the program: AS name");
    }
    if (!columns.emplace(name, own == name).second) {
      return Refuse(statement, absl::StrCat("the query returns two columns called ", QuoteIdentifier(name)));
    }
  }
  return columns;
}

absl::StatusOr<Shape> CheckTree(const Statement& statement, const PgQuery__ParseResult& tree,
                                const TransformOptions& options) {
  const Node* node = tree.n_stmts == 1 ? tree.stmts[0]->stmt : nullptr;
  if (node == nullptr || node->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) {
    return Refuse(statement, absl::StrCat("a transform is one SELECT, not ", statement.tag));
  }
  const PgQuery__SelectStmt& select = *node->select_stmt;
  const std::string why = WhyNotPlain(select);
  if (!why.empty()) return Refuse(statement, why);
  Shape shape;
  const PgQuery__RangeVar& relation = *select.from_clause[0]->range_var;
  RETURN_IF_ERROR(CheckTable(statement, relation, options.table, shape));
  ASSIGN_OR_RETURN(const auto columns,
                   OutputColumns(statement, Nodes(select.target_list, select.n_target_list)));
  const std::set<std::string> set(options.set.begin(), options.set.end());
  for (const std::string& key : options.key) {
    const auto found = columns.find(key);
    if (found == columns.end() || !found->second) {
      return Refuse(statement,
                    absl::StrCat("the query does not return the key's column ", QuoteIdentifier(key),
                                 " as it is: an answer could not name its row"));
    }
    if (set.count(key) > 0) {
      return Refuse(statement,
                    absl::StrCat("column ", QuoteIdentifier(key), " of the key cannot be written"));
    }
  }
  if (!LooksAt(*select.where_clause, set, NameOf(relation))) {
    return Refuse(
               statement,
               "the WHERE mentions no column that the answers write, so a row would match again after it was "
               "done")
        .Next("add a condition that an answer makes false, such as `new_column IS NULL`");
  }
  return shape;
}

// Writes the statements around the query.
class Renderer {
 public:
  Renderer(const Statement& statement, const TransformOptions& options, const Shape& shape)
      : key_(options.key),
        query_(absl::StrCat("(\n", statement.text, "\n) AS q")),
        table_(absl::StrCat(shape.only ? "ONLY " : "", QuoteQualified(shape.table), " AS t")),
        place_(Free("place", options)),
        seen_(Free("seen", options)) {
    for (const std::string& name : options.set) set_.push_back(QuoteIdentifier(name));
    for (std::string& name : key_) name = QuoteIdentifier(name);
  }

  TransformQueries Run() const {
    TransformQueries q;
    const std::string rows =
        absl::StrCat("SELECT pg_catalog.to_jsonb(q.*)::pg_catalog.text, ", List("q"), " FROM ", query_);
    const size_t n = key_.size();
    q.read_first = absl::StrCat(rows, " ORDER BY ", List("q"), " LIMIT $1");
    q.read = absl::StrCat(rows, " WHERE ", Row(List("q")), " > ", Row(Parameters(n)), " ORDER BY ", List("q"),
                          " LIMIT $", n + 1);
    std::vector<std::string> columns;
    for (const auto* names : {&key_, &set_}) {
      for (const std::string& name : *names) columns.push_back(absl::StrCat("t.", name));
    }
    q.create = absl::StrCat("CREATE TEMPORARY TABLE pg_temp.ferry_transform ON COMMIT DROP AS SELECT ",
                            absl::StrJoin(columns, ", "), ", 0::pg_catalog.int8 AS ", place_,
                            ", ''::pg_catalog.text AS ", seen_, " FROM ", table_, " WITH NO DATA");
    q.fill = absl::StrCat(
        "INSERT INTO pg_temp.ferry_transform SELECT r.* FROM ROWS FROM "
        "(pg_catalog.unnest($1::pg_catalog.text[]),"
        " pg_catalog.unnest($2::pg_catalog.text[])) WITH ORDINALITY AS e(answer, seen, place) CROSS JOIN "
        "LATERAL"
        " pg_catalog.jsonb_populate_record(NULL::pg_temp.ferry_transform, e.answer::pg_catalog.jsonb"
        " OPERATOR(pg_catalog.||) pg_catalog.jsonb_build_object('",
        place_, "', e.place, '", seen_, "', e.seen)) AS r");
    q.lock = absl::StrCat("SELECT s.", place_, " FROM ", table_, " JOIN ", kStaging, " ON ", SameKey("t"),
                          " ORDER BY s.", place_, " FOR NO KEY UPDATE OF t");
    // LATERAL with OFFSET 0 is evaluated row by row, along the key: what the planner guesses of rows that
    // match a WHERE would otherwise have it read the whole table for each batch.
    const std::string own_row = absl::StrCat(" FROM ", query_, " WHERE ", SameKey("q"), " OFFSET 0) AS now");
    q.update = absl::StrCat(
        "UPDATE ", table_, " SET ",
        absl::StrJoin(
            set_, ", ",
            [](std::string* out, const std::string& name) { absl::StrAppend(out, name, " = s.", name); }),
        " FROM ", kStaging, " CROSS JOIN LATERAL (SELECT pg_catalog.to_jsonb(q.*)::pg_catalog.text AS json",
        own_row, " WHERE ", SameKey("t"), " AND now.json OPERATOR(pg_catalog.=) s.", seen_, " RETURNING s.",
        place_);
    q.still = absl::StrCat("SELECT pg_catalog.count(*), pg_catalog.min(s.", place_, ") FROM ", kStaging,
                           " JOIN pg_catalog.unnest($1::pg_catalog.int8[]) AS w(place) ON w.place"
                           " OPERATOR(pg_catalog.=) s.",
                           place_, " CROSS JOIN LATERAL (SELECT 1", own_row);
    q.remaining = absl::StrCat("SELECT pg_catalog.count(*) FROM ", query_);
    q.remaining_example = absl::StrCat("SELECT ", List("q"), " FROM ", query_, " LIMIT 1");
    return q;
  }

 private:
  static constexpr absl::string_view kStaging = "pg_temp.ferry_transform AS s";

  // A name for a column of staging that none of the table's columns there has.
  static std::string Free(std::string name, const TransformOptions& options) {
    const auto taken = [&name](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    while (taken(options.key) || taken(options.set)) name += '_';
    return name;
  }

  std::string List(absl::string_view relation) const {
    return absl::StrJoin(key_, ", ", [relation](std::string* out, const std::string& name) {
      absl::StrAppend(out, relation, ".", name);
    });
  }
  static std::string Parameters(size_t count) {
    std::vector<std::string> names;
    for (size_t i = 1; i <= count; ++i) names.push_back(absl::StrCat("$", i));
    return absl::StrJoin(names, ", ");
  }
  std::string Row(const std::string& list) const {
    return key_.size() == 1 ? list : absl::StrCat("ROW(", list, ")");
  }
  std::string SameKey(absl::string_view relation) const {
    return absl::StrCat(Row(List(relation)), " = ", Row(List("s")));
  }

  std::vector<std::string> key_, set_;  // quoted
  const std::string query_, table_, place_, seen_;
};

absl::StatusOr<Shape> CheckShape(const Statement& statement, const TransformOptions& options) {
  absl::StatusOr<Shape> shape;
  RETURN_IF_ERROR(RunOnBigStack([&] {
    const ParsedTree parsed = ParseTree(statement.text);
    shape = parsed.tree == nullptr ? absl::StatusOr<Shape>(Refuse(statement, parsed.message))
                                   : CheckTree(statement, *parsed.tree, options);
  }));
  return shape;
}

}  // namespace

absl::StatusOr<TableName> CheckTransform(const Statement& statement, const TransformOptions& options) {
  ASSIGN_OR_RETURN(const Shape shape, CheckShape(statement, options));
  return shape.table;
}

absl::StatusOr<TransformQueries> RenderTransform(const Statement& statement,
                                                 const TransformOptions& options) {
  ASSIGN_OR_RETURN(const Shape shape, CheckShape(statement, options));
  return Renderer(statement, options, shape).Run();
}

}  // namespace ferry::sql
