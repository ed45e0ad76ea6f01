// Text from elsewhere inside a Markdown document. Pure; any thread.
#ifndef FERRY_CORE_REPORT_MARKDOWN_H_
#define FERRY_CORE_REPORT_MARKDOWN_H_

#include <string>

#include "absl/strings/string_view.h"

namespace ferry::report {

// `text` on one line, Visible (escape.h), with every character that Markdown or HTML would take as more than
// itself behind a backslash: it can be no heading, link, image, list, code, emphasis, table or tag.
std::string MarkdownText(absl::string_view text);

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_MARKDOWN_H_
