// For tests: snapshots out of a few objects, and the SQL between them.
#ifndef FERRY_CORE_RENDER_RENDER_FIXTURE_H_
#define FERRY_CORE_RENDER_RENDER_FIXTURE_H_

#include <string>
#include <utility>
#include <vector>

#include "core/render/render.h"
#include "core/schema/snapshot.h"

namespace ferry::render {

// `id`'s kind follows from `body`.
template <class Kind>
schema::Object Thing(schema::ObjectId id, Kind body, schema::Traits traits = {},
                     std::vector<schema::Dependency> dependencies = {}) {
  return schema::MakeObject(std::move(id), std::move(body), std::move(traits), std::move(dependencies));
}

inline schema::ObjectId InPublic(std::string name, std::string parent = "") {
  return {schema::ObjectKind::kSchema, "public", std::move(parent), std::move(name)};
}
inline schema::ObjectId Global(std::string name, std::string parent = "") {
  return {schema::ObjectKind::kSchema, "", std::move(parent), std::move(name)};
}

inline Script ScriptOf(std::vector<schema::Object> from, std::vector<schema::Object> to,
                       Options options = {}) {
  options.allow_data_loss = true;
  const schema::Snapshot a = schema::MakeSnapshot(std::move(from), "15.1", absl::UnixEpoch());
  const schema::Snapshot b = schema::MakeSnapshot(std::move(to), "15.1", absl::UnixEpoch());
  return Render(a, b, options).value();
}

inline std::vector<std::string> Sql(std::vector<schema::Object> from, std::vector<schema::Object> to,
                                    Options options = {}) {
  std::vector<std::string> out;
  for (const Statement& statement : ScriptOf(std::move(from), std::move(to), std::move(options)).statements) {
    out.push_back(statement.sql);
  }
  return out;
}

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_RENDER_FIXTURE_H_
