// libpg_query's parse tree with an owner, and walks over it by protobuf-c's descriptors. Inside core/sql
// only. Building, walking and freeing recurse as deep as the tree: everything here belongs inside
// RunOnBigStack.
#ifndef FERRY_CORE_SQL_TREE_H_
#define FERRY_CORE_SQL_TREE_H_

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace ferry::sql {

using Node = PgQuery__Node;

struct TreeDeleter {
  void operator()(PgQuery__ParseResult* tree) const { pg_query__parse_result__free_unpacked(tree, nullptr); }
};
using Tree = std::unique_ptr<PgQuery__ParseResult, TreeDeleter>;

struct ParsedTree {
  Tree tree;            // null when the parser refused
  std::string message;  // then: what it said
  int cursor = 0;       // then: the 1-based character; 0 = unknown
};

ParsedTree ParseTree(const std::string& sql);

// Calls `with` with the statement of the text and its tree, on the big stack. Not at all when the text is not
// one statement, or the parser refuses it.
void WithOnlyStatement(absl::string_view text, absl::FunctionRef<void(Node&, PgQuery__ParseResult&)> with);

// The SQL text of `tree`. Empty when libpg_query cannot write it.
std::string Deparse(const PgQuery__ParseResult& tree);

// `tree` as bytes without places: equal for texts that differ only in spelling.
std::string BytesWithoutPlaces(PgQuery__ParseResult* tree);

// Calls `visit` for `message` and everything below it, parents first; `visit` says whether to go below.
void Walk(const ProtobufCMessage* message, absl::FunctionRef<bool(const ProtobufCMessage&)> visit);

// `message` as T when it is one: As<PgQuery__FuncCall>(m, pg_query__func_call__descriptor), else null.
template <typename T>
const T* As(const ProtobufCMessage& message, const ProtobufCMessageDescriptor& descriptor) {
  return message.descriptor == &descriptor ? reinterpret_cast<const T*>(&message) : nullptr;
}

// The statement as a message of its own kind, whatever that is (the only field of its Node).
const ProtobufCMessage* Inner(const Node& node);

using Nodes = absl::Span<Node* const>;

// The text of a String node; "" for any other.
absl::string_view StringOf(const Node* node);
// The last part of a possibly qualified name.
absl::string_view LastName(Nodes names);
// The option called `name` in a list of DefElem; null when absent.
const PgQuery__DefElem* FindOption(Nodes options, absl::string_view name);
// What a boolean option says: absent = `absent`; without a value = true.
bool OptionIsOn(Nodes options, absl::string_view name, bool absent);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_TREE_H_
