// Changes of a column that stays: type, identity, NOT NULL. Internal to core/render. Pure; any thread.
#ifndef FERRY_CORE_RENDER_COLUMN_TYPE_H_
#define FERRY_CORE_RENDER_COLUMN_TYPE_H_

#include <string>

#include "core/render/kind.h"

namespace ferry::render {

// All but the default (a change of its own) and the settings (WriteColumnSettings). Says whether the type was
// changed, be it by the parent table's statement.
bool WriteColumnChanges(const schema::Object& from, const schema::Object& to, const Context& context,
                        Statements& out);

// The USING expression of ALTER COLUMN … TYPE, or nothing where PostgreSQL converts by itself. `column` is
// quoted. Between types that have no cast the value goes through its text form.
std::string Conversion(const std::string& column, const std::string& from, const std::string& to);
// Whether every row is written again: not when a varchar or numeric only gets wider, or varchar becomes text.
bool Rewrites(const std::string& from, const std::string& to);

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_COLUMN_TYPE_H_
