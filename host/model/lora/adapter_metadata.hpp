// What peft's configuration of an adapter says of its layers, where a file has it in its metadata
// ("lora_adapter_metadata", as diffusers writes it): there the alphas stand, and nowhere else.
#ifndef KSAMPLER_MODEL_LORA_ADAPTER_METADATA_HPP
#define KSAMPLER_MODEL_LORA_ADAPTER_METADATA_HPP

#include "host/files/tensor_file.hpp"

#include <map>
#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace ksampler {

struct LayerAlpha {
  double alpha = 0.0;
  bool rank_stabilized = false;  // alpha / sqrt(rank) in place of alpha / rank (Kalajdzievski 2023)
};

class AdapterMetadata {
 public:
  // Empty where the file has none. Throws Error: no JSON object, a field of another type.
  explicit AdapterMetadata(const TensorFile& file);

  // Of a layer by its name in the file, such as "unet.mid_block.attentions.0.proj_in": by the
  // configuration of the network that its name begins with. None where that is not there.
  std::optional<LayerAlpha> alpha_of(const std::string& layer) const;

 private:
  // A layer's name, the end of one, or a regular expression of either.
  struct Pattern {
    std::string text;
    std::optional<std::regex> expression;
    bool matches(const std::string& layer) const;
  };
  struct Config {
    double alpha = 8.0;  // peft's default
    bool rank_stabilized = false;
    std::vector<std::pair<Pattern, double>> alphas;
  };

  static Pattern pattern_of(const std::string& text);

  std::map<std::string, Config> configs_;  // by what layers' names begin with: "unet.", or nothing
};

}  // namespace ksampler

#endif
