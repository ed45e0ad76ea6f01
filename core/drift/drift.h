// Drift: a target whose schema is not what its ledger says it should be, who is behind it, and what should be
// there after changes of our own. Pure; any thread.
#ifndef FERRY_CORE_DRIFT_DRIFT_H_
#define FERRY_CORE_DRIFT_DRIFT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/schema/snapshot.h"

namespace ferry::drift {

// A DDL command that a session other than Schemaferry's ran, as the DDL watch recorded it: one object of one
// command. A command on several objects is several of these.
struct ForeignStatement {
  int64_t id = 0;                   // ascending with `at`
  absl::Time at;                    // the database's clock
  std::string login, role;          // session_user, and the role in force; equal where none was set
  std::string application, client;  // application_name; address, "" for a Unix socket
  std::string tag;                  // "ALTER TABLE"
  std::string object_type;          // as PostgreSQL says it: "table", "table column", "index"
  // pg_identify_object_as_address: {public,prices,close}; without arguments of functions.
  std::vector<std::string> names;
  std::string object;     // the same for people, quoted by the server: "public.prices.close"
  std::string statement;  // the query string; "" where it was not kept because it may hold a secret
  bool dropped = false;   // the object is gone because of it
};

// What an object is, as one word: "" where it is absent, otherwise equal exactly for objects that are equal
// in structure, owner and grants.
std::string StateOf(const schema::Object* object);

struct DriftedObject {
  schema::ObjectId id;
  const schema::Object* expected = nullptr;         // null: should not be there
  const schema::Object* actual = nullptr;           // null: is gone
  std::vector<const ForeignStatement*> statements;  // the cause, as far as it is known; oldest first
};

// The objects in which `actual` is not `expected`, ascending by id. Children of an object that is absent on
// one side (columns, indexes, …) are listed too. A statement is the cause of a difference when it names the
// object, the table or view that the object belongs to, or something that belongs to the object. All pointers
// are into the arguments, which must outlive the result.
std::vector<DriftedObject> FindDrift(const schema::Snapshot& expected, const schema::Snapshot& actual,
                                     const std::vector<ForeignStatement>& statements);

// What should be there after changes of our own led from `before` (the schema as it was read before them) to
// `now`. `expected` is what should have been there before them. What drifted before and has not changed since
// stays drift, and so does what `statements` (since `before`) name and what is different now: everything else
// is as `now` has it.
schema::Snapshot Settle(const schema::Snapshot& expected, const schema::Snapshot& before,
                        const schema::Snapshot& now, const std::vector<ForeignStatement>& statements);

}  // namespace ferry::drift

#endif  // FERRY_CORE_DRIFT_DRIFT_H_
