// The names that a pickle of torch.save may hold, and what calling one of them stands for.
#ifndef KSAMPLER_FILES_TORCH_PICKLE_NAMES_HPP
#define KSAMPLER_FILES_TORCH_PICKLE_NAMES_HPP

#include "host/files/torch/pickle_value.hpp"

#include <string>

namespace ksampler {

// What a name stands for. Throws Error, without a place, for one that is not known: that it is in a
// file is reason enough to refuse the file.
PickleValue value_of_name(const std::string& module, const std::string& name);

// What calling `callable` with `arguments` stands for. Throws Error, without a place.
PickleValue* called(PickleHeap& heap, PickleValue& callable, PickleValue& arguments);

}  // namespace ksampler

#endif
