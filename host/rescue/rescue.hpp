// What was sampled before a node failed: an hour's work, that a decoder which runs out of memory, or a
// full disk, must not take along.
#ifndef KSAMPLER_RESCUE_RESCUE_HPP
#define KSAMPLER_RESCUE_RESCUE_HPP

#include "host/base/error.hpp"
#include "host/runtime/node_context.hpp"
#include "host/sampling/latent.hpp"

#include <string>
#include <vector>

namespace ksampler {

class Rescue {
 public:
  explicit Rescue(const NodeContext& context)
      : context_(context), nodes_(context.pipeline.nodes.size()) {}

  // After each node that is done. Keeps latents that a sampler had a part in.
  void note(const Node& node, const std::vector<Value>& values);

  // After one that failed: writes, as "rescued_NODE_00001_.latent", the latents of which not all has
  // come to an end in a file or in a later latent. Gives `error` with the names of the files, or with
  // why there are none.
  Error with_files(const Error& error);

 private:
  struct Kept {
    std::string name;
    Latent latent;
  };
  struct Progress {
    bool done = false;
    bool sampled = false;  // whether a sampler had a part in it
    std::vector<Kept> latents;
  };

  bool is_safe(std::size_t node) const;

  const NodeContext& context_;
  std::vector<Progress> nodes_;  // as the pipeline's
};

}  // namespace ksampler

#endif
