# SPDX-License-Identifier: Apache-2.0
# How do several hundred files get by without reading the same headers several hundred times? Two
# thirds of a file's compile time are the headers of the libraries and of the generated code, so a
# build that is asked to (KIZUNA_PRECOMPILE) reads those of tools/cmake/precompiled.h once. Where it
# is not asked, a file that forgot an include of its own is found.

# kizuna_precompiled_target(<target> [<option>...])
# The headers, compiled with these options on top of everybody's; a compiler takes them only where
# the optimisation is the same.
function(kizuna_precompiled_target name)
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/precompiled/${name}.cc" CONTENT "")
  add_library(${name} OBJECT "${CMAKE_BINARY_DIR}/precompiled/${name}.cc")
  target_link_libraries(${name} PRIVATE
    kizuna::grpc_stubs absl::btree absl::random_random GTest::gmock)
  target_compile_options(${name} PRIVATE ${ARGN})
  target_precompile_headers(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tools/cmake/precompiled.h")
endfunction()

# kizuna_precompile_below(<folder>)
# Lets every target of ours below the folder begin from the precompiled headers: those that link
# kizuna_warnings; generated code does not.
function(kizuna_precompile_below folder)
  get_property(targets DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(NOT type MATCHES "^(EXECUTABLE|STATIC_LIBRARY)$")
      continue()
    endif()
    get_target_property(linked ${target} LINK_LIBRARIES)
    if("kizuna_thin" IN_LIST linked)
      target_precompile_headers(${target} REUSE_FROM kizuna_precompiled_thin)
    elseif("kizuna_warnings" IN_LIST linked)
      target_precompile_headers(${target} REUSE_FROM kizuna_precompiled)
    endif()
  endforeach()
  get_property(folders DIRECTORY "${folder}" PROPERTY SUBDIRECTORIES)
  foreach(below IN LISTS folders)
    kizuna_precompile_below("${below}")
  endforeach()
endfunction()

if(KIZUNA_PRECOMPILE)
  kizuna_precompiled_target(kizuna_precompiled)
  kizuna_precompiled_target(kizuna_precompiled_thin ${KIZUNA_THIN_OPTIONS})
  kizuna_precompile_below("${CMAKE_SOURCE_DIR}")
endif()
