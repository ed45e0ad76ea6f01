#include "agent/program/program.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/program/image.h"
#include "core/base/error.h"
#include "core/report/escape.h"
#include "pg/process/conversation.h"

namespace ferry::program {
namespace {

// All that a program is given of an environment.
constexpr char kPath[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr char kLanguage[] = "C.UTF-8";
constexpr size_t kLongestQuote = 200;
constexpr size_t kMostOutput = size_t{256} << 20;

std::string Quoted(const std::string& line) {
  if (line.empty()) return "";
  std::string text = report::Visible(absl::string_view(line).substr(0, 4 * kLongestQuote));
  if (text.size() > kLongestQuote) {
    size_t cut = kLongestQuote;
    while (cut > 0 && (text[cut] & 0xC0) == 0x80) --cut;
    text = text.substr(0, cut) + "…";
  }
  return absl::StrCat(": \"", text, "\"");
}

class Program final : public executor::RowProgram {
 public:
  Program(std::string name, policy::ProgramConfig config, pg::Descriptor image)
      : name_(std::move(name)), config_(std::move(config)), image_(std::move(image)) {}

  absl::StatusOr<std::vector<std::string>> Answer(const std::vector<std::string>& rows,
                                                  absl::Duration at_most,
                                                  const std::function<bool()>& stop) override {
    std::string input;
    for (const std::string& row : rows) absl::StrAppend(&input, row, "\n");
    pg::Descriptor in_read, in_write, out_read, out_write, err_read, err_write;
    if (!pg::Pipe(in_read, in_write) || !pg::Pipe(out_read, out_write) || !pg::Pipe(err_read, err_write)) {
      return Fail(absl::StrCat("cannot be started: ", strerror(errno)));
    }
    pg::ChildSpec spec;
    spec.argv = config_.command;
    spec.env = {{"PATH", kPath}, {"LANG", kLanguage}};
    spec.image = image_.get();
    spec.input = in_read.get();
    spec.output = out_write.get();
    spec.error = err_write.get();
    spec.folder = "/";
    const pg::Started started = pg::StartChild(spec);
    if (started.pid < 0) {
      return Fail(
          absl::StrCat("cannot be started: ", strerror(started.problem),
                       started.problem == ENOENT ? " (a script's first line names its interpreter)" : ""));
    }
    for (pg::Descriptor* theirs : {&in_read, &out_write, &err_write}) theirs->Close();
    const pg::Heard heard =
        pg::Converse(started.pid, std::move(in_write), std::move(out_read), std::move(err_read), input,
                     kMostOutput, std::min(config_.timeout, at_most), stop);
    RETURN_IF_ERROR(Judge(heard, rows.size(), std::min(config_.timeout, at_most)));
    std::vector<std::string> lines = absl::StrSplit(heard.output, '\n');
    if (lines.back().empty()) lines.pop_back();
    return lines;
  }

 private:
  absl::Status Fail(absl::string_view what) const {
    return Error(ErrorCode::kTransformProgram, absl::StrCat("program \"", name_, "\" ", what))
        .Next(
            "mend the program, pin its new sha256 in the agent's file, then promote again: it goes on there");
  }

  absl::Status Judge(const pg::Heard& heard, size_t rows, absl::Duration at_most) const {
    const std::string said = Quoted(heard.last_line);
    switch (heard.end) {
      case pg::Heard::End::kStopped:
        return Fail("was stopped");
      case pg::Heard::End::kTooLong:
        return Fail(
            absl::StrCat("did not end within ", absl::FormatDuration(at_most), " for ", rows, " rows", said));
      case pg::Heard::End::kTooMuch:
        return Fail(absl::StrCat("wrote more than 256 MB for ", rows, " rows", said));
      case pg::Heard::End::kByItself:
        break;
    }
    if (WIFSIGNALED(heard.status)) {
      const int signal = WTERMSIG(heard.status);
      const char* const meaning = sigdescr_np(signal);
      return Fail(absl::StrCat("was ended by signal ", signal, " (", meaning == nullptr ? "unknown" : meaning,
                               ")", said));
    }
    const int code = WEXITSTATUS(heard.status);
    return code == 0 ? absl::OkStatus() : Fail(absl::StrCat("ended with exit code ", code, said));
  }

  const std::string name_;
  const policy::ProgramConfig config_;
  const pg::Descriptor image_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<executor::RowProgram>> Programs::Open(const std::string& name) {
  const auto found = programs_.find(name);
  if (found == programs_.end()) {
    return Error(ErrorCode::kTransformProgram, absl::StrCat("the agent's file has no program \"", name, "\""))
        .Next(absl::StrCat("add \"", name,
                           "\" under `programs:` in the agent's file, send it SIGHUP, then promote "
                           "again"));
  }
  ASSIGN_OR_RETURN(pg::Descriptor image,
                   LoadImage(name, found->second.command.front(), found->second.sha256));
  return std::make_unique<Program>(name, found->second, std::move(image));
}

}  // namespace ferry::program
