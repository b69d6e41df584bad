// What was sampled before a node failed: an hour's work, that a decoder which runs out of memory must
// not take along.
#ifndef KSAMPLER_NODES_RESCUE_HPP
#define KSAMPLER_NODES_RESCUE_HPP

#include "host/base/error.hpp"
#include "host/nodes/functions.hpp"

#include <string>
#include <vector>

namespace ksampler {

class Rescue {
 public:
  explicit Rescue(const NodeContext& context);

  // Writes `value` to "rescued_NODE_00001_.latent", if it is a latent that was sampled, or made of one.
  // Where that fails, too, the value is lost.
  void take(const Link& from, const Value& value) noexcept;

  // `error`, and where what was rescued is.
  Error with_files(const Error& error) const;

 private:
  const NodeContext& context_;
  std::vector<bool> sampled_;  // by node: whether a sampler had a part in it
  std::vector<std::string> files_;
};

}  // namespace ksampler

#endif
