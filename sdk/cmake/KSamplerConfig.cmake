# find_package(KSampler): the targets ks::abi (C headers), ks::sdk (C++20 over them) and ks::ksampler (the
# program), and the function ks_add_plugin().
include(${CMAKE_CURRENT_LIST_DIR}/KSamplerTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/KsAddPlugin.cmake)
