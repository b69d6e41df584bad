# ATen's headers take four fifths of a file's compile time. They are compiled once for each kind of target, and
# the targets of that kind share the result: libraries are compiled with -fPIC, programs with -fPIE, and a
# compiler does not take a precompiled header across that border.
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled.cpp CONTENT "int main() {}  // only here to have headers compiled\n")

# ksampler_precompile(NAME library|program HEADER LIBRARIES...): compiles HEADER, for ksampler_reuse.
function(ksampler_precompile name kind header)
  if(kind STREQUAL program)
    add_executable(${name} EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/precompiled.cpp)
  else()
    add_library(${name} STATIC EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/precompiled.cpp)
  endif()
  target_link_libraries(${name} PRIVATE ksampler_options ${ARGN})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_precompile_headers(${name} PRIVATE ${header})
endfunction()

# ksampler_reuse(NAME TARGETS...): the targets are compiled with what ksampler_precompile(NAME ...) made.
function(ksampler_reuse name)
  foreach(target IN LISTS ARGN)
    target_precompile_headers(${target} REUSE_FROM ${name})
  endforeach()
endfunction()
