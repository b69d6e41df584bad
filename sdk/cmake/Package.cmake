# What a plugin's author installs: headers, the CMake package KSampler, a pkg-config file, and the program.
#
#   cmake --install build/release --component sdk --prefix /usr/local
#
# The build folder serves as a prefix, too: -DCMAKE_PREFIX_PATH=build/release.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/KSampler)
set(version_file ${CMAKE_BINARY_DIR}/lib/cmake/KSampler/KSamplerConfigVersion.cmake)
# 0.x: any minor version may change the program; the ABI has a version of its own.
write_basic_package_version_file(${version_file} COMPATIBILITY SameMinorVersion)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/sdk/include/ks DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk)
install(TARGETS ksampler_abi ksampler_sdk ksampler EXPORT KSampler
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT sdk)
install(EXPORT KSampler NAMESPACE ks:: FILE KSamplerTargets.cmake DESTINATION ${package} COMPONENT sdk)
install(FILES
    ${PROJECT_SOURCE_DIR}/sdk/cmake/KSamplerConfig.cmake
    ${PROJECT_SOURCE_DIR}/sdk/cmake/KsAddPlugin.cmake
    ${PROJECT_SOURCE_DIR}/sdk/cmake/exports.map
    ${PROJECT_SOURCE_DIR}/sdk/cmake/plugin_entry.cpp.in
    ${version_file}
  DESTINATION ${package} COMPONENT sdk)

configure_file(${PROJECT_SOURCE_DIR}/sdk/cmake/ksampler.pc.in ${CMAKE_BINARY_DIR}/ksampler.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/ksampler.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT sdk)

# The same package in the build folder.
export(EXPORT KSampler NAMESPACE ks:: FILE ${CMAKE_BINARY_DIR}/lib/cmake/KSampler/KSamplerTargets.cmake)
foreach(file KSamplerConfig.cmake KsAddPlugin.cmake exports.map plugin_entry.cpp.in)
  file(CREATE_LINK ${PROJECT_SOURCE_DIR}/sdk/cmake/${file} ${CMAKE_BINARY_DIR}/lib/cmake/KSampler/${file} SYMBOLIC)
endforeach()

# What runs pipelines: the library on LibTorch, the plugins, the pipelines to copy. LibTorch stays where it is:
# the program finds it (host/runtime/libtorch.hpp).
install(TARGETS ksampler_runtime LIBRARY DESTINATION lib/ksampler COMPONENT host)
# What uses plugins without LibTorch: find_package(KSampler) has it as ks::host, pkg-config as ks_host.
# Whole pipelines in a program, as ks::pipeline.
install(TARGETS ksampler_ks_pipeline ksampler_ks_host EXPORT KSamplerHost LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT host
  NAMELINK_COMPONENT host)
install(EXPORT KSamplerHost NAMESPACE ks:: FILE KSamplerHostTargets.cmake DESTINATION ${package} COMPONENT host)
foreach(library ks_host ks_pipeline)
  configure_file(${PROJECT_SOURCE_DIR}/sdk/cmake/${library}.pc.in ${CMAKE_BINARY_DIR}/${library}.pc @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/${library}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT host)
endforeach()
export(EXPORT KSamplerHost NAMESPACE ks:: FILE ${CMAKE_BINARY_DIR}/lib/cmake/KSampler/KSamplerHostTargets.cmake)
install(TARGETS ksampler_isolate RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT host)
get_property(plugins GLOBAL PROPERTY KS_PLUGINS)
foreach(plugin ${plugins})
  install(FILES $<TARGET_FILE:${plugin}> $<TARGET_FILE_DIR:${plugin}>/plugin.toml
    DESTINATION lib/ksampler/plugins/${plugin} COMPONENT host)
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/configs DESTINATION share/ksampler COMPONENT host)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/examples/embedding DESTINATION share/ksampler/examples COMPONENT host)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/share/ksampler)
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/configs ${CMAKE_BINARY_DIR}/share/ksampler/configs SYMBOLIC)
