# Finds LibTorch without a CUDA toolkit: the Python wheel `torch`, or an unpacked LibTorch.
#
#   LIBTORCH_ROOT   a folder that holds include/ and lib/ (cache or environment variable);
#                   by default, the wheel among Python's packages in CMAKE_PREFIX_PATH (pip has it there when
#                   it builds packaging/host), or in the virtual environment build/venv
#
# Defines
#   LibTorch::LibTorch   headers and libraries, without what is for CUDA
#   LibTorch::Cuda       that too, loaded when the program starts: for programs that link LibTorch
#   LibTorch::OpenMP     for code that uses at::parallel_for: its loops run on OpenMP in the caller's own
#                        files, on the runtime that LibTorch brings, so that there is one pool of threads
# Torch's own config insists on nvcc; this one needs only the files.
set(LIBTORCH_ROOT "$ENV{LIBTORCH_ROOT}" CACHE PATH "Folder with LibTorch's include/ and lib/")
file(GLOB _venv_torch "${CMAKE_SOURCE_DIR}/build/venv/lib/python3*/site-packages/torch")
set(_places ${LIBTORCH_ROOT})
foreach(_packages IN LISTS CMAKE_PREFIX_PATH)
  list(APPEND _places ${_packages}/torch)
endforeach()
list(APPEND _places ${_venv_torch})

# What was found in another one is not kept.
if(NOT "${LibTorch_SEARCHED}" STREQUAL "${_places}")
  foreach(_name INCLUDE_DIR c10_LIBRARY torch_cpu_LIBRARY torch_LIBRARY c10_cuda_LIBRARY torch_cuda_LIBRARY)
    unset(LibTorch_${_name} CACHE)
  endforeach()
endif()
set(LibTorch_SEARCHED "${_places}" CACHE INTERNAL "Where the last search looked")

find_path(LibTorch_INCLUDE_DIR ATen/ATen.h
  HINTS ${_places} PATH_SUFFIXES include NO_DEFAULT_PATH)
foreach(_name c10 torch_cpu torch)
  find_library(LibTorch_${_name}_LIBRARY ${_name}
    HINTS ${_places} PATH_SUFFIXES lib NO_DEFAULT_PATH)
endforeach()
foreach(_name c10_cuda torch_cuda)
  find_library(LibTorch_${_name}_LIBRARY ${_name}
    HINTS ${_places} PATH_SUFFIXES lib NO_DEFAULT_PATH)
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
  get_filename_component(_lib "${LibTorch_c10_LIBRARY}" DIRECTORY)

  add_library(LibTorch::LibTorch INTERFACE IMPORTED GLOBAL)
  target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
    ${LibTorch_INCLUDE_DIR} ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include)
  # Not libtorch.so, which is empty, and needs what is for CUDA. The path inside LibTorch finds what it needs itself.
  target_link_libraries(LibTorch::LibTorch INTERFACE ${LibTorch_torch_cpu_LIBRARY} ${LibTorch_c10_LIBRARY})
  target_link_options(LibTorch::LibTorch INTERFACE "LINKER:--allow-shlib-undefined")

  add_library(LibTorch::Cuda INTERFACE IMPORTED GLOBAL)
  target_link_libraries(LibTorch::Cuda INTERFACE LibTorch::LibTorch)
  if(LibTorch_torch_cuda_LIBRARY)
    # It makes itself known by being loaded: nothing refers to its symbols. One argument, so that nothing comes
    # between the flags and the library.
    target_link_options(LibTorch::Cuda INTERFACE
      "LINKER:--push-state,--no-as-needed,${LibTorch_torch_cuda_LIBRARY},${LibTorch_c10_cuda_LIBRARY},--pop-state"
      "LINKER:-rpath,${_lib}")
  endif()

  add_library(LibTorch::OpenMP INTERFACE IMPORTED GLOBAL)
  file(GLOB _openmp "${_lib}/libgomp*.so*" "${_lib}/libiomp5.so")
  if(NOT _openmp)
    find_package(OpenMP REQUIRED COMPONENTS CXX)
    set(_openmp ${OpenMP_CXX_LIBRARIES})
  endif()
  # What clang makes of -fopenmp calls a runtime of its own, which would be a second pool: its loops are one thread's.
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    target_compile_options(LibTorch::OpenMP INTERFACE -fopenmp)
    target_link_libraries(LibTorch::OpenMP INTERFACE ${_openmp})
  endif()
endif()
