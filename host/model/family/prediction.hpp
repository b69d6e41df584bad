// What a file says that its network predicts: in its metadata, or by tensors of certain names.
#ifndef KSAMPLER_MODEL_FAMILY_PREDICTION_HPP
#define KSAMPLER_MODEL_FAMILY_PREDICTION_HPP

#include "host/model/network/weights.hpp"
#include "host/model/noising/model_sampling.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ksampler {

// None where the file says nothing. It says it by the metadata "ksampler.prediction" (a name that
// ModelSampling::named knows), by tensors of the names v_pred and ztsnr, or by the metadata
// "modelspec.prediction_type" or "modelspec.predict_key" (epsilon, v or x0, in the spellings that are
// found in files). A value of modelspec's that is none of these goes to `notes`: who wrote it is not
// who reads it. Throws Error: a value of ours that is not known; a file that says to be of EDM (tensors
// edm_mean and edm_std, edm_vpred.sigma_max).
std::optional<ModelSampling> prediction_in(const Weights& weights, std::vector<std::string>& notes);

}  // namespace ksampler

#endif
