// The tensors that a pickle of torch.save leads to, by name, and where their bytes are.
#ifndef KSAMPLER_FILES_TORCH_TORCH_TENSORS_HPP
#define KSAMPLER_FILES_TORCH_TORCH_TENSORS_HPP

#include "host/files/torch/pickle_value.hpp"
#include "host/files/torch/zip_directory.hpp"

#include <functional>
#include <map>
#include <string>

namespace ksampler {

// Where a storage's bytes are. Throws Error where they are not there.
using FindStorage = std::function<ByteRange(const TorchStorage&)>;

// Names are the keys that lead to a tensor, joined by '.'; whole numbers of lists are keys too. A
// dictionary in `state_dict`, or the only one of the outermost dictionary, stands for all of the file,
// as for ComfyUI. What has no name (below a key that is neither a text nor a whole number) is left out.
// Throws Error, without a place: no dictionary; a tensor beyond its storage, of elements that overlap,
// or within something that was set aside; two of one name.
std::map<std::string, TensorEntry> named_tensors(const PickleValue& root, const FindStorage& find);

}  // namespace ksampler

#endif
