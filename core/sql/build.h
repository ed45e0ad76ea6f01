// Makes nodes of a parse tree. Everything is allocated as protobuf-c allocates, so that the tree a node is
// put into frees it; a node that is put into none leaks. Arguments are taken over. Inside core/sql only.
#ifndef FERRY_CORE_SQL_BUILD_H_
#define FERRY_CORE_SQL_BUILD_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/sql/tree.h"

namespace ferry::sql {

using NodeList = std::vector<Node*>;

char* NewText(absl::string_view text);
Node* NewColumn(const std::vector<std::string>& names);  // a.b
Node* NewParameter(int number);                          // $1
Node* NewInteger(int value);
Node* NewCountStar();  // count(*)
// The only node itself, ROW(a, b) for several.
Node* NewRow(const NodeList& nodes);
Node* NewComparison(absl::string_view oper, Node* left, Node* right);
// `left AND right…`; `left` may be an AND itself and is then extended, as the parser would.
Node* NewAnd(Node* left, const NodeList& right);
Node* NewExists(Node* select);
Node* NewTable(PgQuery__RangeVar* table);
Node* NewSubquery(Node* select, absl::string_view alias);

// The parts of a SELECT; null or empty = absent.
struct SelectParts {
  NodeList targets, from;
  Node* where = nullptr;
  NodeList order_by;
  bool descending = false;
  Node* limit = nullptr;
  PgQuery__WithClause* with = nullptr;
};
Node* NewSelect(const SelectParts& parts);

// Takes what `place` points at away from its tree.
template <typename T>
T* Detach(T*& place) {
  T* taken = place;
  place = nullptr;
  return taken;
}
NodeList DetachAll(size_t& count, Node**& items);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_BUILD_H_
