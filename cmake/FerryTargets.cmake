# ferry_library(core/base SRCS ... DEPS ...): one static library a folder, target `ferry::core_base`.
# Dependencies are PUBLIC on purpose: what a folder may link is what the design says it may know, and
# tests/tidy checks every #include against the same table.
function(ferry_target_name folder result)
  string(REPLACE "/" "_" name ${folder})
  set(${result} ferry_${name} PARENT_SCOPE)
endfunction()

# ferry_headers(name LIBRARIES header...): these headers, precompiled, for use by ferry_use_headers.
function(ferry_headers name libraries)
  if(FERRY_PRECOMPILED_HEADERS)
    add_library(${name} OBJECT ${CMAKE_SOURCE_DIR}/cmake/headers.cc)
    target_compile_options(${name} PRIVATE ${FERRY_WARNINGS}) # -Wpedantic changes what is predefined
    target_link_libraries(${name} PRIVATE ${libraries})
    target_precompile_headers(${name} PRIVATE ${ARGN})
  endif()
endfunction()

function(ferry_use_headers target name)
  if(FERRY_PRECOMPILED_HEADERS)
    target_precompile_headers(${target} REUSE_FROM ${name})
  endif()
endfunction()

set(FERRY_COMMON_HEADERS
    <algorithm> <functional> <map> <memory> <optional> <set> <string> <utility> <variant> <vector>
    <absl/functional/function_ref.h> <absl/status/status.h> <absl/status/statusor.h> <absl/strings/match.h>
    <absl/strings/str_cat.h> <absl/strings/str_join.h> <absl/strings/str_split.h> <absl/strings/string_view.h>
    <absl/time/time.h>)
ferry_headers(ferry_common_headers "absl::status;absl::statusor;absl::strings;absl::time" ${FERRY_COMMON_HEADERS})
ferry_headers(ferry_test_headers "absl::status;absl::statusor;absl::strings;absl::time;GTest::gmock"
              ${FERRY_COMMON_HEADERS} <gmock/gmock.h> <gtest/gtest.h>)

function(ferry_library folder)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  ferry_target_name(${folder} name)
  add_library(${name} STATIC ${ARG_SRCS})
  string(REPLACE "ferry_" "ferry::" alias ${name})
  add_library(${alias} ALIAS ${name})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_compile_options(${name} PRIVATE ${FERRY_WARNINGS})
  target_link_libraries(${name} PUBLIC ${ARG_DEPS})
  ferry_use_headers(${name} ferry_common_headers)
endfunction()

# ferry_test(core/base name SRCS ... DEPS ... [TIMEOUT s] [ENV k=v ...]): one GoogleTest program.
function(ferry_test folder test)
  cmake_parse_arguments(ARG "" "TIMEOUT;LABEL" "SRCS;DEPS;ENV" ${ARGN})
  ferry_target_name(${folder} prefix)
  set(name ${prefix}_${test})
  add_executable(${name} ${ARG_SRCS})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_options(${name} PRIVATE ${FERRY_WARNINGS})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  ferry_use_headers(${name} ferry_test_headers)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(FERRY_SANITIZE) # what leaks in Debian's libraries is not ours to mend
    list(APPEND ARG_ENV "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/lsan.supp")
  endif()
  if(FERRY_TSAN)
    # Its shadow of the call stack is too small for a statement nested that deep.
    list(APPEND ARG_ENV "GTEST_FILTER=-HostileSqlTest.DeepExpressionsAreParsedNotCrashed"
      "TSAN_OPTIONS=ignore_noninstrumented_modules=1:suppressions=${CMAKE_SOURCE_DIR}/tests/tsan.supp")
  endif()
  if(FERRY_SANITIZE OR FERRY_TSAN)
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 5")
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS ${ARG_LABEL}
    ENVIRONMENT "FERRY_SOURCE_DIR=${CMAKE_SOURCE_DIR};FERRY_BIN_DIR=${CMAKE_BINARY_DIR}/bin;${ARG_ENV}")
endfunction()

# ferry_program(cli ferry SRCS ... DEPS ...)
function(ferry_program name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_options(${name} PRIVATE ${FERRY_WARNINGS})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  ferry_use_headers(${name} ferry_common_headers)
endfunction()
