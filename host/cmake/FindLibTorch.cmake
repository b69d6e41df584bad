# Finds LibTorch without a CUDA toolkit: the Python wheel `torch`, or an unpacked LibTorch.
#
#   LIBTORCH_ROOT   a folder that holds include/ and lib/ (cache or environment variable);
#                   by default, the wheel in the virtual environment build/venv
#
# Defines LibTorch::LibTorch. Torch's own config insists on nvcc; this one needs only the files.
set(LIBTORCH_ROOT "$ENV{LIBTORCH_ROOT}" CACHE PATH "Folder with LibTorch's include/ and lib/")
file(GLOB _venv_torch "${CMAKE_SOURCE_DIR}/build/venv/lib/python3*/site-packages/torch")

find_path(LibTorch_INCLUDE_DIR ATen/ATen.h
  HINTS ${LIBTORCH_ROOT} ${_venv_torch} PATH_SUFFIXES include NO_DEFAULT_PATH)
foreach(_name c10 torch_cpu torch)
  find_library(LibTorch_${_name}_LIBRARY ${_name}
    HINTS ${LIBTORCH_ROOT} ${_venv_torch} PATH_SUFFIXES lib NO_DEFAULT_PATH)
endforeach()
foreach(_name c10_cuda torch_cuda)
  find_library(LibTorch_${_name}_LIBRARY ${_name}
    HINTS ${LIBTORCH_ROOT} ${_venv_torch} PATH_SUFFIXES lib NO_DEFAULT_PATH)
  mark_as_advanced(LibTorch_${_name}_LIBRARY)
endforeach()

if(LibTorch_INCLUDE_DIR AND EXISTS "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h")
  file(STRINGS "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h" _version REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
  string(REGEX REPLACE "[^0-9;]" "" _version "${_version}")
  list(JOIN _version "." LibTorch_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_c10_LIBRARY LibTorch_torch_cpu_LIBRARY LibTorch_torch_LIBRARY LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "run ./setup.sh, which installs it, or set LIBTORCH_ROOT to a folder with LibTorch's include/ and lib/")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
    ${LibTorch_INCLUDE_DIR} ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include)
  set(_cuda "")
  if(LibTorch_torch_cuda_LIBRARY)
    # Registers the CUDA backend by being loaded: nothing refers to its symbols.
    set(_cuda -Wl,--no-as-needed ${LibTorch_torch_cuda_LIBRARY} ${LibTorch_c10_cuda_LIBRARY} -Wl,--as-needed)
  endif()
  get_filename_component(_lib "${LibTorch_c10_LIBRARY}" DIRECTORY)
  target_link_libraries(LibTorch::LibTorch INTERFACE
    ${LibTorch_torch_LIBRARY} ${LibTorch_torch_cpu_LIBRARY} ${LibTorch_c10_LIBRARY} ${_cuda}
    "-Wl,-rpath,${_lib}" "-Wl,--allow-shlib-undefined")
endif()
