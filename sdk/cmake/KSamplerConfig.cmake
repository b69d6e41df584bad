# find_package(KSampler): the targets ks::abi (C headers), ks::sdk (C++20 over them), ks::ksampler (the
# program) and, where component host is installed, ks::host (libks_host) and ks::pipeline (libks_pipeline), and
# the function ks_add_plugin().
include(${CMAKE_CURRENT_LIST_DIR}/KSamplerTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/KSamplerHostTargets.cmake OPTIONAL)  # component host
include(${CMAKE_CURRENT_LIST_DIR}/KsAddPlugin.cmake)
