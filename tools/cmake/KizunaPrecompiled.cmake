# SPDX-License-Identifier: Apache-2.0
# How do several hundred files get by without reading the same headers several hundred times? Two
# thirds of a file's compile time are the headers of the libraries and of the generated code, so a
# build that is asked to (KIZUNA_PRECOMPILE) reads these once. Where it is not asked, a file that
# forgot an include of its own is found.

set(precompiled_standard
    algorithm array atomic cassert cerrno chrono cmath condition_variable cstddef cstdint cstdio
    cstdlib cstring deque filesystem fstream functional future initializer_list iostream iterator
    limits map memory mutex numeric optional ostream queue random set sstream string string_view
    system_error thread tuple type_traits unordered_map utility variant vector)
set(precompiled_libraries
    gmock/gmock.h google/protobuf/descriptor.h google/protobuf/text_format.h
    google/protobuf/util/json_util.h google/protobuf/util/message_differencer.h grpcpp/grpcpp.h
    gtest/gtest.h)
set(precompiled_absl  # absl/<name>.h
    base/thread_annotations container/btree_map container/flat_hash_map container/flat_hash_set
    container/inlined_vector functional/function_ref hash/hash numeric/int128 random/random
    status/status status/statusor strings/ascii strings/cord strings/escaping strings/match
    strings/numbers strings/str_cat strings/str_format strings/str_join strings/str_replace
    strings/str_split strings/string_view strings/strip synchronization/blocking_counter
    synchronization/mutex synchronization/notification time/civil_time time/clock time/time
    types/optional types/span)
set(precompiled_services  # kizuna/v1/<name>_service.grpc.pb.h
    account affinity alert catalogue decision fact health loyalty movement portfolio readiness
    reservation review rulebook source status task timeline watch)
set(precompiled_headers ${precompiled_standard} ${precompiled_libraries})
foreach(name IN LISTS precompiled_absl)
  list(APPEND precompiled_headers "absl/${name}.h")
endforeach()
foreach(name IN LISTS precompiled_services)
  list(APPEND precompiled_headers "kizuna/v1/${name}_service.grpc.pb.h")
endforeach()
list(TRANSFORM precompiled_headers REPLACE "(.+)" "<\\1>")

# kizuna_precompiled_target(<target> [<option>...])
# The headers, compiled with these options on top of everybody's; a compiler takes them only where
# the optimisation is the same.
function(kizuna_precompiled_target name)
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/precompiled/${name}.cc" CONTENT "")
  add_library(${name} OBJECT "${CMAKE_BINARY_DIR}/precompiled/${name}.cc")
  target_link_libraries(${name} PRIVATE
    kizuna::grpc_stubs absl::btree absl::random_random GTest::gmock)
  target_compile_options(${name} PRIVATE ${ARGN})
  target_precompile_headers(${name} PRIVATE ${precompiled_headers})
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
