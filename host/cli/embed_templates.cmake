# Writes project_templates.cpp from sdk/template/<language>/<kind>/<path>.in.
function(ksampler_embed_templates folder output)
  file(GLOB_RECURSE files RELATIVE ${folder} CONFIGURE_DEPENDS ${folder}/*.in)
  set(rows "")
  foreach(file ${files})
    file(READ ${folder}/${file} text)
    string(REGEX MATCH "^([^/]+)/([^/]+)/(.+)$" parts ${file})
    string(APPEND rows "      {\"${CMAKE_MATCH_1}\", \"${CMAKE_MATCH_2}\", \"${CMAKE_MATCH_3}\",\n"
                       "R\"ks_template(${text})ks_template\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/${file})
  endforeach()
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [[
// Generated from sdk/template/.
#include "host/cli/project_templates.hpp"

namespace ksampler {

const std::vector<ProjectTemplate>& project_templates() {
  static const std::vector<ProjectTemplate> templates = {
]])
  file(APPEND ${output} "${rows}  };\n  return templates;\n}\n\n}  // namespace ksampler\n")
endfunction()
