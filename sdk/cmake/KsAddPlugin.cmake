# ks_add_plugin(NAME <name> VERSION <version> LICENCE <SPDX id> [ABI 1.<minor>] SOURCES <file>...)
# ks_add_plugin(NAME <name> OWN_ENTRY SOURCES <file>...)     the sources define ks_plugin_entry, as in C
#
# Builds the plugin <build>/plugins/<name>/<name>.so (a target <name>) of C++ files that say KS_SAMPLER or
# KS_SCHEDULER, and writes plugin.toml beside it by asking the built library, so that the two cannot drift.
# ABI: the oldest hosts that it is to load in; where nothing is said those of today's version. A plugin that
# says less than it uses does not compile.
# From find_package(KSampler). The global property KS_PLUGINS lists all that were added.

# What makes a library a good plugin, for any MODULE library: one exported symbol, nothing that pins it in
# memory or binds it to another plugin's code, no symbol left for load time, no prefix.
function(ks_plugin_properties target)
  set_target_properties(${target} PROPERTIES
    PREFIX "" SUFFIX ".so"
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON)
  # Statics of inline functions and templates would be STB_GNU_UNIQUE: shared between plugins, and never
  # unloaded.
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)

  set(exports ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/exports.map)
  target_link_options(${target} PRIVATE "LINKER:--version-script=${exports}")
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${exports})

  # The runtime of a sanitizer is found at load time, in the program.
  get_directory_property(options LINK_OPTIONS)
  if(NOT "${options};${CMAKE_CXX_FLAGS};${CMAKE_MODULE_LINKER_FLAGS}" MATCHES "-fsanitize")
    target_link_options(${target} PRIVATE "LINKER:-z,defs")
  endif()
endfunction()

# Writes plugin.toml beside the library each time it is linked.
function(ks_generate_manifest target)
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND ks::ksampler describe $<TARGET_FILE:${target}>
            --out $<TARGET_FILE_DIR:${target}>/plugin.toml
    COMMENT "Describing plugin ${target}" VERBATIM)
  if(TARGET ksampler)  # KSampler's own build
    # A newer program may describe more. As a file, so that compiling need not wait for the program.
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS $<TARGET_FILE:ksampler>)
    if(NOT CMAKE_GENERATOR MATCHES "Ninja")
      add_dependencies(${target} ksampler)
    endif()
  endif()
endfunction()

function(ks_add_plugin)
  cmake_parse_arguments(PARSE_ARGV 0 arg "OWN_ENTRY" "NAME;VERSION;LICENCE;ABI" "SOURCES")
  set(needed NAME SOURCES)
  if(NOT arg_OWN_ENTRY)
    list(APPEND needed VERSION LICENCE)
  endif()
  foreach(name ${needed})
    if(NOT arg_${name})
      message(FATAL_ERROR "ks_add_plugin: ${name} is missing; it takes NAME, VERSION, LICENCE, ABI, SOURCES")
    endif()
  endforeach()
  if(arg_ABI AND NOT arg_ABI MATCHES "^1\\.([0-9]+)$")
    message(FATAL_ERROR "ks_add_plugin: ABI '${arg_ABI}' is no version; it takes 1.0, 1.1 or 1.2")
  endif()
  set(minor ${CMAKE_MATCH_1})
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "ks_add_plugin: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_NAME MATCHES "^[a-z0-9_-]+$")
    message(FATAL_ERROR
      "ks_add_plugin: NAME '${arg_NAME}' must be lower case letters, digits, '-' and '_'")
  endif()

  add_library(${arg_NAME} MODULE ${arg_SOURCES})
  if(arg_OWN_ENTRY)
    target_link_libraries(${arg_NAME} PRIVATE ks::abi)
  else()
    set(KS_PLUGIN_NAME ${arg_NAME})
    set(KS_PLUGIN_VERSION ${arg_VERSION})
    set(KS_PLUGIN_LICENCE ${arg_LICENCE})
    set(entry ${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}_entry.cpp)
    configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin_entry.cpp.in ${entry} @ONLY)
    target_sources(${arg_NAME} PRIVATE ${entry})
    target_link_libraries(${arg_NAME} PRIVATE ks::sdk)
  endif()
  set_target_properties(${arg_NAME} PROPERTIES
    CXX_EXTENSIONS OFF
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins/${arg_NAME})
  if(arg_ABI)
    target_compile_definitions(${arg_NAME} PRIVATE KS_PLUGIN_ABI_MINOR=${minor}u)
  endif()
  ks_plugin_properties(${arg_NAME})
  ks_generate_manifest(${arg_NAME})
  set_property(GLOBAL APPEND PROPERTY KS_PLUGINS ${arg_NAME})
endfunction()
