// Whether a package's machine code is for this machine: by what AOTInductor wrote into it ("AOTI_…")
// and by the PyTorch that compiled it.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/pt2/pt2_contract.hpp"

#include <sys/utsname.h>

#include <sstream>
#include <string_view>

namespace ksampler {
namespace {

std::string value_of(const Pt2Metadata& metadata, const char* key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? "" : found->second;
}

// Extensions of the instruction set, as PyTorch calls them. One that is not known here is not refused.
bool processor_has([[maybe_unused]] std::string_view extension) {
#if defined(__x86_64__)
  if (extension == "AVX2") return __builtin_cpu_supports("avx2") != 0;
  if (extension == "AVX512") return __builtin_cpu_supports("avx512bw") != 0;
  if (extension == "AVX512_VNNI") return __builtin_cpu_supports("avx512vnni") != 0;
  if (extension == "AVX512_BF16") return __builtin_cpu_supports("avx512bf16") != 0;
  if (extension == "AMX_TILE") return __builtin_cpu_supports("amx-tile") != 0;
#endif
  return true;
}

// "2.15" of "2.15.0"
std::string_view minor_version(std::string_view version) {
  return version.substr(0, version.find('.', version.find('.') + 1));
}

}  // namespace

void check_pt2_machine(const Pt2Metadata& metadata, const std::filesystem::path& file,
                       at::Device device, const std::string& torch) {
  const auto refuse = [&](const std::string& found, const std::string& expected) {
    throw Error({file.string()}, sentence("the package holds code for {}; {}", found, expected));
  };
  const std::string compiled_by = value_of(metadata, "ksampler.torch");
  if (minor_version(compiled_by) != minor_version(torch)) {
    refuse("LibTorch " + (compiled_by.empty() ? "of an unknown version" : printable(compiled_by, 100)),
           sentence("this is LibTorch {}: export the model again, with PyTorch {}", torch, torch));
  }
  utsname system{};
  uname(&system);
  const std::string machine = value_of(metadata, "AOTI_MACHINE");
  const std::string platform = value_of(metadata, "AOTI_PLATFORM");
  if (machine != system.machine || platform != "linux") {
    refuse(sentence("a machine {} with {}", quote(machine), quote(platform)),
           sentence("this is a {} with linux: export the model again, here", system.machine));
  }
  const std::string kind = value_of(metadata, "AOTI_DEVICE_KEY");
  const std::string here = device.is_cuda() ? "cuda" : "cpu";
  if (kind != here) {
    refuse("the device " + quote(kind), sentence("this run is on '{}': choose another with --device, "
                                                 "or export the model again with --device {}",
                                                 here, here));
  }
  if (kind != "cpu") return;
  std::istringstream extensions(value_of(metadata, "AOTI_CPU_ISA"));
  for (std::string extension; extensions >> extension;) {
    if (processor_has(extension)) continue;
    refuse("processors with " + printable(extension, 100),
           "this one has none: export the model again, here");
  }
}

}  // namespace ksampler
