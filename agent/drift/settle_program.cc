// For keeper_test: settles once, in a process that a fail point can kill.
//   argv: host port dbname folder
#include <iostream>

#include "agent/drift/keeper.h"
#include "core/base/error.h"

namespace ferry::drift {
namespace {

absl::Status SettleOnce(char** argv) {
  pg::ConnectSettings settings;
  settings.parameters = {
      {"host", argv[1]}, {"port", argv[2]}, {"dbname", argv[3]}, {"user", "ferry_migrate"}};
  ASSIGN_OR_RETURN(const auto migrate, pg::Session::Open(settings, "test"));
  settings.parameters["user"] = "ferry_observe";
  ASSIGN_OR_RETURN(const auto observe, pg::Session::Open(settings, "test"));
  return Keeper("prod-1", argv[4], &SystemClock()).Settle(*migrate, *observe);
}

}  // namespace
}  // namespace ferry::drift

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const absl::Status status = ferry::drift::SettleOnce(argv);
  if (!status.ok()) std::cerr << ferry::ErrorText(status) << "\n";
  return status.ok() ? 0 : 1;
}
