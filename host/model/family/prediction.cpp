#include "host/model/family/prediction.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace ksampler {
namespace {

// Files with these tensors are SDXL in all else: taken for it, they would make wrong pictures. What
// they mean is ComfyUI's.
void refuse_edm(const Weights& weights) {
  const auto& tensors = weights.file()->tensors();
  const std::string file = weights.file()->file().string();
  constexpr const char* kKnown = "; known are networks that predict eps or v at discrete times";
  for (const char* key : {"edm_mean", "edm_std"}) {
    if (!tensors.contains(key)) continue;
    throw Error(
        {file},
        sentence(
            "has a tensor {}, as Playground 2.5: it needs EDM's preconditioning (sigma_data 0.5, "
            "sigmas from 0.002 to 80) and latents of that mean and deviation, which is not supported{}",
            quote(key), kKnown));
  }
  for (const char* key : {"edm_vpred.sigma_max", "edm_vpred.sigma_min"}) {
    if (!tensors.contains(key)) continue;
    throw Error({file}, sentence("has a tensor {}: it predicts v at EDM's continuous sigmas "
                                 "(sigma_data 1, up to that sigma_max), which is not supported{}",
                                 quote(key), kKnown));
  }
}

struct Spelling {
  std::string_view found;  // in lower case, letters and digits alone
  const char* prediction;  // as ModelSampling names it
};
constexpr std::array<Spelling, 13> kSpellings = {{{"epsilon", "eps"},
                                                  {"eps", "eps"},
                                                  {"noise", "eps"},
                                                  {"epsilonprediction", "eps"},
                                                  {"epsprediction", "eps"},
                                                  {"epspred", "eps"},
                                                  {"v", "v"},
                                                  {"vpred", "v"},
                                                  {"vprediction", "v"},
                                                  {"velocity", "v"},
                                                  {"x0", "x0"},
                                                  {"x0prediction", "x0"},
                                                  {"sample", "x0"}}};

std::string letters_of(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if ((low >= 'a' && low <= 'z') || (low >= '0' && low <= '9')) letters += low;
  }
  return letters;
}

std::optional<std::string> modelspec(const Weights& weights, std::vector<std::string>& notes) {
  const auto& metadata = weights.file()->metadata();
  for (const char* key : {"modelspec.prediction_type", "modelspec.predict_key"}) {
    const auto said = metadata.find(key);
    if (said == metadata.end()) continue;
    const std::string letters = letters_of(said->second);
    const auto known = std::ranges::find(kSpellings, letters, &Spelling::found);
    if (known != kSpellings.end()) return known->prediction;
    notes.push_back(
        sentence("the metadata's '{}' is {}, which is not known; known are epsilon, v and x0. Taken "
                 "for what its family predicts: ModelSamplingDiscrete says otherwise",
                 key, quote(said->second)));
  }
  return std::nullopt;
}

}  // namespace

std::optional<ModelSampling> prediction_in(const Weights& weights, std::vector<std::string>& notes) {
  refuse_edm(weights);
  const auto& metadata = weights.file()->metadata();
  if (const auto name = metadata.find("ksampler.prediction"); name != metadata.end()) {
    try {
      return ModelSampling::named(name->second);
    } catch (const Error& error) {
      throw Error({weights.file()->file().string()},
                  std::string("the metadata's 'ksampler.prediction': ") + error.what());
    }
  }
  const auto& tensors = weights.file()->tensors();
  const std::optional<std::string> said = modelspec(weights, notes);
  if (tensors.contains("v_pred") || said == "v") {
    return ModelSampling::named(tensors.contains("ztsnr") ? "v_zsnr" : "v");
  }
  if (said) return ModelSampling::named(*said);
  return std::nullopt;
}

}  // namespace ksampler
