#include "host/model/model_file.hpp"

#include "host/base/error.hpp"
#include "host/base/text.hpp"
#include "host/model/pickle.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>

namespace ksampler {
namespace {

constexpr char kPickle[] =
    "is a pickle, as torch.save writes them: reading one can run any code that is in it, so this "
    "program does not; expected safetensors";
constexpr char kGguf[] = "is a GGUF file, whose weights are quantised; expected safetensors";

struct Sign {
  std::string_view part;  // of a tensor's name
  const char* reason;
};

constexpr char kLora[] =
    "is a LoRA, which changes a model and is none: the LoraLoader node adds it to one";
constexpr char kDiffusers[] =
    "is in diffusers' layout, one network a file; expected the single-file layout, with names such as "
    "'model.diffusion_model.input_blocks.0.0.weight'";

constexpr char kScaled[] =
    "has weights of 8 bits with a scale each, which is not supported; weights of 8 bits without one "
    "(F8_E4M3 and F8_E5M2) are, as are F16, BF16 and F32";

constexpr std::array<Sign, 10> kSigns = {{
    {"lora_up.weight", kLora},
    {"lora_down.weight", kLora},
    {".lora_A.", kLora},
    {".lora_B.", kLora},
    {"down_blocks.0.resnets.", kDiffusers},
    {"double_blocks.0.",
     "is a transformer (Flux), which is not supported; known are UNets of SD and SDXL"},
    {"joint_blocks.0.",
     "is a transformer (SD 3), which is not supported; known are UNets of SD and SDXL"},
    {"scaled_fp8", kScaled},
    {".scale_weight", kScaled},
    {".weight_scale", kScaled},
}};

// A header's length is at most 100 MB, so that the upper four of its eight bytes are 0, and the header
// begins with '{': no other format's files do both.
bool is_safetensors(std::string_view start) {
  const auto is_zero = [](char c) { return c == 0; };
  return start.size() > 8 && start[8] == '{' && std::all_of(&start[4], &start[8], is_zero);
}

void refuse_other_formats(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 256> start{};
  stream.read(start.data(), start.size());
  const std::string_view text(start.data(), static_cast<std::size_t>(stream.gcount()));
  if (is_safetensors(text)) return;
  if (is_pickle(text)) throw Error({file.string()}, kPickle);
  if (text.starts_with("GGUF")) throw Error({file.string()}, kGguf);
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
