// A comparison as Markdown, for a pull request or a ticket. Pure; any thread.
#ifndef FERRY_CORE_REPORT_DIFF_MARKDOWN_H_
#define FERRY_CORE_REPORT_DIFF_MARKDOWN_H_

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "core/report/diff_page.h"

namespace ferry::report {

// Hands the document to `write` piece by piece, in order, so that a large one is never whole in memory: a
// sentence, the table of objects and sources with why, what is intentional, and below it, folded, the fields
// of every changed object as a diff (two sources) or by the groups that agree. Names and values cannot break
// out of their place.
void DiffMarkdown(const DiffPage& page, absl::FunctionRef<void(absl::string_view)> write);

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_DIFF_MARKDOWN_H_
