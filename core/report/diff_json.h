// A comparison of schemas for programs. Pure; any thread.
#ifndef FERRY_CORE_REPORT_DIFF_JSON_H_
#define FERRY_CORE_REPORT_DIFF_JSON_H_

#include <string>

#include "core/report/diff_page.h"

namespace ferry::report {

// One document, "schema":"ferry/diff/v1", ended by a newline. `differences` are ascending by kind, schema,
// parent and name; in `fingerprints` and `values`, one a source, null stands for a source that does not have
// the object; `reasons` say why, as far as it is known. `intentional` lists what is not among the differences
// because somebody allowed it, `expired` what was allowed once. Fields are only ever added to this document.
std::string DiffJson(const DiffPage& page);

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_DIFF_JSON_H_
