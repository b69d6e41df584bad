# Compiles HEADER to HEADER.pch with clang, as the DATABASE of compile commands says that g++ compiles it.
file(STRINGS ${DATABASE} command REGEX "\"command\": .* -c ${HEADER}\\.cxx\"")
string(REGEX REPLACE "^ *\"command\": \"(.*)\",?$" "\\1" command "${command}")
string(REPLACE "\\\"" "\"" command "${command}")
separate_arguments(command UNIX_COMMAND "${command}")
list(POP_FRONT command)
foreach(option -include -o -c)  # each with the word after it
  list(FIND command ${option} at)
  math(EXPR next "${at} + 1")
  list(REMOVE_AT command ${at} ${next})
endforeach()
execute_process(
  COMMAND ${COMPILER} ${command} -w -c ${HEADER} -o ${HEADER}.pch -MD -MT ${HEADER}.pch -MF ${HEADER}.pch.d
  COMMAND_ERROR_IS_FATAL ANY)
