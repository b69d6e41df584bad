# The target `lint`: the format of all files of ours, and clang-tidy on every file of theirs that this build compiles.
# `format` mends the format. A file that passed is not read again until it, or what it includes, changes.
#
# clang-tidy 22 (Debian 12 has it among its security updates) looks for nothing in system headers; older ones take
# three times as long, and find other things. ATen's headers are compiled once, by its own clang.
find_program(CLANG_FORMAT clang-format)
find_program(CLANG_TIDY clang-tidy-22)
find_program(CLANG_OF_TIDY clang-22)

# The sources of ours that the targets below `folder` are compiled from, in `sources`.
function(ksampler_collect_sources folder)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(files ${target} SOURCES)
    list(FILTER files INCLUDE REGEX "\\.cpp$")
    foreach(file IN LISTS files)
      get_filename_component(file ${file} ABSOLUTE BASE_DIR ${folder})
      string(FIND ${file} ${CMAKE_BINARY_DIR}/ generated)
      if(generated EQUAL -1)
        list(APPEND sources ${file})
      endif()
    endforeach()
  endforeach()
  get_property(folders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(below IN LISTS folders)
    ksampler_collect_sources(${below})
  endforeach()
  list(REMOVE_DUPLICATES sources)
  set(sources ${sources} PARENT_SCOPE)
endfunction()

if(NOT CLANG_FORMAT OR NOT CLANG_TIDY)
  message(STATUS "No clang-format or no clang-tidy-22 (./setup.sh lint installs them): there is no target lint")
  return()
endif()

file(GLOB_RECURSE formatted CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/sdk/*.[ch] ${CMAKE_SOURCE_DIR}/sdk/*.[ch]pp
  ${CMAKE_SOURCE_DIR}/host/*.[ch]pp ${CMAKE_SOURCE_DIR}/plugins/*.[ch]pp
  ${CMAKE_SOURCE_DIR}/tests/*.[ch] ${CMAKE_SOURCE_DIR}/tests/*.[ch]pp
  ${CMAKE_SOURCE_DIR}/bench/*.[ch]pp ${CMAKE_SOURCE_DIR}/docs/*.[ch]pp)
set(lint ${CMAKE_BINARY_DIR}/lint)
list(JOIN formatted "\n" lines)
file(CONFIGURE OUTPUT ${lint}/formatted.txt CONTENT "${lines}\n")
add_custom_command(OUTPUT ${lint}/format.passed
  COMMAND ${CLANG_FORMAT} --dry-run -Werror --files=${lint}/formatted.txt
  COMMAND ${CMAKE_COMMAND} -E touch ${lint}/format.passed
  DEPENDS ${formatted} ${CMAKE_SOURCE_DIR}/.clang-format
  COMMENT "Checking the format (cmake --build ... --target format mends it)" VERBATIM)
add_custom_target(format COMMAND ${CLANG_FORMAT} -i --files=${lint}/formatted.txt VERBATIM)
set(passed ${lint}/format.passed)

# clang takes a .pch beside what -include names.
get_property(precompiled GLOBAL PROPERTY KSAMPLER_PRECOMPILED)
foreach(name IN LISTS precompiled)
  get_target_property(folder ${name} BINARY_DIR)
  set(header ${folder}/CMakeFiles/${name}.dir/cmake_pch.hxx)
  add_custom_command(OUTPUT ${header}.pch
    COMMAND ${CMAKE_COMMAND} -D COMPILER=${CLANG_OF_TIDY} -D HEADER=${header} -D DATABASE=${CMAKE_BINARY_DIR}/compile_commands.json
      -P ${CMAKE_CURRENT_LIST_DIR}/PrecompileForClang.cmake
    DEPFILE ${header}.pch.d
    COMMENT "Compiling ${name} for clang-tidy" VERBATIM)
  list(APPEND headers ${header}.pch)
endforeach()

foreach(folder host plugins)
  ksampler_collect_sources(${CMAKE_SOURCE_DIR}/${folder})
endforeach()
foreach(source IN LISTS sources)
  file(RELATIVE_PATH name ${CMAKE_SOURCE_DIR} ${source})
  set(stamp lint/${name}.passed)
  add_custom_command(OUTPUT ${stamp}
    COMMAND ${CLANG_TIDY} --quiet -p ${CMAKE_BINARY_DIR}
      "--config={InheritParentConfig: true, ExtraArgs: [-MD, -MF${stamp}.d, -MT${stamp}]}" ${source}
    COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
    DEPENDS ${source} ${CMAKE_SOURCE_DIR}/.clang-tidy ${headers}
    DEPFILE ${stamp}.d
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR}
    COMMENT "Reading ${name}" VERBATIM)
  get_filename_component(folder ${CMAKE_BINARY_DIR}/${stamp} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  list(APPEND passed ${stamp})
endforeach()
add_custom_target(lint DEPENDS ${passed})
