#include "host/cli/working_folder.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <filesystem>

namespace ksampler {

void require_working_folder() {
  std::error_code error;
  static_cast<void>(std::filesystem::current_path(error));
  if (!error) return;
  throw Error(
      sentence("the folder that this was started in is not there any more ({}); `cd` to one that is",
               error.message()));
}

}  // namespace ksampler
