# Of DATABASE, the compile commands of g++, writes into FOLDER what clang reads: headers.options, with which the headers
# of lint_headers.hpp are compiled as the tests' are; and compile_commands.json, where each command takes these.
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
