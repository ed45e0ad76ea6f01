// A comparison as one HTML file that needs nothing else. Pure; any thread.
#ifndef FERRY_CORE_REPORT_DIFF_HTML_H_
#define FERRY_CORE_REPORT_DIFF_HTML_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "core/report/diff_page.h"

namespace ferry::report {

// Text with &, <, >, " and ' as entities, invisible characters made visible, line breaks kept.
std::string HtmlText(absl::string_view text);

// Hands the page to `write` piece by piece, in order: the matrix of objects and sources with why, each row
// opening to the values of the object's fields and, where the page has it, the SQL that makes it, side by
// side, one column a source; then what is intentional. No script, nothing fetched; readable
// in light and dark and on paper. Names and values cannot become markup.
void DiffHtml(const DiffPage& page, absl::FunctionRef<void(absl::string_view)> write);

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_DIFF_HTML_H_
