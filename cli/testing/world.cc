#include "cli/testing/world.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/app.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace fs = std::filesystem;
namespace {

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string WithoutEscapes(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\x1b') {
      out += text[i];
      continue;
    }
    while (i < text.size() && absl::string_view("mKA").find(text[i]) == absl::string_view::npos) ++i;
  }
  return out;
}

}  // namespace

World::World() {
  std::string name = (fs::temp_directory_path() / "ferry-cli-XXXXXX").string();
  folder = ::mkdtemp(name.data());
  environment["HOME"] = folder + "/home";
  controller.pass_time = [this](absl::Duration duration) { clock.Advance(duration); };
}

World::~World() {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

void World::UseTerminal(size_t width) {
  terminal = true;
  columns = width;
}

int World::Run(const std::vector<std::string>& arguments) {
  std::ostringstream out_stream, err_stream;
  std::istringstream in_stream(input);
  const Environment look = [this](const std::string& name) -> std::optional<std::string> {
    const auto found = environment.find(name);
    if (found == environment.end()) return std::nullopt;
    return found->second;
  };
  absl::TimeZone zone;
  absl::LoadTimeZone("Europe/Berlin", &zone);
  const Terminal screen = DetectTerminal(terminal, columns, look, false);
  Context context{out_stream,
                  err_stream,
                  in_stream,
                  screen,
                  screen,
                  in_terminal,
                  clock,
                  random,
                  zone,
                  [this](absl::Duration duration) { clock.Advance(duration); },
                  [this] { return interrupted; },
                  look,
                  folder,
                  "ana@laptop",
                  "0.1.0",
                  [this](const std::string& address, const rpc::TlsFiles& tls) {
                    controller.address = address;
                    controller.tls = tls;
                    return absl::StatusOr<std::unique_ptr<rpc::FerryClient>>(
                        std::make_unique<FakeFerryClient>(&controller));
                  },
                  {}};
  const int code = RunFerry(arguments, context);
  out = out_stream.str();
  err = err_stream.str();
  return code;
}

std::string World::Write(const std::string& name, absl::string_view bytes) {
  const std::string path = folder + "/" + name;
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::string World::Read(const std::string& name) const { return ReadAll(folder + "/" + name); }

std::string World::Screen() const {
  const std::string all = err.empty() ? out : absl::StrCat(out, "--- stderr\n", err);
  return absl::StrReplaceAll(all, {{"\x1b", "<ESC>"}, {"\r", "<CR>"}, {folder, "<DIR>"}});
}

void ExpectGolden(const std::string& name, const std::string& actual) {
  const char* source = std::getenv("FERRY_SOURCE_DIR");
  const std::string path = absl::StrCat(source == nullptr ? "." : source, "/cli/testdata/", name, ".txt");
  const char* update = std::getenv("FERRY_UPDATE_GOLDEN");
  if (update != nullptr && *update != '\0') {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  EXPECT_EQ(actual, ReadAll(path)) << "run again with FERRY_UPDATE_GOLDEN=1 if this is what it should be: "
                                   << path;
}

void ExpectFits(const std::string& text, size_t columns) {
  for (const absl::string_view line : absl::StrSplit(text, absl::ByAnyChar("\n\r"))) {
    EXPECT_LE(report::DisplayWidth(WithoutEscapes(line)), columns) << line;
  }
}

}  // namespace ferry::cli
