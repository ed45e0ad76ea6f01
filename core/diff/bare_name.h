// Pure; any thread.
#ifndef FERRY_CORE_DIFF_BARE_NAME_H_
#define FERRY_CORE_DIFF_BARE_NAME_H_

#include <string>

#include "core/schema/object_id.h"

namespace ferry::diff {

// The object's own name; of a function without its arguments, as statements name it where there is one.
inline std::string BareName(const schema::ObjectId& id) {
  return id.kind == schema::ObjectKind::kFunction ? id.name.substr(0, id.name.find('(')) : id.name;
}

}  // namespace ferry::diff

#endif  // FERRY_CORE_DIFF_BARE_NAME_H_
