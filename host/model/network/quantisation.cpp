#include "host/model/network/quantisation.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/network/comfy_weight.hpp"
#include "host/model/network/tensors.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace ksampler {
namespace {

constexpr std::string_view kWeight = ".weight";
constexpr std::array<std::string_view, 2> kScales = {".weight_scale", ".scale_weight"};
constexpr std::array<std::string_view, 5> kFormats = {"float8_e4m3fn", "float8_e5m2", "int8_tensorwise",
                                                      "mxfp8", "nvfp4"};
constexpr std::int64_t kUsualGroup = 256;

}  // namespace

std::optional<std::string> beside(const TensorFile& file, const std::string& whole,
                                  std::string_view ending) {
  if (!whole.ends_with(kWeight)) return std::nullopt;
  std::string name = whole.substr(0, whole.size() - kWeight.size()) + std::string(ending);
  if (!file.tensors().contains(name)) return std::nullopt;
  return name;
}

std::string scale_name(const TensorFile& file, const std::string& whole) {
  for (const std::string_view ending : kScales) {
    const auto name = beside(file, whole, ending);
    if (!name) continue;
    const std::vector<std::int64_t>& shape = file.tensor(*name).shape;
    const std::vector<std::int64_t>& of_weight = file.tensor(whole).shape;
    const std::int64_t rows = of_weight.empty() ? 1 : of_weight[0];
    std::int64_t count = 1;
    for (const std::int64_t size : shape) count *= size;
    if (count == 1 || count == rows) return *name;
    throw Error(
        {file.file().string()},
        sentence("tensor '{}' has shape {}; expected one scale for '{}', or one for each of its "
                 "{} rows",
                 *name, shape_text(shape), whole, rows));
  }
  return {};
}

bool has_scale(const TensorFile& file, const std::string& whole) {
  return std::ranges::any_of(
      kScales, [&](std::string_view ending) { return beside(file, whole, ending).has_value(); });
}

void scale_of_shapes(const TensorFile& file, const std::string& whole, std::set<std::string>& taken) {
  if (rounded_format(file, whole).rounding == Rounding::scaled) {
    if (std::string name = scale_name(file, whole); !name.empty()) taken.insert(std::move(name));
    return;
  }
  for (const char* ending : {".weight_scale", ".weight_scale_2", ".pre_quant_scale"}) {
    if (auto name = beside(file, whole, ending)) taken.insert(std::move(*name));
  }
}

RoundedFormat rounded_format(const TensorFile& file, const std::string& whole) {
  const std::optional<std::string> name = beside(file, whole, ".comfy_quant");
  if (!name) return {};
  const std::vector<std::byte> bytes = file.read(*name);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const nlohmann::json said = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto complain = [&](const std::string& what) {
    std::vector<std::string> known(kFormats.begin(), kFormats.end());
    throw Error({file.file().string()},
                sentence("tensor '{}' says that '{}' is {}, which is not supported; known are {}",
                         *name, whole, what, listed(known)));
  };
  if (!said.is_object()) complain("of a format that is no JSON: " + quote(text.substr(0, 80)));
  const auto format = said.find("format");
  const std::string of = format != said.end() && format->is_string() ? format->get<std::string>() : "";
  if (std::ranges::find(kFormats, of) == kFormats.end()) complain("of the format " + quote(of));
  if (of == "mxfp8") return {Rounding::mxfp8};
  if (of == "nvfp4") return {Rounding::nvfp4};
  const auto rotated = said.find("convrot");
  if (rotated == said.end() || *rotated != nlohmann::json(true)) return {};
  const auto group = said.find("convrot_groupsize");
  const bool is_number = group != said.end() && group->is_number_integer();
  const std::int64_t size = is_number ? group->get<std::int64_t>() : kUsualGroup;
  if (of != "int8_tensorwise") complain("rotated (convrot) and " + of);
  if (!is_rotation(size)) complain(sentence("rotated (convrot) in groups of {}, no power of 4", size));
  return {Rounding::rotated, size};
}

std::vector<std::int64_t> weight_shape(const TensorFile& file, const std::string& whole) {
  std::vector<std::int64_t> shape = file.tensor(whole).shape;
  // Bytes of two values each, which nothing but this format is.
  const bool is_bytes = file.tensor(whole).type == DType::u8 && shape.size() == 2;
  if (is_bytes && rounded_format(file, whole).rounding == Rounding::nvfp4) shape[1] *= 2;
  return shape;
}

}  // namespace ksampler
