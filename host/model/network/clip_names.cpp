#include "host/model/network/layer_names.hpp"

#include <algorithm>
#include <string_view>

namespace ksampler {

std::string underscored(std::string name) {
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

// SD's one encoder is "te" or "te1", SDXL's two are "te1" (or "te") and "te2"; a refiner's has all
// names. ComfyUI's own are clip_l, clip_h (SD 2) and clip_g. Names without a root, as peft saves a text
// encoder alone, are the first one's.
LoraTargets text_lora_targets(const ClipText& network, std::size_t tower, std::size_t towers) {
  std::vector<std::string> dotted;
  std::vector<std::string> underscore;
  if (tower == 0) {
    dotted.insert(dotted.end(), {"text_encoder.", "text_encoder.base_model.model.", "",
                                 "base_model.model.", "text_encoders.clip_l.transformer."});
    underscore.insert(underscore.end(), {"lora_te_", "lora_te1_"});
  }
  if (tower == 1 || towers == 1) {
    dotted.insert(dotted.end(), {"text_encoder_2.", "text_encoder_2.base_model.model.",
                                 "text_encoders.clip_g.transformer."});
    underscore.emplace_back("lora_te2_");
  }
  if (towers == 1) dotted.emplace_back("text_encoders.clip_h.transformer.");
  LoraTargets targets;
  for (const auto& [name, rows] : network.weights_by_name()) {
    const LoraTarget target{.tensor = rows.tensor,
                            .bias = rows.bias,
                            .first_row = rows.first_row,
                            .rows = rows.rows,
                            .inputs = rows.columns,
                            .columns = rows.columns,
                            .transposed = rows.transposed};
    constexpr std::string_view kWeight = ".weight";
    if (rows.tensor.ends_with(kWeight)) {  // its own name
      targets.emplace(rows.tensor.substr(0, rows.tensor.size() - kWeight.size()), target);
    }
    for (const std::string& root : dotted) targets.emplace(root + name, target);
    for (const std::string& root : underscore) targets.emplace(root + underscored(name), target);
  }
  return targets;
}

}  // namespace ksampler
