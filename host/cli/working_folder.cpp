#include "host/cli/working_folder.hpp"

#include "host/base/error.hpp"

#include <filesystem>

namespace ksampler {

void require_working_folder() {
  std::error_code error;
  static_cast<void>(std::filesystem::current_path(error));
  if (!error) return;
  throw Error("the folder that this was started in is not there any more (" + error.message() +
              "); `cd` to one that is");
}

}  // namespace ksampler
