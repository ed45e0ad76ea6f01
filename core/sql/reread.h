// PostgreSQL's own printing of an expression, made stable: what it would print after it had read it back.
// Pure; any thread.
#ifndef FERRY_CORE_SQL_REREAD_H_
#define FERRY_CORE_SQL_REREAD_H_

#include <string>

#include "absl/strings/string_view.h"

namespace ferry::sql {

// `printed` (of pg_get_constraintdef, pg_get_expr, …), with every cast of a whole array constructor moved to
// its elements, as PostgreSQL's parser does when it reads one:
//   (ARRAY['a'::character varying])::text[]  ->  ARRAY[('a'::character varying)::text]
// `status IN ('a', 'b')` on a varchar column is printed in the first form where it was written, and in the
// second one in a database that was made from pg_dump's output: the same schema, other words. And without
// the names that constants of inner queries get when PostgreSQL reads its own words, and would get again:
//   EXISTS (SELECT NULL::text AS text)  ->  EXISTS (SELECT NULL::text)
// What the scanner refuses, and arrays of arrays, are left as they are.
std::string Reread(absl::string_view printed);

}  // namespace ferry::sql

#endif  // FERRY_CORE_SQL_REREAD_H_
