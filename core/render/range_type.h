// Internal to core/render. Pure; any thread.
#ifndef FERRY_CORE_RENDER_RANGE_TYPE_H_
#define FERRY_CORE_RENDER_RANGE_TYPE_H_

#include "core/render/kind.h"

namespace ferry::render {

// What goes aside with a range type, which itself has been renamed: its multirange type and the constructors,
// whose names the new type needs.
void SetRangePartsAside(const schema::Object& range, const Context& context, Statements& out);

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_RANGE_TYPE_H_
