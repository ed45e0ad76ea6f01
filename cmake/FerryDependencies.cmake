# Every library that we did not write: Debian packages, found once, here.
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED) # module mode: Debian ships no config
find_package(gRPC CONFIG REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(GTest CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(yaml-cpp CONFIG REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(SQLiteCpp CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(PQXX REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(LIBPQ REQUIRED IMPORTED_TARGET libpq)

find_path(PGQUERY_INCLUDE_DIR pg_query.h REQUIRED)
find_library(PGQUERY_LIBRARY pg_query REQUIRED)
add_library(ferry_pg_query SHARED IMPORTED GLOBAL)
set_target_properties(ferry_pg_query PROPERTIES IMPORTED_LOCATION ${PGQUERY_LIBRARY}
                      INTERFACE_INCLUDE_DIRECTORIES ${PGQUERY_INCLUDE_DIR})
