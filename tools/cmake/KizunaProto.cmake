# SPDX-License-Identifier: Apache-2.0
# How does a .proto become a C++ library? Generated code lies under <build>/gen, so that a file
# proto/kizuna/v1/fact.proto is included as "kizuna/v1/fact.pb.h". Messages and gRPC stubs are
# separate libraries: storage needs the first and must never link gRPC.

set(KIZUNA_PROTO_ROOT "${CMAKE_SOURCE_DIR}/proto")
set(KIZUNA_GEN_DIR "${CMAKE_BINARY_DIR}/gen")
file(MAKE_DIRECTORY "${KIZUNA_GEN_DIR}")

# kizuna_proto_library(NAME <target> PROTOS <path below proto/>... [DEPS <target>...])
# The messages of the files, as a library with the alias kizuna::<name without "kizuna_">.
function(kizuna_proto_library)
  cmake_parse_arguments(ARG "" "NAME" "PROTOS;DEPS" ${ARGN})
  set(outputs "")
  foreach(proto IN LISTS ARG_PROTOS)
    string(REGEX REPLACE "\\.proto$" "" stem "${proto}")
    set(generated "${KIZUNA_GEN_DIR}/${stem}.pb.cc" "${KIZUNA_GEN_DIR}/${stem}.pb.h")
    add_custom_command(
      OUTPUT ${generated}
      COMMAND protobuf::protoc "--proto_path=${KIZUNA_PROTO_ROOT}" "--cpp_out=${KIZUNA_GEN_DIR}"
              "${KIZUNA_PROTO_ROOT}/${proto}"
      DEPENDS "${KIZUNA_PROTO_ROOT}/${proto}"
      COMMENT "Generating messages of ${proto}" VERBATIM)
    list(APPEND outputs ${generated})
  endforeach()
  kizuna_generated_library(${ARG_NAME} "${outputs}" protobuf::libprotobuf ${ARG_DEPS})
  # Sanitizers and optimisation would quadruple the time they take. Said of each file: what is said
  # of a target comes before the sanitizers that are asked for.
  if(KIZUNA_SANITIZE)
    set_source_files_properties(${outputs} PROPERTIES COMPILE_OPTIONS "-O0;-fno-sanitize=all")
  endif()
endfunction()

# kizuna_grpc_library(NAME <target> PROTOS <path below proto/>... DEPS <message library>...)
# The gRPC stubs of the files' services.
function(kizuna_grpc_library)
  cmake_parse_arguments(ARG "" "NAME" "PROTOS;DEPS" ${ARGN})
  set(outputs "")
  foreach(proto IN LISTS ARG_PROTOS)
    string(REGEX REPLACE "\\.proto$" "" stem "${proto}")
    set(generated "${KIZUNA_GEN_DIR}/${stem}.grpc.pb.cc" "${KIZUNA_GEN_DIR}/${stem}.grpc.pb.h")
    add_custom_command(
      OUTPUT ${generated}
      COMMAND protobuf::protoc "--proto_path=${KIZUNA_PROTO_ROOT}"
              "--plugin=protoc-gen-grpc=${KIZUNA_GRPC_CPP_PLUGIN}" "--grpc_out=${KIZUNA_GEN_DIR}"
              "${KIZUNA_PROTO_ROOT}/${proto}"
      DEPENDS "${KIZUNA_PROTO_ROOT}/${proto}"
      COMMENT "Generating gRPC stubs of ${proto}" VERBATIM)
    list(APPEND outputs ${generated})
  endforeach()
  kizuna_generated_library(${ARG_NAME} "${outputs}" gRPC::grpc++ ${ARG_DEPS})
  # Compiled as one: nearly all of a stub's cost is the headers of gRPC.
  set_target_properties(${ARG_NAME} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
endfunction()

# A library of generated files; its headers are SYSTEM, so our warnings do not look into them.
# Nobody steps through them or mends them, so they carry no debug information.
function(kizuna_generated_library name outputs)
  string(REGEX REPLACE "^kizuna_" "" short "${name}")
  add_library(${name} STATIC ${outputs})
  target_include_directories(${name} SYSTEM PUBLIC "${KIZUNA_GEN_DIR}")
  target_link_libraries(${name} PUBLIC ${ARGN})
  target_compile_options(${name} PRIVATE -g0)
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  add_library(kizuna::${short} ALIAS ${name})
endfunction()
