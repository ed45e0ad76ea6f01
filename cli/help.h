// The text of --help. Pure; any thread.
#ifndef FERRY_CLI_HELP_H_
#define FERRY_CLI_HELP_H_

#include <string>
#include <vector>

namespace ferry::cli {

struct HelpEntry {
  std::string label;  // "ENV", "--to VERSION", "status"
  std::string text;   // one line
};

struct HelpPage {
  std::string command;             // "ferry plan register"
  std::string summary;             // one sentence
  std::vector<std::string> words;  // of the usage line: "ENV", "[ENV...]"
  std::vector<HelpEntry> arguments, commands, options, global_options;
  std::vector<std::string> examples;  // at least one
  std::string footer;                 // paragraphs at the end, may be empty
};

// The page, at most 100 columns wide, ended by a newline.
std::string HelpText(const HelpPage& page);

}  // namespace ferry::cli

#endif  // FERRY_CLI_HELP_H_
