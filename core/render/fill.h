// Materialized views that a script fills, and with whose rights. Internal to core/render. Pure; any thread.
#ifndef FERRY_CORE_RENDER_FILL_H_
#define FERRY_CORE_RENDER_FILL_H_

#include <set>
#include <string>
#include <vector>

#include "core/render/kind.h"

namespace ferry::render {

// A new materialized view is filled where it has rows in `to`, or had some before it was made again; one that
// stays without rows where a new one reads it.
class Filling {
 public:
  explicit Filling(const Context& context);

  // Whether owner, grants and comment of a view have to wait for Write(): each view is read as its owner, who
  // need not be allowed to read what it selects from.
  bool Delays(const schema::ObjectId& view) const { return read_.count(view) > 0; }
  // At the end of a script, when all that the queries call is there.
  void Write(Statements& out) const;

 private:
  void Read(const schema::Object& view);
  bool Calls(const schema::Object& view) const;
  void Fill(const schema::Object& view, std::set<schema::ObjectId>& seen, Statements& out) const;
  void Reach(const schema::Object& view, std::set<schema::ObjectId>& out) const;
  // What it is when views are filled; null: created by the script, and the grants are still to come.
  const schema::Object* Now(const schema::ObjectId& relation) const;
  bool MayRead(const schema::Object& view) const;
  std::string Borrowing(const std::string& refresh, const std::set<schema::ObjectId>& views) const;

  const Context& context_;
  std::vector<const schema::Object*> filled_;
  std::set<schema::ObjectId> read_;  // those that a REFRESH reads, and those that it fills
};

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_FILL_H_
