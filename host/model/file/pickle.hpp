// Pickles, told by their first bytes: what pickle.dump writes. Those of torch.save are read
// (host/files/torch).
#ifndef KSAMPLER_MODEL_FILE_PICKLE_HPP
#define KSAMPLER_MODEL_FILE_PICKLE_HPP

#include <string_view>

namespace ksampler {

// Whether a file that begins so, and is no safetensors file, is a pickle of any protocol (0 to 5).
// `start` need not be more than some 64 bytes.
bool is_pickle(std::string_view start);

}  // namespace ksampler

#endif
