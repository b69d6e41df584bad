#include "host/cli/program_runtime.hpp"

#include "host/base/error.hpp"
#include "host/cli/report.hpp"
#include "host/runtime/runtime_library.hpp"

#include <filesystem>
#include <string>

namespace ksampler {

std::unique_ptr<Runtime> open_program_runtime() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) throw Error("cannot tell where the program lies, to find what a run needs beside it");
  return open_runtime(program.parent_path().parent_path(), [](const std::string& what) {
    stderr_report().print({{}, what}, Severity::warning);
  });
}

}  // namespace ksampler
