# SPDX-License-Identifier: Apache-2.0
# With which flags is every target compiled, and which options does a builder have?

option(KIZUNA_WERROR "Treat the warnings of our own code as errors" OFF)
set(KIZUNA_SANITIZE "" CACHE STRING "Sanitizers: '', 'address+undefined' or 'thread'")
set_property(CACHE KIZUNA_SANITIZE PROPERTY STRINGS "" "address+undefined" "thread")
option(KIZUNA_FUZZ "Build the libFuzzer targets of tests/fuzz (needs clang)" OFF)
option(KIZUNA_CCACHE "Compile through ccache when it is installed" ON)
option(KIZUNA_PRECOMPILE "Read the headers of libraries and generated code once (needs clang)" OFF)
option(KIZUNA_LLD "Link with lld when it is installed" ON)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release or Debug" FORCE)
endif()

if(KIZUNA_CCACHE)
  find_program(KIZUNA_CCACHE_PROGRAM ccache)
  if(KIZUNA_CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${KIZUNA_CCACHE_PROGRAM}")
    if(KIZUNA_PRECOMPILE)
      # What the cache asks of whoever precompiles headers.
      set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros
          "${KIZUNA_CCACHE_PROGRAM}")
    endif()
  endif()
endif()

# What every target gets, generated code too: the sums of a score must be the same on every machine,
# so a multiply and an add are never contracted into one rounding; and a sanitizer only works when
# all code of a program has it.
add_library(kizuna_flags INTERFACE)
target_compile_options(kizuna_flags INTERFACE -ffp-contract=off)
target_include_directories(kizuna_flags INTERFACE "${CMAKE_SOURCE_DIR}")
if(KIZUNA_LLD)
  find_program(KIZUNA_LLD_PROGRAM ld.lld)
  if(KIZUNA_LLD_PROGRAM)
    target_link_options(kizuna_flags INTERFACE -fuse-ld=lld)
  endif()
endif()
if(KIZUNA_SANITIZE STREQUAL "address+undefined")
  # What is left out costs half of the compile time: a null or misaligned access ends the program
  # under the address sanitizer as well, and there are no casts down a hierarchy to check.
  target_compile_options(kizuna_flags INTERFACE -fsanitize=address,undefined
                         -fno-sanitize=vptr,alignment,null
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(kizuna_flags INTERFACE -fsanitize=address,undefined)
elseif(KIZUNA_SANITIZE STREQUAL "thread")
  target_compile_options(kizuna_flags INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
  target_link_options(kizuna_flags INTERFACE -fsanitize=thread)
  set(is_program "$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>")
  # Debian's Abseil is not instrumented; this tells the sanitizer what its locks order.
  target_sources(kizuna_flags INTERFACE
    $<${is_program}:${CMAKE_SOURCE_DIR}/tests/support/tsan_absl.cc>)
  target_link_libraries(kizuna_flags INTERFACE $<${is_program}:absl::synchronization>)
elseif(KIZUNA_SANITIZE)
  message(FATAL_ERROR "KIZUNA_SANITIZE=${KIZUNA_SANITIZE}: use 'address+undefined' or 'thread'")
endif()
if(KIZUNA_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "KIZUNA_FUZZ needs clang: use the preset 'fuzz', or CXX=clang++")
  endif()
  target_compile_options(kizuna_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(KIZUNA_PRECOMPILE)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "KIZUNA_PRECOMPILE needs clang (CXX=clang++): g++ takes precompiled "
                        "headers only where all definitions are the same")
  endif()
  # One language for all: whoever waits for threads and whoever does not take the same headers.
  target_compile_options(kizuna_flags INTERFACE -pthread)
  # Without the time in it, the same headers are the same file to the compiler cache.
  target_compile_options(kizuna_flags INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
endif()
link_libraries(kizuna_flags)

# For what spends its time elsewhere (in the engine, the disk, the network): under a sanitizer it is
# compiled far more often than it is waited for, and unoptimised it takes half the time.
set(KIZUNA_THIN_OPTIONS "")
if(KIZUNA_SANITIZE)
  set(KIZUNA_THIN_OPTIONS -O0)
endif()
add_library(kizuna_thin INTERFACE)
target_compile_options(kizuna_thin INTERFACE ${KIZUNA_THIN_OPTIONS})

# What our own targets get on top; generated code does not, since nobody can mend it.
add_library(kizuna_warnings INTERFACE)
target_compile_options(kizuna_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
  $<$<BOOL:${KIZUNA_WERROR}>:-Werror>)
