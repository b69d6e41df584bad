#include "host/nodes/batch_part.hpp"

#include "host/base/sentence.hpp"

#include <algorithm>

namespace ksampler {

BatchPart part_of_batch(const NodeContext& context, const Inputs& in, std::int64_t count) {
  const std::int64_t asked = in.integer("batch_index");
  const std::int64_t from_begin = asked < 0 ? asked + count : asked;
  const std::int64_t first = std::clamp<std::int64_t>(from_begin, 0, count - 1);
  if (first != from_begin) {
    context.reporter.warning(
        in.node(), sentence("batch_index {} is past the end of a batch of {}; its {} item is taken",
                            asked, count, first == 0 ? "first" : "last"));
  }
  return {first, std::min(count - first, in.integer("length"))};
}

}  // namespace ksampler
