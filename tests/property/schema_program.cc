// ferry_property_schema SEED SIZE SERVER: prints a random schema as a script for psql, its roles first.
// SERVER is the major version that must take it.
#include <cstdio>

#include "absl/strings/numbers.h"
#include "tests/property/model.h"

int main(int argc, char** argv) {
  uint64_t seed = 0;
  int size = 0, server = 0;
  if (argc != 4 || !absl::SimpleAtoi(argv[1], &seed) || !absl::SimpleAtoi(argv[2], &size) ||
      !absl::SimpleAtoi(argv[3], &server)) {
    std::fprintf(stderr, "usage: ferry_property_schema SEED SIZE SERVER\n");
    return 64;
  }
  for (const std::string& sql : ferry::property::RoleStatements()) std::printf("%s;\n", sql.c_str());
  for (const std::string& sql : ferry::property::Sql(ferry::property::Generate(seed, size, server))) {
    std::printf("%s;\n", sql.c_str());
  }
}
