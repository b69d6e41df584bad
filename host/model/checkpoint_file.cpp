// Which files are model files, and what to say of the others.
#include "host/base/error.hpp"
#include "host/base/text.hpp"
#include "host/model/checkpoint.hpp"

#include <array>
#include <fstream>
#include <string>
#include <string_view>

namespace ksampler {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  const char* reason;
};

constexpr char kPickle[] =
    "is a pickle, as torch.save writes them: reading one can run any code that is in it, so this "
    "program "
    "does not; expected safetensors";

constexpr std::array<Magic, 5> kMagics = {{
    {"PK\x03\x04"sv, kPickle},  // a zip, torch.save since 1.6
    {"\x80\x02"sv, kPickle},    // pickle's protocol 2 and up
    {"\x80\x04"sv, kPickle},
    {"\x80\x05"sv, kPickle},
    {"GGUF"sv, "is a GGUF file, whose weights are quantised; expected safetensors"},
}};

struct Sign {
  std::string_view part;  // of a tensor's name
  const char* reason;
};

constexpr char kLora[] =
    "is a LoRA, which changes a model and is none: the LoraLoader node adds it to one";
constexpr char kDiffusers[] =
    "is in diffusers' layout, one network a file; expected the single-file layout, with names such as "
    "'model.diffusion_model.input_blocks.0.0.weight'";

constexpr std::array<Sign, 7> kSigns = {{
    {"lora_up.weight", kLora},
    {"lora_down.weight", kLora},
    {".lora_A.", kLora},
    {".lora_B.", kLora},
    {"down_blocks.0.resnets.", kDiffusers},
    {"double_blocks.0.",
     "is a transformer (Flux), which is not supported; known are UNets of SD and SDXL"},
    {"joint_blocks.0.",
     "is a transformer (SD 3), which is not supported; known are UNets of SD and SDXL"},
}};

// A pickle's first bytes are also a plausible length of a header (0x...0280), but none that fits the
// file.
void refuse_other_formats(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 16> start{};
  stream.read(start.data(), start.size());
  const std::string_view text(start.data(), static_cast<std::size_t>(stream.gcount()));
  if (text.size() > 8 && text[8] == '{') return;
  for (const Magic& magic : kMagics) {
    if (text.starts_with(magic.bytes)) throw Error({file.string()}, magic.reason);
  }
}

}  // namespace

std::shared_ptr<const SafetensorsFile> open_safetensors(const std::filesystem::path& file) {
  refuse_other_formats(file);
  return SafetensorsFile::open(file);
}

std::shared_ptr<const SafetensorsFile> open_model_file(const std::filesystem::path& file) {
  auto opened = open_safetensors(file);
  for (const auto& [name, view] : opened->tensors()) {
    for (const Sign& sign : kSigns) {
      if (name.find(sign.part) == std::string::npos) continue;
      throw Error({file.string()}, std::string(sign.reason) + " (it has a tensor " + quote(name) + ")");
    }
  }
  return opened;
}

}  // namespace ksampler
