#include "cli/help.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace ferry::cli {
namespace {

void AddSection(std::string& out, const std::string& title, const std::vector<HelpEntry>& entries,
                size_t widest) {
  if (entries.empty()) return;
  absl::StrAppend(&out, "\n", title, ":\n");
  for (const HelpEntry& entry : entries) {
    absl::StrAppend(&out, "  ", entry.label, std::string(widest - entry.label.size() + 2, ' '), entry.text,
                    "\n");
  }
}

}  // namespace

std::string HelpText(const HelpPage& page) {
  std::string out = absl::StrCat(page.summary, "\n\nUsage: ", page.command);
  if (!page.commands.empty()) absl::StrAppend(&out, page.words.empty() ? " COMMAND" : " [COMMAND]");
  if (!page.words.empty()) absl::StrAppend(&out, " ", absl::StrJoin(page.words, " "));
  absl::StrAppend(&out, " [options]\n");
  size_t widest = 0;
  for (const auto* section : {&page.commands, &page.arguments, &page.options, &page.global_options}) {
    for (const HelpEntry& entry : *section) widest = std::max(widest, entry.label.size());
  }
  AddSection(out, "Commands", page.commands, widest);
  AddSection(out, "Arguments", page.arguments, widest);
  AddSection(out, "Options", page.options, widest);
  AddSection(out, "Global options", page.global_options, widest);
  absl::StrAppend(&out, page.examples.size() > 1 ? "\nExamples:\n" : "\nExample:\n");
  for (const std::string& example : page.examples) absl::StrAppend(&out, "  ", example, "\n");
  if (!page.footer.empty()) absl::StrAppend(&out, "\n", page.footer, "\n");
  return out;
}

}  // namespace ferry::cli
