// Tensors of a file that nothing here has a use for, and which of them are worth a warning: some are in
// every other checkpoint, left there by training, and change no picture.
#ifndef KSAMPLER_MODEL_LOAD_SURPLUS_HPP
#define KSAMPLER_MODEL_LOAD_SURPLUS_HPP

#include "host/files/tensor_file.hpp"
#include "host/model/network/weights.hpp"

#include <string>
#include <vector>

namespace ksampler {

// Without the tensors that are known to change nothing.
std::vector<std::string> worth_a_warning(std::vector<std::string> names);

// Those of a checkpoint that are in none of its parts (UNet, autoencoder, text encoders).
std::vector<std::string> outside_of_parts(const TensorFile& file);

// Those of the text encoders' part that a text encoder, just loaded from `weights`, has not taken.
std::vector<std::string> surplus_of_text(const Weights& weights);

}  // namespace ksampler

#endif
