#include "workbench/models.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/error.h"
#include "core/report/escape.h"
#include "pg/process/child.h"
#include "pg/process/conversation.h"

namespace ferry::workbench {
namespace {

constexpr absl::Duration kAtMost = absl::Minutes(10);
constexpr absl::string_view kShellCharacters = "|&;<>()$`";

absl::Status BadCommand(absl::string_view why) {
  return Error(ErrorCode::kUsage, absl::StrCat("the models: command ", why))
      .Next("ferry diff env:dev models:'python3 models.py'");
}

class Words {
 public:
  explicit Words(absl::string_view text) : text_(text) {}

  absl::StatusOr<std::vector<std::string>> Read() {
    for (at_ = 0; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\'' || c == '"') {
        if (!Quoted(c)) return BadCommand(absl::StrCat("has a quote that does not end: ", std::string(1, c)));
      } else if (absl::ascii_isspace(static_cast<unsigned char>(c))) {
        End();
      } else if (kShellCharacters.find(c) != absl::string_view::npos) {
        return BadCommand(absl::StrCat("has a ", std::string(1, c),
                                       " outside quotes, and no shell reads it: quote it, or name a script"));
      } else {
        if (c == '\\' && at_ + 1 < text_.size()) ++at_;
        Add(text_[at_]);
      }
    }
    End();
    if (words_.empty() || words_[0].empty()) return BadCommand("is empty");
    return std::move(words_);
  }

 private:
  // From the opening quote to the closing one; false when there is none.
  bool Quoted(char quote) {
    in_word_ = true;
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      const bool escapes = quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size() &&
                           (text_[at_ + 1] == '"' || text_[at_ + 1] == '\\');
      if (escapes) ++at_;
      Add(text_[at_]);
    }
    return at_ < text_.size();
  }
  void Add(char c) {
    in_word_ = true;
    word_ += c;
  }
  void End() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  const absl::string_view text_;
  size_t at_ = 0;
  bool in_word_ = false;
  std::string word_;
  std::vector<std::string> words_;
};

absl::Status Failed(const ModelsCommand& command, absl::string_view what, absl::string_view last_line = "") {
  const std::string said =
      last_line.empty() ? "" : absl::StrCat(": \"", report::Visible(last_line.substr(0, 400)), "\"");
  return Error(ErrorCode::kModelsCommand, absl::StrCat("models: \"", command.words[0], "\" ", what, said))
      .Next("run the command by hand; it must print SQL on stdout and end with exit code 0");
}

// The program's path; "" when there is none that may be executed.
std::string PathOf(const std::string& program, const std::string& folder) {
  if (program.find('/') != std::string::npos) {
    return program[0] == '/' ? program : absl::StrCat(folder, "/", program);
  }
  const char* path = std::getenv("PATH");
  for (const absl::string_view part : absl::StrSplit(path == nullptr ? "/usr/bin:/bin" : path, ':')) {
    const std::string candidate = absl::StrCat(part.empty() ? folder : std::string(part), "/", program);
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

std::map<std::string, std::string> OurEnvironment() {
  std::map<std::string, std::string> out;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(*entry, absl::MaxSplits('=', 1));
    out.insert(pair);
  }
  return out;
}

std::string HowItEnded(int status) {
  return WIFSIGNALED(status) ? absl::StrCat("was ended by signal ", WTERMSIG(status))
                             : absl::StrCat("ended with exit code ", WEXITSTATUS(status));
}

absl::StatusOr<std::string> Judge(const ModelsCommand& command, pg::Heard heard) {
  switch (heard.end) {
    case pg::Heard::End::kStopped:
      return Error(ErrorCode::kCancelled, "interrupted while the models: command ran");
    case pg::Heard::End::kTooLong:
      return Failed(command, absl::StrCat("took longer than ", absl::FormatDuration(kAtMost)));
    case pg::Heard::End::kTooMuch:
      return Failed(command, absl::StrCat("printed more than ", kMostModelsBytes >> 20, " MiB"));
    case pg::Heard::End::kByItself:
      break;
  }
  if (heard.status != 0) return Failed(command, HowItEnded(heard.status), heard.last_line);
  if (absl::StripAsciiWhitespace(heard.output).empty()) {
    return Failed(command, "printed nothing", heard.last_line);
  }
  return std::move(heard.output);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> SplitCommand(absl::string_view command) {
  return Words(command).Read();
}

absl::StatusOr<std::string> RunModels(const ModelsCommand& command, const std::function<bool()>& stop) {
  const std::string path = PathOf(command.words[0], command.folder);
  if (path.empty()) return Failed(command, "is not in PATH");
  pg::Descriptor in_read, in_write, out_read, out_write, err_read, err_write;
  if (!pg::Pipe(in_read, in_write) || !pg::Pipe(out_read, out_write) || !pg::Pipe(err_read, err_write)) {
    return Failed(command, absl::StrCat("cannot be started: ", std::strerror(errno)));
  }
  pg::ChildSpec spec;
  spec.argv = command.words;
  spec.argv[0] = path;
  spec.env = OurEnvironment();
  spec.input = in_read.get();
  spec.output = out_write.get();
  spec.error = err_write.get();
  spec.folder = command.folder;
  const pg::Started started = pg::StartChild(spec);
  if (started.pid < 0) {
    return Failed(command, absl::StrCat("cannot be started: ", std::strerror(started.problem)));
  }
  for (pg::Descriptor* theirs : {&in_read, &out_write, &err_write}) theirs->Close();
  return Judge(command, pg::Converse(started.pid, std::move(in_write), std::move(out_read),
                                     std::move(err_read), "", kMostModelsBytes, kAtMost, stop));
}

}  // namespace ferry::workbench
