# The targets `lint` and `lint_all`: the format of all files of ours, and clang-tidy on every file that this build compiles;
# `format` mends the format. A file that passed is not read again until it, or what it includes, changes.
#
# clang-tidy 22 (Debian 12 has it among its security updates) looks for nothing in system headers; older ones take
# three times as long, and find other things. What is dear to read is compiled once, by its own clang.
find_program(CLANG_FORMAT clang-format)
find_program(CLANG_TIDY clang-tidy-22)
find_program(CLANG_OF_TIDY clang-22)

# These look at what stands around a match. For that clang-tidy goes through all that a file includes: of LibTorch
# this takes ten times as long as all other checks. So `lint` has them only where LibTorch is not, `lint_all` everywhere.
set(dear_checks
  bugprone-assignment-in-if-condition bugprone-bool-pointer-implicit-conversion
  bugprone-unhandled-exception-at-new bugprone-branch-clone
  bugprone-inc-dec-in-conditions bugprone-infinite-loop bugprone-integer-division
  bugprone-not-null-terminated-result bugprone-sizeof-container bugprone-standalone-empty
  bugprone-std-namespace-modification bugprone-suspicious-stringview-data-usage bugprone-swapped-arguments
  bugprone-terminating-continue bugprone-throw-keyword-missing bugprone-undelegated-constructor
  bugprone-unused-raii bugprone-use-after-move cppcoreguidelines-init-variables misc-redundant-expression
  misc-unconventional-assign-operator modernize-loop-convert modernize-make-shared modernize-make-unique
  performance-move-const-arg performance-unnecessary-copy-initialization performance-unnecessary-value-param
  readability-container-size-empty readability-simplify-boolean-expr)
list(TRANSFORM dear_checks PREPEND -)
list(JOIN dear_checks , without_dear_checks)

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

# The headers.
add_custom_target(lint_database
  COMMAND ${CMAKE_COMMAND} -D DATABASE=${CMAKE_BINARY_DIR}/compile_commands.json -D FOLDER=${lint}
    -P ${CMAKE_CURRENT_LIST_DIR}/LintDatabase.cmake VERBATIM)
# Templates that the headers use are made here, not once more at the end of each file.
add_custom_command(OUTPUT ${lint}/headers.pch
  COMMAND ${CLANG_OF_TIDY} -x c++-header @${lint}/headers.options -w -fpch-instantiate-templates
    ${CMAKE_CURRENT_LIST_DIR}/lint_headers.hpp -o ${lint}/headers.pch -MD -MT ${lint}/headers.pch -MF ${lint}/headers.pch.d
  DEPFILE ${lint}/headers.pch.d
  COMMENT "Compiling headers for clang-tidy" VERBATIM)

# ksampler_lint_file(SOURCE TARGET): reads the file, as the target compiles it, where `lint` or `lint_all` is made.
function(ksampler_lint_file source target)
  get_property(known GLOBAL PROPERTY KSAMPLER_LINTED)
  if(source IN_LIST known)
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY KSAMPLER_LINTED ${source})
  cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE name)
  set(heavy $<BOOL:$<FILTER:$<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>,INCLUDE,torch>>)
  if(name MATCHES "^(tests|bench)/")
    set(heavy 1)
  endif()
  foreach(level lint lint_all)
    set(stamp lint/${level}/${name}.passed)
    set(checks $<${heavy}:${without_dear_checks}>)
    if(level STREQUAL lint_all)
      set(checks "")
    endif()
    add_custom_command(OUTPUT ${stamp}
      COMMAND ${CLANG_TIDY} --quiet -p $<IF:${heavy},${lint},${CMAKE_BINARY_DIR}> --checks=${checks}
        "--config={InheritParentConfig: true, ExtraArgs: [-MD, -MF${stamp}.d, -MT${stamp}]}" ${source}
      COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
      DEPENDS ${source} ${CMAKE_SOURCE_DIR}/.clang-tidy ${lint}/headers.pch
      DEPFILE ${stamp}.d
      WORKING_DIRECTORY ${CMAKE_BINARY_DIR}
      COMMENT "Reading ${name}" VERBATIM)
    cmake_path(GET stamp PARENT_PATH folder)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/${folder})
    set_property(GLOBAL APPEND PROPERTY KSAMPLER_STAMPS_OF_${level} ${stamp})
  endforeach()
endfunction()

# Each source of ours that the targets below `folder` are compiled from.
function(ksampler_lint_folder folder)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(sources ${target} SOURCES)
    list(FILTER sources INCLUDE REGEX "\\.cpp$")
    foreach(source IN LISTS sources)
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${folder} NORMALIZE)
      cmake_path(IS_PREFIX CMAKE_BINARY_DIR ${source} generated)
      if(NOT generated)
        ksampler_lint_file(${source} ${target})
      endif()
    endforeach()
  endforeach()
  get_property(folders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(below IN LISTS folders)
    ksampler_lint_folder(${below})
  endforeach()
endfunction()
ksampler_lint_folder(${CMAKE_SOURCE_DIR})

foreach(level lint lint_all)
  get_property(stamps GLOBAL PROPERTY KSAMPLER_STAMPS_OF_${level})
  add_custom_target(${level} DEPENDS ${lint}/format.passed ${stamps})
  add_dependencies(${level} lint_database)
endforeach()
