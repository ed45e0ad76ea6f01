#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "cli/help.h"
#include "cli/suggest.h"
#include "core/base/error.h"

namespace ferry::cli {

// What a handle and the line share of one command.
struct Command::State {
  CLI::App* app = nullptr;
  GlobalOptions* global = nullptr;
  HelpPage help;
  std::function<absl::StatusOr<int>(Context&)> run;
  std::vector<std::shared_ptr<State>> children;
};

namespace {

void AddGlobalOptions(CLI::App* app, GlobalOptions* global, HelpPage& help) {
  const auto add = [&](const std::string& name, const std::string& value_name, std::string* value,
                       const std::string& text) {
    app->add_option(name, *value);
    help.global_options.push_back({absl::StrCat(name, " ", value_name), text});
  };
  add("--controller", "ADDR", &global->controller, "host:port or unix:/path");
  add("--tls-cert", "FILE", &global->tls.certificate, "client certificate, PEM");
  add("--tls-key", "FILE", &global->tls.key, "its key, PEM");
  add("--tls-ca", "FILE", &global->tls.ca, "who signed the controller's certificate, PEM");
  app->add_flag("--no-color", global->no_color);
  help.global_options.push_back({"--no-color", "no colours (also: NO_COLOR, TERM=dumb)"});
  app->add_flag("-q,--quiet", global->quiet);
  help.global_options.push_back({"-q, --quiet", "ids and names only"});
  app->set_help_flag("-h,--help");
  help.global_options.push_back({"-h, --help", "this text"});
}

void Prepare(CLI::App* app, GlobalOptions* global, HelpPage& help) {
  app->allow_extras();            // looked at here, with suggestions
  app->require_subcommand(0, 1);  // a word after a command is its argument, even when a command is called so
  AddGlobalOptions(app, global, help);
}

// "-w,--watch" as it stands in a help text.
std::string Label(const std::string& names, const std::string& value_name) {
  return absl::StrCat(absl::StrReplaceAll(names, {{",", ", "}}), value_name.empty() ? "" : " ", value_name);
}

std::string Typed(const CLI::App* app) {
  return app->get_parent() == nullptr ? "ferry"
                                      : absl::StrCat(Typed(app->get_parent()), " ", app->get_name());
}

std::vector<std::string> CommandsOf(const CLI::App* app) {
  std::vector<std::string> out;
  for (const CLI::App* sub : app->get_subcommands([](const CLI::App*) { return true; })) {
    out.push_back(sub->get_name());
  }
  return out;
}

std::vector<std::string> FlagsOf(const CLI::App* app) {
  std::vector<std::string> out;
  for (const CLI::Option* option : app->get_options()) {
    for (const std::string& name : option->get_lnames()) out.push_back("--" + name);
    for (const std::string& name : option->get_snames()) out.push_back("-" + name);
  }
  return out;
}

absl::Status UnknownFlag(const CLI::App* app, const std::string& word) {
  const std::string flag = word.substr(0, word.find('='));
  const std::string near = Nearest(flag, FlagsOf(app));
  return Error(ErrorCode::kUsage, absl::StrCat("\"", Typed(app), "\" has no option \"", flag, "\""))
      .Next(near.empty() ? absl::StrCat(Typed(app), " --help") : absl::StrCat("did you mean ", near, "?"));
}

absl::Status UnknownWord(const CLI::App* app, const std::string& word) {
  const std::vector<std::string> commands = CommandsOf(app);
  if (commands.empty()) {
    return Error(ErrorCode::kUsage,
                 absl::StrCat("\"", Typed(app), "\" takes no further argument: \"", word, "\""))
        .Next(absl::StrCat(Typed(app), " --help"));
  }
  const std::string near = Nearest(word, commands);
  return Error(ErrorCode::kUsage, absl::StrCat("\"", Typed(app), "\" has no command \"", word, "\""))
      .Next(near.empty() ? absl::StrCat(Typed(app), " --help")
                         : absl::StrCat("did you mean ", Typed(app), " ", near, "?"));
}

// The first word that no command on the way to the leaf took.
absl::Status CheckExtras(const CLI::App* app) {
  for (const std::string& word : app->remaining(false)) {
    return absl::StartsWith(word, "-") && word.size() > 1 ? UnknownFlag(app, word) : UnknownWord(app, word);
  }
  for (const CLI::App* sub : app->get_subcommands()) RETURN_IF_ERROR(CheckExtras(sub));
  return absl::OkStatus();
}

CLI::App* LeafOf(CLI::App* app) {
  const std::vector<CLI::App*> chosen = app->get_subcommands();
  return chosen.empty() ? app : LeafOf(chosen[0]);
}

// CLI11's sentence in our manner: lower case, no final stop.
std::string Sentence(std::string text) {
  absl::StripTrailingAsciiWhitespace(&text);
  while (absl::EndsWith(text, ".")) text.pop_back();
  if (text.size() > 1 && absl::ascii_islower(static_cast<unsigned char>(text[1]))) {
    text[0] = absl::ascii_tolower(static_cast<unsigned char>(text[0]));
  }
  return text;
}

}  // namespace

Command Command::Add(const std::string& name, const std::string& help) {
  auto child = std::make_shared<State>();
  child->app = state_->app->add_subcommand(name);
  child->global = state_->global;
  child->help.command = absl::StrCat(state_->help.command, " ", name);
  child->help.summary = help;
  Prepare(child->app, child->global, child->help);
  state_->help.commands.push_back({name, help});
  state_->children.push_back(child);
  return Command(child);
}

Command& Command::Argument(const std::string& name, std::string* value, const std::string& help) {
  state_->app->add_option(name, *value)->required();
  state_->help.words.push_back(name);
  state_->help.arguments.push_back({name, help});
  return *this;
}

Command& Command::OptionalArgument(const std::string& name, std::string* value, const std::string& help) {
  state_->app->add_option(name, *value);
  state_->help.words.push_back(absl::StrCat("[", name, "]"));
  state_->help.arguments.push_back({name, help});
  return *this;
}

Command& Command::Arguments(const std::string& name, std::vector<std::string>* values,
                            const std::string& help, int least) {
  CLI::Option* option = state_->app->add_option(name, *values);
  constexpr int kMost = 1000;
  option->expected(std::max(least, 1), kMost);
  if (least > 0) option->required();
  for (int i = 0; i < least; ++i) state_->help.words.push_back(name);
  state_->help.words.push_back(absl::StrCat("[", name, "...]"));
  state_->help.arguments.push_back({name, help});
  return *this;
}

Command& Command::Flag(const std::string& names, bool* value, const std::string& help) {
  state_->app->add_flag(names, *value);
  state_->help.options.push_back({Label(names, ""), help});
  return *this;
}

Command& Command::Option(const std::string& names, const std::string& value_name, std::string* value,
                         const std::string& help) {
  state_->app->add_option(names, *value);
  state_->help.options.push_back({Label(names, value_name), help});
  return *this;
}

Command& Command::Options(const std::string& names, const std::string& value_name,
                          std::vector<std::string>* values, const std::string& help) {
  state_->app->add_option(names, *values)->allow_extra_args(false);
  state_->help.options.push_back({Label(names, value_name), help});
  return *this;
}

Command& Command::Choice(const std::string& names, const std::vector<std::string>& choices,
                         std::string* value, const std::string& help) {
  const std::string list = absl::StrJoin(choices, "|");
  const auto check = [choices, list](const std::string& given) {
    if (std::find(choices.begin(), choices.end(), given) != choices.end()) return std::string();
    const std::string near = Nearest(given, choices);
    return absl::StrCat("\"", given, "\" is not one of ", list,
                        near.empty() ? "" : absl::StrCat("; did you mean ", near, "?"));
  };
  state_->app->add_option(names, *value)->check(CLI::Validator(check, "", "choice"));
  state_->help.options.push_back({Label(names, list), help});
  return *this;
}

Command& Command::Number(const std::string& names, int* value, int least, int most, const std::string& help) {
  const auto check = [least, most](const std::string& given) {
    int number = 0;
    const bool good = absl::SimpleAtoi(given, &number) && number >= least && number <= most;
    return good ? std::string() : absl::StrCat("\"", given, "\" is not a number from ", least, " to ", most);
  };
  state_->app->add_option(names, *value)->check(CLI::Validator(check, "", "number"));
  state_->help.options.push_back({Label(names, "N"), help});
  return *this;
}

Command& Command::Duration(const std::string& names, absl::Duration* value, const std::string& help) {
  const auto check = [](const std::string& given) {
    absl::Duration parsed;
    const bool good = absl::ParseDuration(given, &parsed) && parsed > absl::ZeroDuration();
    return good ? std::string() : absl::StrCat("\"", given, "\" is not a duration such as 90s, 10m or 2h30m");
  };
  const auto set = [value](const std::string& given) { absl::ParseDuration(given, value); };
  state_->app->add_option_function<std::string>(names, set)->check(CLI::Validator(check, "", "duration"));
  state_->help.options.push_back({Label(names, "D"), help});
  return *this;
}

Command& Command::Example(const std::string& line) {
  state_->help.examples.push_back(line);
  return *this;
}

Command& Command::PrintsData() {
  return Choice("-o,--output", {"table", "json"}, &state_->global->output, "how to print it (table)");
}

Command& Command::Run(std::function<absl::StatusOr<int>(Context&)> run) {
  state_->run = std::move(run);
  return *this;
}

struct CommandLine::Tree {
  CLI::App app{"", "ferry"};
  std::shared_ptr<Command::State> root = std::make_shared<Command::State>();
};

CommandLine::CommandLine(GlobalOptions* options) : tree_(std::make_unique<Tree>()) {
  tree_->root->app = &tree_->app;
  tree_->root->global = options;
  HelpPage& help = tree_->root->help;
  help.command = "ferry";
  help.summary = "Carries PostgreSQL migrations from dev to staging to prod.";
  help.examples = {"ferry plan register && ferry promote --to dev"};
  help.footer =
      "ferry COMMAND --help tells more. Exit codes: 0 done, 1 failed, 2 different (--exit-code), 4 denied,\n"
      "5 failed and rolled back, 6 failed and needs a person, 7 precondition, 8 accepted and waiting, 64 "
      "usage,\n"
      "78 configuration, 124 --timeout, 130 Ctrl-C.";
  Prepare(&tree_->app, options, help);
}

CommandLine::~CommandLine() = default;

Command CommandLine::Add(const std::string& name, const std::string& help) {
  return Command(tree_->root).Add(name, help);
}

absl::StatusOr<CommandLine::Parsed> CommandLine::Parse(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = arguments;
  if (!words.empty() && words[0] == "help") {
    words.erase(words.begin());
    words.push_back("--help");
  }
  if (words.size() == 1 && words[0] == "--version") words[0] = "version";
  std::reverse(words.begin(), words.end());  // as CLI11 wants them
  CLI::App& app = tree_->app;
  bool help = false;
  try {
    app.parse(words);
  } catch (const CLI::CallForHelp&) {
    help = true;
  } catch (const CLI::ParseError& error) {
    RETURN_IF_ERROR(CheckExtras(&app));
    return Error(ErrorCode::kUsage, Sentence(error.what()))
        .Next(absl::StrCat(Typed(LeafOf(&app)), " --help"));
  }
  RETURN_IF_ERROR(CheckExtras(&app));
  std::shared_ptr<Command::State> state = tree_->root;
  const CLI::App* const leaf = LeafOf(&app);
  while (state->app != leaf) {
    state = *std::find_if(state->children.begin(), state->children.end(),
                          [](const auto& child) { return child->app->parsed(); });
  }
  if (help) return Parsed{HelpText(state->help), nullptr};
  if (state->run == nullptr) {
    return Error(
               ErrorCode::kUsage,
               absl::StrCat("\"", Typed(leaf), "\" needs a command: ", absl::StrJoin(CommandsOf(leaf), ", ")))
        .Next(absl::StrCat(Typed(leaf), " --help"));
  }
  return Parsed{"", state->run};
}

}  // namespace ferry::cli
