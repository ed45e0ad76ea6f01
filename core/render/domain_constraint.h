// CHECK constraints of domains: for constraint.cc, where the parent of a constraint is a domain. Pure; any
// thread.
#ifndef FERRY_CORE_RENDER_DOMAIN_CONSTRAINT_H_
#define FERRY_CORE_RENDER_DOMAIN_CONSTRAINT_H_

#include "core/render/kind.h"

namespace ferry::render {

// As the functions of a KindWriter; `object` is a constraint whose parent is a domain. One on a domain that
// was there before is added NOT VALID and validated after it. Only `validated` can be altered, and only to
// true.
void CreateDomainConstraint(const schema::Object& object, const Context& context, Statements& out);
void AlterDomainConstraint(const schema::Object& from, const schema::Object& to, const Context& context,
                           Statements& out);
void DropDomainConstraint(const schema::Object& object, const Context& context, Statements& out);

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_DOMAIN_CONSTRAINT_H_
