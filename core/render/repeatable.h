// SQL that does nothing where it has been done. Internal to core/render. Pure; any thread.
#ifndef FERRY_CORE_RENDER_REPEATABLE_H_
#define FERRY_CORE_RENDER_REPEATABLE_H_

#include <vector>

#include "core/render/statement.h"

namespace ferry::render {

// Writes every statement in the form that PostgreSQL has for that: IF EXISTS, IF NOT EXISTS, OR REPLACE; and
// where there is none for a CREATE or ADD of what holds no rows, a DROP … IF EXISTS before it. What has no
// such form stays as it is: most of it can be repeated as it stands (SET, COMMENT, GRANT), and whether the
// rest can is for a server to say (workbench/generate.h). Looks at the words before the first name alone,
// which the writers of this folder wrote.
void MakeRepeatable(std::vector<Statement>& statements);

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_REPEATABLE_H_
