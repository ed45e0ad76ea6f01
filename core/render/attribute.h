// Attributes of composite types: for column.cc, where the parent of a column is such a type. Pure; any
// thread.
#ifndef FERRY_CORE_RENDER_ATTRIBUTE_H_
#define FERRY_CORE_RENDER_ATTRIBUTE_H_

#include "core/render/kind.h"

namespace ferry::render {

// As the functions of a KindWriter; `object` is a column whose parent is a composite type. Typed tables of
// the type are changed with it.
void WriteAttributeCreate(const schema::Object& object, const Context& context, Statements& out);
void WriteAttributeAlter(const schema::Object& from, const schema::Object& to, const Context& context,
                         Statements& out);
void WriteAttributeDrop(const schema::Object& object, const Context& context, Statements& out);

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_ATTRIBUTE_H_
