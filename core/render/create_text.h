// One object as SQL, for people to read. Pure; any thread.
#ifndef FERRY_CORE_RENDER_CREATE_TEXT_H_
#define FERRY_CORE_RENDER_CREATE_TEXT_H_

#include <string>

#include "core/schema/snapshot.h"

namespace ferry::render {

// The statements that make the object, and, of a table or view, what belongs to it; without owners and
// grants. Of something that belongs to a table or view (`parent_kind` says which): those of that, whether or
// not it has this part. "" when it is not in `snapshot`. Objects elsewhere that it needs are not made.
std::string CreateText(const schema::Snapshot& snapshot, const schema::ObjectId& id,
                       schema::ObjectKind parent_kind);

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_CREATE_TEXT_H_
