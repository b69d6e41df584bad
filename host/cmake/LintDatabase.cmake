cmake_minimum_required(VERSION 3.25)
# Of DATABASE, the compile commands of g++, writes into FOLDER what clang reads: headers.options, with which the headers
# of lint_headers.hpp are compiled as the tests' are; compile_commands.json, where each command takes these; and
# build.ninja, which has clang-tidy read each of them.
file(READ ${DATABASE} database)
# Not g++'s own precompiled headers; and what may not differ from one file to the next is the same for all.
string(REGEX REPLACE " -include [^ ]+" "" database "${database}")
string(REGEX REPLACE " -O[0-3]" "" database "${database}")
string(REPLACE " -fPIC" " -fPIE" database "${database}")
string(REPLACE " -pthread" "" database "${database}")

string(REGEX MATCH "\"command\": \"[^ ]+ ([^\n]*) -Winvalid-pch [^\n]*/ksampler_torch_test_headers.dir/" found "${database}")
file(CONFIGURE OUTPUT ${FOLDER}/headers.options CONTENT "${CMAKE_MATCH_1} -pthread" @ONLY)

string(REPLACE " -o " " -pthread -include-pch ${FOLDER}/headers.pch -o " database "${database}")
# The loops for one instruction set include nothing that is dear.
string(REGEX REPLACE "( -ffp-contract=off[^\n]*) -include-pch [^ ]+" "\\1" database "${database}")
file(CONFIGURE OUTPUT ${FOLDER}/compile_commands.json CONTENT "${database}" @ONLY)

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

# Templates that the headers use are made here, not once more at the end of each file.
set(ninja "rule headers
  command = ${CLANG} -x c++-header @headers.options -w -fpch-instantiate-templates $in -o $out -MD -MT $out -MF $out.d
  depfile = $out.d
  description = Compiling headers for clang-tidy
build headers.pch: headers ${CMAKE_CURRENT_LIST_DIR}/lint_headers.hpp | headers.options
rule tidy
  command = ${CLANG_TIDY} --quiet -p $commands --checks=$checks $
      --extra-arg=-MD --extra-arg=-MF$out.d --extra-arg=-MT$out $in && touch $out
  depfile = $out.d
  description = Reading $of
")
string(REPLACE ";" "," database "${database}")
string(REGEX MATCHALL "\"command\": [^\n]+\n  \"file\": \"[^\"]+" entries "${database}")
foreach(entry IN LISTS entries)
  string(REGEX MATCH "[^\"]+$" file "${entry}")
  if(NOT file MATCHES "\\.(cpp|cxx)$" OR file MATCHES "cmake_pch")
    continue()
  endif()
  cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${ROOT} OUTPUT_VARIABLE name)
  string(REGEX REPLACE "^build/[^/]+/|CMakeFiles/|\\.dir/Unity|_cxx.cxx$" "" of ${name})
  if(of IN_LIST known)  # two targets have it
    continue()
  endif()
  list(APPEND known ${of})
  set(commands ..)
  set(checks "")
  if(entry MATCHES "/include/torch/" OR of MATCHES "^(tests|bench)/")
    set(commands .)  # with the headers that are compiled
    set(checks ${without_dear_checks})
  endif()
  string(APPEND ninja "build lint/${of}.passed: tidy ${file} | ${ROOT}/.clang-tidy headers.pch
  commands = ${commands}
  checks = ${checks}
  of = ${of}
build lint_all/${of}.passed: tidy ${file} | ${ROOT}/.clang-tidy headers.pch
  commands = ${commands}
  checks =
  of = ${of}
")
  string(APPEND lint " lint/${of}.passed")
  string(APPEND lint_all " lint_all/${of}.passed")
endforeach()
string(APPEND ninja "build lint: phony${lint}\nbuild lint_all: phony${lint_all}\n")
file(CONFIGURE OUTPUT ${FOLDER}/build.ninja CONTENT "${ninja}" @ONLY)
