// The statements of one item each, by groups of kinds. Functions of values; any thread.
#ifndef FERRY_TESTS_PROPERTY_EMIT_H_
#define FERRY_TESTS_PROPERTY_EMIT_H_

#include <string>
#include <vector>

#include "tests/property/model.h"

namespace ferry::property {

using Statements = std::vector<std::string>;

void EmitType(const Schema& schema, const Item& item,
              Statements& out);  // enums, domains, casts, operators, …
void EmitFunction(const Schema& schema, const Item& item, Statements& out);
void EmitTable(const Schema& schema, const Item& item, Statements& out);  // and partitions
void EmitColumn(const Schema& schema, const Item& item, Statements& out);
void EmitConstraint(const Schema& schema, const Item& item, Statements& out);
void EmitIndex(const Schema& schema, const Item& item, Statements& out);  // and replica identity, cluster
void EmitView(const Schema& schema, const Item& item, Statements& out);
void EmitOnTable(const Schema& schema, const Item& item,
                 Statements& out);  // triggers, rules, policies, statistics
void EmitSearch(const Schema& schema, const Item& item, Statements& out);  // text search
void EmitForeign(const Schema& schema, const Item& item, Statements& out);
void EmitOther(const Schema& schema, const Item& item,
               Statements& out);  // schemas, sequences, publications, …

// Owner, grants and comment, once everything is there.
void EmitAccess(const Schema& schema, const Item& item, Statements& out);
void EmitComment(const Schema& schema, const Item& item, Statements& out);

// "FUNCTION s.f(integer)", "CONSTRAINT c ON s.t": what COMMENT ON takes. "" when the item is no object of its
// own.
std::string Reference(const Schema& schema, const Item& item);

bool IsIdentity(const Schema& schema, const Item& column);
bool IsUnlogged(const Schema& schema, const Item& table);
// " WITH (fillfactor=70, …)" or "".
std::string StorageOptions(const Item& item);

}  // namespace ferry::property

#endif  // FERRY_TESTS_PROPERTY_EMIT_H_
