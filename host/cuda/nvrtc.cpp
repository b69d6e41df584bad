#include "host/cuda/nvrtc.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/cuda/dynamic_library.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <utility>

namespace ksampler::cuda {
namespace {

// From nvrtc.h, unchanged since CUDA 11.2: an opaque program, and 0 for success.
using Program = void*;
using Result = int;

// Libraries in `folder` named "libnvrtc...": the compiler itself, or its built-in functions.
std::vector<std::string> nvrtc_files(const std::filesystem::path& folder, bool builtins) {
  std::vector<std::string> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    const std::string name = entry.path().filename();
    const bool is_library = name.starts_with("libnvrtc") && name.find(".so") != std::string::npos;
    const bool is_builtins = name.find("builtins") != std::string::npos;
    const bool is_alternative = name.find(".alt.") != std::string::npos;
    if (is_library && !is_alternative && is_builtins == builtins) files.push_back(entry.path());
  }
  return files;
}

// Where LibTorch's packages put libnvrtc: loaded already, beside LibTorch, or in the wheels next to it.
std::vector<std::string> candidates() {
  std::vector<std::string> files = loaded_files("libnvrtc.so");
  for (const std::string& torch : loaded_files("libtorch_cpu.so")) {
    const std::filesystem::path lib = std::filesystem::path(torch).parent_path();
    const std::filesystem::path packages = lib.parent_path().parent_path();
    for (const auto& folder : {lib, packages / "nvidia/cu13/lib", packages / "nvidia/cuda_nvrtc/lib"}) {
      for (std::string& file : nvrtc_files(folder, false)) files.push_back(std::move(file));
    }
  }
  files.insert(files.end(), {"libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so"});
  return files;
}

struct Nvrtc {
  DynamicLibrary library{candidates()};
  // NVRTC opens these by name, and finds them beside itself; not where dlopen is wrapped, as by
  // AddressSanitizer, unless they are open already.
  DynamicLibrary builtins{nvrtc_files(std::filesystem::path(library.file()).parent_path(), true)};
  Result (*create)(Program*, const char* source, const char* name, int headers,
                   const char* const* contents, const char* const* names) = nullptr;
  Result (*destroy)(Program*) = nullptr;
  Result (*compile)(Program, int count, const char* const* options) = nullptr;
  Result (*log_size)(Program, std::size_t*) = nullptr;
  Result (*log)(Program, char*) = nullptr;
  Result (*cubin_size)(Program, std::size_t*) = nullptr;
  Result (*cubin)(Program, char*) = nullptr;
  Result (*ptx_size)(Program, std::size_t*) = nullptr;
  Result (*ptx)(Program, char*) = nullptr;
  Result (*architecture_count)(int*) = nullptr;
  Result (*architectures)(int*) = nullptr;
  const char* (*error_text)(Result) = nullptr;

  Nvrtc() {
    if (!library.is_open()) {
      throw Error(
          sentence("computing on a CUDA device needs libnvrtc, which comes with LibTorch, CuPy and JAX "
                   "for CUDA, and with the toolkit; tried:\n{}",
                   library.failures()));
    }
    library.find(create, "nvrtcCreateProgram");
    library.find(destroy, "nvrtcDestroyProgram");
    library.find(compile, "nvrtcCompileProgram");
    library.find(log_size, "nvrtcGetProgramLogSize");
    library.find(log, "nvrtcGetProgramLog");
    library.find(cubin_size, "nvrtcGetCUBINSize");
    library.find(cubin, "nvrtcGetCUBIN");
    library.find(ptx_size, "nvrtcGetPTXSize");
    library.find(ptx, "nvrtcGetPTX");
    library.find(architecture_count, "nvrtcGetNumSupportedArchs");
    library.find(architectures, "nvrtcGetSupportedArchs");
    library.find(error_text, "nvrtcGetErrorString");
  }
};

const Nvrtc& nvrtc() {
  static const Nvrtc instance;  // tried again where it failed: LibTorch may be loaded by then
  return instance;
}

void check(Result result, const char* what) {
  if (result != 0) throw Error(sentence("NVRTC: {}: {}", what, nvrtc().error_text(result)));
}

// 90: "9.0".
std::string capability(int architecture) {
  return std::to_string(architecture / 10) + "." + std::to_string(architecture % 10);
}

// `size` and `text` of one of the program's outputs.
std::vector<char> output(Program program, Result (*size)(Program, std::size_t*),
                         Result (*text)(Program, char*), const char* what) {
  std::size_t bytes = 0;
  check(size(program, &bytes), what);
  std::vector<char> result(bytes);
  check(text(program, result.data()), what);
  return result;
}

struct Destroyer {
  Program program = nullptr;
  ~Destroyer() { nvrtc().destroy(&program); }
};

}  // namespace

bool has_nvrtc(std::string& reason) {
  try {
    static_cast<void>(nvrtc());
    return true;
  } catch (const Error& error) {
    reason = error.what();
    return false;
  }
}

std::vector<int> nvrtc_architectures() {
  int count = 0;
  check(nvrtc().architecture_count(&count), "the architectures");
  std::vector<int> found(static_cast<std::size_t>(count));
  check(nvrtc().architectures(found.data()), "the architectures");
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<char> compile(const char* source, int architecture) {
  const std::vector<int> known = nvrtc_architectures();
  const auto above = std::upper_bound(known.begin(), known.end(), architecture);
  if (above == known.begin()) {
    throw Error(sentence("this NVRTC compiles for compute capability {} and later; the GPU has {}",
                         capability(known.front()), capability(architecture)));
  }
  const int target = *(above - 1);
  const bool exact = target == architecture;
  const std::string option =
      std::string("--gpu-architecture=") + (exact ? "sm_" : "compute_") + std::to_string(target);

  Destroyer owner;
  check(nvrtc().create(&owner.program, source, "ksampler.cu", 0, nullptr, nullptr), "a program");
  const char* options[] = {option.c_str(), "--std=c++17"};
  if (const Result result = nvrtc().compile(owner.program, 2, options); result != 0) {
    const std::vector<char> log = output(owner.program, nvrtc().log_size, nvrtc().log, "the log");
    throw Error(sentence("NVRTC ({}): {}\n{}", option, nvrtc().error_text(result), log.data()));
  }
  return exact ? output(owner.program, nvrtc().cubin_size, nvrtc().cubin, "the machine code")
               : output(owner.program, nvrtc().ptx_size, nvrtc().ptx, "the PTX");
}

}  // namespace ksampler::cuda
