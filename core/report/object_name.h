// How an object is called on every screen: quoted as SQL would, safe to print (escape.h). Any thread.
#ifndef FERRY_CORE_REPORT_OBJECT_NAME_H_
#define FERRY_CORE_REPORT_OBJECT_NAME_H_

#include <string>

#include "core/schema/object_id.h"

namespace ferry::report {

// "column public.orders.currency", "function public.round_up(numeric)", "schema sales".
std::string ObjectTitle(const schema::ObjectId& id);
// Without schema and parent, as under a heading that names them: "column currency".
std::string ShortTitle(const schema::ObjectId& id);

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_OBJECT_NAME_H_
