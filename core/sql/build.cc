#include "core/sql/build.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace ferry::sql {
namespace {

template <typename T>
T* New(void (*init)(T*)) {
  void* memory = std::malloc(sizeof(T));
  if (memory == nullptr) throw std::bad_alloc();
  T* message = static_cast<T*>(memory);
  init(message);
  return message;
}

Node* NewNode(PgQuery__Node__NodeCase node_case) {
  Node* node = New(pg_query__node__init);
  node->node_case = node_case;
  return node;
}

void SetList(size_t& count, Node**& items, const NodeList& nodes) {
  count = nodes.size();
  if (nodes.empty()) return;
  items = static_cast<Node**>(std::malloc(nodes.size() * sizeof(Node*)));
  if (items == nullptr) throw std::bad_alloc();
  std::memcpy(items, nodes.data(), nodes.size() * sizeof(Node*));
}

Node* NewString(absl::string_view text) {
  Node* node = NewNode(PG_QUERY__NODE__NODE_STRING);
  node->string = New(pg_query__string__init);
  node->string->sval = NewText(text);
  return node;
}

Node* NewTarget(Node* value) {
  Node* node = NewNode(PG_QUERY__NODE__NODE_RES_TARGET);
  node->res_target = New(pg_query__res_target__init);
  node->res_target->val = value;
  return node;
}

Node* NewSortKey(Node* value, bool descending) {
  Node* node = NewNode(PG_QUERY__NODE__NODE_SORT_BY);
  node->sort_by = New(pg_query__sort_by__init);
  node->sort_by->node = value;
  node->sort_by->sortby_dir =
      descending ? PG_QUERY__SORT_BY_DIR__SORTBY_DESC : PG_QUERY__SORT_BY_DIR__SORTBY_DEFAULT;
  node->sort_by->sortby_nulls = PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_DEFAULT;
  return node;
}

}  // namespace

char* NewText(absl::string_view text) {
  char* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

Node* NewColumn(const std::vector<std::string>& names) {
  NodeList fields;
  for (const std::string& name : names) fields.push_back(NewString(name));
  Node* node = NewNode(PG_QUERY__NODE__NODE_COLUMN_REF);
  node->column_ref = New(pg_query__column_ref__init);
  SetList(node->column_ref->n_fields, node->column_ref->fields, fields);
  return node;
}

Node* NewParameter(int number) {
  Node* node = NewNode(PG_QUERY__NODE__NODE_PARAM_REF);
  node->param_ref = New(pg_query__param_ref__init);
  node->param_ref->number = number;
  return node;
}

Node* NewInteger(int value) {
  Node* node = NewNode(PG_QUERY__NODE__NODE_A_CONST);
  node->a_const = New(pg_query__a__const__init);
  node->a_const->val_case = PG_QUERY__A__CONST__VAL_IVAL;
  node->a_const->ival = New(pg_query__integer__init);
  node->a_const->ival->ival = value;
  return node;
}

Node* NewCountStar() {
  Node* node = NewNode(PG_QUERY__NODE__NODE_FUNC_CALL);
  node->func_call = New(pg_query__func_call__init);
  SetList(node->func_call->n_funcname, node->func_call->funcname, {NewString("count")});
  node->func_call->agg_star = 1;
  node->func_call->funcformat = PG_QUERY__COERCION_FORM__COERCE_EXPLICIT_CALL;
  return node;
}

Node* NewRow(const NodeList& nodes) {
  if (nodes.size() == 1) return nodes.front();
  Node* node = NewNode(PG_QUERY__NODE__NODE_ROW_EXPR);
  node->row_expr = New(pg_query__row_expr__init);
  SetList(node->row_expr->n_args, node->row_expr->args, nodes);
  node->row_expr->row_format = PG_QUERY__COERCION_FORM__COERCE_EXPLICIT_CALL;
  return node;
}

Node* NewComparison(absl::string_view oper, Node* left, Node* right) {
  Node* node = NewNode(PG_QUERY__NODE__NODE_A_EXPR);
  node->a_expr = New(pg_query__a__expr__init);
  node->a_expr->kind = PG_QUERY__A__EXPR__KIND__AEXPR_OP;
  SetList(node->a_expr->n_name, node->a_expr->name, {NewString(oper)});
  node->a_expr->lexpr = left;
  node->a_expr->rexpr = right;
  return node;
}

Node* NewAnd(Node* left, const NodeList& right) {
  const bool extend = left->node_case == PG_QUERY__NODE__NODE_BOOL_EXPR &&
                      left->bool_expr->boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR;
  NodeList args = {left};
  if (extend) {
    args = DetachAll(left->bool_expr->n_args, left->bool_expr->args);
  }
  args.insert(args.end(), right.begin(), right.end());
  Node* node = extend ? left : NewNode(PG_QUERY__NODE__NODE_BOOL_EXPR);
  if (!extend) {
    node->bool_expr = New(pg_query__bool_expr__init);
    node->bool_expr->boolop = PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR;
  }
  SetList(node->bool_expr->n_args, node->bool_expr->args, args);
  return node;
}

Node* NewExists(Node* select) {
  Node* node = NewNode(PG_QUERY__NODE__NODE_SUB_LINK);
  node->sub_link = New(pg_query__sub_link__init);
  node->sub_link->sub_link_type = PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK;
  node->sub_link->subselect = select;
  return node;
}

Node* NewTable(PgQuery__RangeVar* table) {
  Node* node = NewNode(PG_QUERY__NODE__NODE_RANGE_VAR);
  node->range_var = table;
  return node;
}

Node* NewSubquery(Node* select, absl::string_view alias) {
  Node* node = NewNode(PG_QUERY__NODE__NODE_RANGE_SUBSELECT);
  node->range_subselect = New(pg_query__range_subselect__init);
  node->range_subselect->subquery = select;
  node->range_subselect->alias = New(pg_query__alias__init);
  node->range_subselect->alias->aliasname = NewText(alias);
  return node;
}

Node* NewSelect(const SelectParts& parts) {
  Node* node = NewNode(PG_QUERY__NODE__NODE_SELECT_STMT);
  PgQuery__SelectStmt* select = New(pg_query__select_stmt__init);
  node->select_stmt = select;
  NodeList targets, order_by;
  for (Node* value : parts.targets) targets.push_back(NewTarget(value));
  for (Node* value : parts.order_by) order_by.push_back(NewSortKey(value, parts.descending));
  SetList(select->n_target_list, select->target_list, targets);
  SetList(select->n_from_clause, select->from_clause, parts.from);
  SetList(select->n_sort_clause, select->sort_clause, order_by);
  select->where_clause = parts.where;
  select->with_clause = parts.with;
  select->limit_count = parts.limit;
  select->limit_option = parts.limit == nullptr ? PG_QUERY__LIMIT_OPTION__LIMIT_OPTION_DEFAULT
                                                : PG_QUERY__LIMIT_OPTION__LIMIT_OPTION_COUNT;
  select->op = PG_QUERY__SET_OPERATION__SETOP_NONE;
  return node;
}

NodeList DetachAll(size_t& count, Node**& items) {
  NodeList nodes(items, items + count);
  std::free(items);
  items = nullptr;
  count = 0;
  return nodes;
}

}  // namespace ferry::sql
