# The targets `lint` and `lint_all`: the format of all files of ours, and clang-tidy on all that this build compiles, eight
# files at once where it compiles them so; `format` mends the format. What passed is not read again until it changes.
#
# clang-tidy 22 (Debian 12 has it among its security updates) looks for nothing in system headers; older ones take
# three times as long, and find other things. What is dear to read is compiled once, by its own clang.
find_program(CLANG_FORMAT clang-format)
find_program(CLANG_TIDY clang-tidy-22)
find_program(CLANG_OF_TIDY clang-22)

if(NOT CLANG_FORMAT OR NOT CLANG_TIDY OR NOT KSAMPLER_TESTS)
  message(STATUS "No clang-format, no clang-tidy-22 (./setup.sh lint installs them), or no tests: there is no target lint")
  return()
endif()
set(lint ${CMAKE_BINARY_DIR}/lint)

# The format.
file(GLOB_RECURSE formatted CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/sdk/*.[ch] ${CMAKE_SOURCE_DIR}/sdk/*.[ch]pp
  ${CMAKE_SOURCE_DIR}/host/*.[ch]pp ${CMAKE_SOURCE_DIR}/plugins/*.[ch]pp
  ${CMAKE_SOURCE_DIR}/tests/*.[ch] ${CMAKE_SOURCE_DIR}/tests/*.[ch]pp
  ${CMAKE_SOURCE_DIR}/bench/*.[ch]pp ${CMAKE_SOURCE_DIR}/docs/*.[ch]pp)
list(JOIN formatted "\n" lines)
file(CONFIGURE OUTPUT ${lint}/formatted.txt CONTENT "${lines}\n")
add_custom_command(OUTPUT ${lint}/format.passed
  COMMAND ${CLANG_FORMAT} --dry-run -Werror --files=${lint}/formatted.txt
  COMMAND ${CMAKE_COMMAND} -E touch ${lint}/format.passed
  DEPENDS ${formatted} ${CMAKE_SOURCE_DIR}/.clang-format
  COMMENT "Checking the format (cmake --build ... --target format mends it)" VERBATIM)
add_custom_target(format COMMAND ${CLANG_FORMAT} -i --files=${lint}/formatted.txt VERBATIM)

# What is compiled. The database says with what, and LintDatabase.cmake writes out of it what Ninja does here.
foreach(level lint lint_all)
  add_custom_target(${level}
    COMMAND ${CMAKE_COMMAND} -D DATABASE=${CMAKE_BINARY_DIR}/compile_commands.json -D ROOT=${CMAKE_SOURCE_DIR} -D FOLDER=${lint}
      -D CLANG_TIDY=${CLANG_TIDY} -D CLANG=${CLANG_OF_TIDY} -P ${CMAKE_CURRENT_LIST_DIR}/LintDatabase.cmake
    COMMAND ${CMAKE_MAKE_PROGRAM} -C ${lint} -k 0 ${level}
    DEPENDS ${lint}/format.passed USES_TERMINAL VERBATIM)
endforeach()
