// Makes names and values from databases safe and honest on a terminal: nothing printed can move the cursor,
// colour the screen, reorder text or hide. Functions of values; any thread.
#ifndef FERRY_CORE_REPORT_ESCAPE_H_
#define FERRY_CORE_REPORT_ESCAPE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace ferry::report {

// `text` on one line: \n, \r, \t; \x1b for other control characters and for bytes that are not UTF-8; \u202e
// for characters that are invisible or change the writing direction (bidirectional controls, zero-width and
// tag characters, line and paragraph separators, the byte order mark). All else, backslashes included, stays.
std::string Visible(absl::string_view text);

// The lines of `text`, each made Visible and its last trailing blank written as \x20.
std::vector<std::string> VisibleLines(absl::string_view text);

// An identifier as SQL would quote it when it must, then Visible: orders, "Order lines", "a.b",
// "line\nbreak". Inside quotes a backslash is doubled, so that two different names never look the same.
std::string VisibleName(absl::string_view name);

// One code point off the front of `text`, or -1 and one byte when it is not UTF-8 (overlong forms and
// surrogates are not). `text` must not be empty.
int TakeCodePoint(absl::string_view& text);

// True for the code points that Visible writes as an escape.
bool IsHidden(int code_point);

// Terminal columns of `text`, which is Visible: 2 for East Asian wide characters and emoji, 0 for combining
// marks.
size_t DisplayWidth(absl::string_view text);

}  // namespace ferry::report

#endif  // FERRY_CORE_REPORT_ESCAPE_H_
