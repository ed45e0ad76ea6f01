# How everything of ours is compiled.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Debug)
endif()
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")

option(FERRY_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(FERRY_TSAN "Build with ThreadSanitizer" OFF)
option(FERRY_FAULT_POINTS "Compile in the fail points that tests arm through FERRY_FAULT" ON)
option(FERRY_PRECOMPILED_HEADERS "Read the headers of the libraries once for all files; without, what a file fails to include is found" ON)
option(FERRY_BENCH "Build the benchmarks in bench/" OFF)

# Everywhere, though few files have threads: precompiled headers are of use only where such flags agree.
add_compile_options(-pthread)

set(FERRY_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports -Wrestrict and -Wmaybe-uninitialized for std::string wrongly at higher optimisation levels.
  # It also warns about members that a designated initialiser leaves at their default, which is the point of one.
  list(APPEND FERRY_WARNINGS -Wno-restrict -Wno-maybe-uninitialized -Wno-missing-field-initializers)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  list(APPEND FERRY_WARNINGS -Wthread-safety)
endif()
if(FERRY_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(FERRY_TSAN)
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()
if(FERRY_FAULT_POINTS)
  add_compile_definitions(FERRY_FAULT_POINTS=1)
endif()

find_program(FERRY_CCACHE ccache)
if(FERRY_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${FERRY_CCACHE})
  if(FERRY_PRECOMPILED_HEADERS AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess) # else ccache reads the headers anew (its manual, "Precompiled headers")
  endif()
endif()
