// LatentFromBatch and ImageFromBatch: which items 'batch_index' and 'length' mean.
#ifndef KSAMPLER_NODES_BATCH_PART_HPP
#define KSAMPLER_NODES_BATCH_PART_HPP

#include "host/runtime/node_context.hpp"

#include <cstdint>

namespace ksampler {

struct BatchPart {
  std::int64_t first;
  std::int64_t length;
};

// An index below 0 counts from the end. One that is outside means the item at that end, with a warning.
BatchPart part_of_batch(const NodeContext& context, const Inputs& in, std::int64_t count);

}  // namespace ksampler

#endif
