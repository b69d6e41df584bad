// ksampler verify PICTURE.png: runs the pipeline that a picture records, and says whether it gives the
// same pixels.
#include "host/base/sentence.hpp"
#include "host/base/temporary_folder.hpp"
#include "host/cli/ingredients.hpp"
#include "host/cli/pipeline_file.hpp"
#include "host/cli/pipeline_run.hpp"
#include "host/cli/search.hpp"
#include "host/cli/verb.hpp"
#include "host/cli/working_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <optional>

namespace ksampler {
namespace {

struct VerifyArguments {
  std::string file;
  std::string folder;
  std::vector<std::string> models;
  std::vector<std::string> plugins;
  std::string device;  // empty: as a picture says
  bool quiet = false;
  NumberTypes types = {"", "", ""};  // likewise
  std::uint64_t memory = 0;
};

// Where the pictures to compare with are written, until they are compared.
class Workplace {
 public:
  Workplace() {
    std::string pattern = (temporary_folder("pictures to compare with") / "ksampler-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw Error(Place{pattern}, std::string("no such folder can be made: ") + std::strerror(errno));
    }
    path_ = pattern;
  }
  ~Workplace() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Difference {
  std::size_t pixels = 0;
  int levels = 0;  // of 65535
};

Difference difference(const Picture& a, const Picture& b) {
  Difference found;
  for (std::size_t i = 0; i < a.rgba.size(); i += 4) {
    int most = 0;
    for (std::size_t c = 0; c < 4; ++c) {
      most = std::max(most, std::abs(int{a.rgba[i + c]} - int{b.rgba[i + c]}));
    }
    found.pixels += most > 0 ? 1 : 0;
    found.levels = std::max(found.levels, most);
  }
  return found;
}

// What is said of `picture`, and whether one of `files` is the same. A pipeline may write several.
std::string compared(const Picture& picture, const std::vector<std::filesystem::path>& files,
                     bool& same) {
  std::optional<Difference> least;
  std::string other_size;
  for (const auto& file : files) {
    if (!is_picture(file)) continue;
    const Picture made = read_png(file);
    if (made.width != picture.width || made.height != picture.height) {
      other_size = sentence("{} x {}", made.width, made.height);
      continue;
    }
    const Difference found = difference(picture, made);
    if (!least || found.pixels < least->pixels) least = found;
  }
  const std::string all = std::to_string(std::size_t{picture.width} * picture.height);
  same = least && least->pixels == 0;
  if (same) return sentence("the same: all {} pixels are equal, bit for bit", all);
  if (least) {
    return sentence("not the same: {} of {} pixels differ, by at most {} of 255 levels", least->pixels,
                    all, (least->levels + 256) / 257);
  }
  if (other_size.empty()) return "not the same: the pipeline writes no picture";
  return sentence("not the same: the pipeline gives {} pixels, and these are {} x {}", other_size,
                  picture.width, picture.height);
}

std::string made_with(const Picture& picture) {
  const auto found = picture.text.find("made_with");
  return found == picture.text.end() ? std::string() : found->second;
}

// Of the picture and those that its pipeline writes now, which are all made with the same. That the
// picture says nothing of it is worth saying only where the reason for a difference is sought.
std::vector<std::string> ingredients_that_differ(const Picture& picture,
                                                 const std::vector<std::filesystem::path>& files,
                                                 bool same) {
  const auto made = std::find_if(files.begin(), files.end(), is_picture);
  const std::string then = made_with(picture);
  if (made == files.end() || (same && then.empty())) return {};
  return changed_ingredients(then, made_with(read_png(*made)), same);
}

int verify_given(const VerifyArguments& options) {
  const Picture picture = read_recorded_picture(options.file);
  PictureRecord record = record_in(picture, options.file, options.folder);
  look_in(record.source, options.models, options.file);
  const Workplace workplace;
  const auto result = run_pipeline({.source = std::move(record.source),
                                    .settings = std::move(record.settings),
                                    .plugins = options.plugins,
                                    .device = device_for(options.device, record),
                                    .out = workplace.path(),
                                    .quiet = options.quiet,
                                    .types = types_for(options.types, record),
                                    .rescue = false,
                                    .memory = options.memory});
  if (!result) return kInterrupted;
  bool same = false;
  std::cout << options.file << ": " << compared(picture, result->files, same) << "\n";
  for (const std::string& sentence : ingredients_that_differ(picture, result->files, same)) {
    std::cout << "  " << sentence << "\n";
  }
  return same ? kFine : kFailed;
}

int verify(const VerifyArguments& options) {
  require_working_folder();
  try {
    return verify_given(options);
  } catch (const Error& error) {
    throw with_folder_hint(error, options.file);
  }
}

}  // namespace

void add_verify(CLI::App& app, Action& action) {
  auto options = std::make_shared<VerifyArguments>();
  CLI::App* verb =
      app.add_subcommand("verify", "Run a picture's pipeline again, and say whether it is the same");
  verb->add_option("picture", options->file, "A picture (*.png) that SaveImage wrote")
      ->required()
      ->type_name("FILE");
  verb->add_option("--folder", options->folder,
                   "What files in the pipeline are relative to, instead of the recorded folder")
      ->type_name("DIR");
  add_models_option(*verb, options->models);
  add_plugins_option(*verb, options->plugins);
  add_run_options(*verb, options->device, options->quiet);
  add_type_options(*verb, options->types);
  add_memory_option(*verb, options->memory);
  verb->callback([&action, options] { action = [options] { return verify(*options); }; });
}

}  // namespace ksampler
