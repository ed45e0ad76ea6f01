// For crash_test: runs one migration as an agent would, in a process that a fail point or the test can kill.
//   argv: host port dbname user up|down attempt file
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "core/base/error.h"
#include "pg/executor/executor.h"
#include "pg/executor/lock.h"

namespace ferry::executor {
namespace {

absl::Status RunAll(char** argv) {
  std::ifstream file(argv[7]);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  const std::string path = argv[7];
  ASSIGN_OR_RETURN(const migration::Migration migration,
                   migration::ParseMigration(path.substr(path.rfind('/') + 1), bytes.str()));
  RunContext run;
  run.run_id = "run-crash";
  run.target_id = "target";
  run.attempt = std::atoi(argv[6]);
  run.epoch = 1;
  pg::ConnectSettings settings;
  settings.parameters = {{"host", argv[1]}, {"port", argv[2]}, {"dbname", argv[3]}, {"user", argv[4]}};
  ASSIGN_OR_RETURN(const std::unique_ptr<pg::Session> session,
                   pg::Session::Open(settings, ApplicationName(run)));
  ASSIGN_OR_RETURN(const TargetLock lock, TargetLock::Acquire(*session, run));
  OpenGate gate;
  const bool up = std::string(argv[5]) == "up";
  return (up ? ApplyMigration(*session, migration, run, {}, gate, nullptr)
             : RollBackMigration(*session, migration, run, {}, gate, nullptr))
      .status();
}

}  // namespace
}  // namespace ferry::executor

int main(int argc, char** argv) {
  if (argc != 8) return 2;
  const absl::Status status = ferry::executor::RunAll(argv);
  if (!status.ok()) std::cerr << ferry::ErrorText(status) << "\n";
  return status.ok() ? 0 : 1;
}
