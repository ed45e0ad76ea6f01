#include "tests/guide/run.h"

#include <cstdlib>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace ferry::test {
namespace {

constexpr const char* kEnvironments[] = {"dev", "staging", "prod"};

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string Trouble(const PageStep& step, const Finished& said) {
  return absl::StrCat("line ", step.line, ": ", step.text, "\n---- expected, with exit code ", step.exit_code,
                      "\n", absl::StrJoin(step.expected, "\n"), "\n---- said, with exit code ",
                      said.exit_code, "\n", said.out);
}

}  // namespace

GuideWorld::GuideWorld() {
  const std::string root = Variable("FERRY_SOURCE_DIR");
  for (const auto& entry : std::filesystem::directory_iterator(root + "/migrations/trading")) {
    if (entry.path().filename() != "ferry.yaml")
      world_.WriteFile(entry.path().filename(), ReadFile(entry.path()));
  }
  world_.StartAll();
  WriteServices();
  options_.cwd = world_.plan_dir();
  const std::string bin = std::filesystem::absolute(Variable("FERRY_BIN_DIR"));
  options_.env["PATH"] = absl::StrCat(bin, ":", root, "/scripts:", Variable("PATH"));
  options_.env["PGSERVICEFILE"] = world_.dir().File("services");
  options_.env["GUIDE_HOME"] = world_.dir().path();
  options_.env["GUIDE_SETUP"] = root + "/tests/guide/setup.sh";
  options_.env["GUIDE_CONTROLLER"] = absl::StrCat(world_.controller().pid());
  options_.env["FERRY_CONTROLLER"] = std::nullopt;
  for (const char* environment : kEnvironments) {
    options_.env[absl::StrCat("GUIDE_AGENT_", environment)] = absl::StrCat(world_.agent(environment).pid());
  }
}

void GuideWorld::WriteServices() {
  std::map<std::string, std::string> databases = {{"legacy", "legacy"}, {"scratch", "postgres"}};
  for (const char* environment : kEnvironments) {
    databases[environment] = world_.Value(environment, "SELECT current_database()");
  }
  std::string services;
  for (const auto& [service, database] : databases) {
    absl::StrAppend(&services, "[", service, "]\n");
    for (const auto& [key, value] : world_.cluster().LoginOf("postgres", database)) {
      absl::StrAppend(&services, key, "=", value, "\n");
    }
  }
  world_.dir().Write("services", services);
}

Finished GuideWorld::Bash(const std::string& script) {
  return RunProcess({"bash", "--noprofile", "--norc", "-c", absl::StrCat("exec 2>&1\n", script)}, options_,
                    absl::Seconds(120));
}

std::string GuideWorld::Run(const Page& page) {
  const bool show = std::getenv("FERRY_GUIDE_SHOW") != nullptr;
  for (const PageStep& step : page.steps) {
    if (step.kind == PageStep::Kind::kFile) {
      world_.WriteFile(step.file, step.text);
      continue;
    }
    const bool setup = step.kind == PageStep::Kind::kSetup;
    const Finished said =
        Bash(setup ? absl::StrCat("set -euo pipefail\n. \"$GUIDE_SETUP\"\n", step.text) : step.text);
    if (show) std::printf("%s %s\n%s", setup ? "#" : "$", step.text.c_str(), said.out.c_str());
    if (said.exit_code != step.exit_code || (!setup && !SaysAsExpected(step.expected, said.out)))
      return Trouble(step, said);
  }
  return "";
}

}  // namespace ferry::test
