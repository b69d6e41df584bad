# What the Python package ksampler is made of (pyproject.toml): libks_host, the programs that it starts, the plugins, and
# what a plugin is built with.
install(FILES $<TARGET_FILE:ksampler_ks_host> RENAME libks_host.so.1 DESTINATION _lib COMPONENT python)
# Wheels hold no links: for a linker, this is the library's other name.
file(WRITE ${CMAKE_BINARY_DIR}/libks_host.so.txt "INPUT(libks_host.so.1)\n")
install(FILES ${CMAKE_BINARY_DIR}/libks_host.so.txt RENAME libks_host.so DESTINATION _lib COMPONENT python)
install(TARGETS ksampler_isolate ksampler RUNTIME DESTINATION _lib COMPONENT python)
get_property(plugins GLOBAL PROPERTY KS_PLUGINS)
foreach(plugin ${plugins})
  install(PROGRAMS $<TARGET_FILE:${plugin}> DESTINATION plugins/${plugin} COMPONENT python)
  install(FILES $<TARGET_FILE_DIR:${plugin}>/plugin.toml DESTINATION plugins/${plugin} COMPONENT python)
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/sdk/include/ks DESTINATION _sdk/include COMPONENT python)
install(FILES ${PROJECT_SOURCE_DIR}/sdk/cmake/exports.map ${PROJECT_SOURCE_DIR}/sdk/cmake/plugin_entry.cpp.in
  DESTINATION _sdk COMPONENT python)
foreach(kind sampler scheduler guider noise)
  install(FILES ${PROJECT_SOURCE_DIR}/sdk/template/cpp/${kind}/plugin.cpp.in RENAME ${kind}.cpp.in DESTINATION _sdk/template
    COMPONENT python)
endforeach()
add_custom_target(ksampler_python DEPENDS ksampler_ks_host ksampler_isolate all_plugins)
