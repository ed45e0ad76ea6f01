// Questions about a statement's parse tree that backfills and transforms share. Inside core/sql only; call
// inside RunOnBigStack.
#ifndef FERRY_CORE_SQL_SHAPE_H_
#define FERRY_CORE_SQL_SHAPE_H_

#include <initializer_list>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "core/sql/tree.h"

namespace ferry::sql {

// Whether `root` or anything below it is of one of `kinds`.
bool Contains(const ProtobufCMessage* root, std::initializer_list<const ProtobufCMessageDescriptor*> kinds);

// What the statement's other parts call the table: its alias, else its name.
absl::string_view NameOf(const PgQuery__RangeVar& relation);

// Whether `where` mentions one of `columns`, or the whole row of `relation`.
bool LooksAt(const Node& where, const std::set<std::string>& columns, absl::string_view relation);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_SHAPE_H_
