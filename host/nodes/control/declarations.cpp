#include "host/nodes/declarations.hpp"

#include "host/nodes/declare.hpp"

namespace ksampler {

std::vector<NodeDecl> control_declarations() {
  using namespace declare;
  const auto strength = [] {
    return number("strength", {0, 10}, 1.0, "How much of what it adds is added; at 0 nothing is.");
  };
  return {
      {
          .type = "ControlNetApply",
          .category = "conditioning/controlnet",
          .summary = "Has a ControlNet look at a picture, for what guides towards and for what guides "
                     "away. ControlNetApplyAdvanced says when, too.",
          .inputs =
              {
                  link("conditioning", "CONDITIONING", "What guides towards."),
                  link("control_net", "CONTROL_NET", "The ControlNet."),
                  link("image", "IMAGE", "What it is shown: edges, depth, a pose."),
                  strength(),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "The same, with the ControlNet behind others."},
              },
      },
      {
          .type = "ControlNetApplyAdvanced",
          .category = "conditioning/controlnet",
          .summary = "Has a ControlNet look at a picture in a part of the run.",
          .inputs =
              {
                  link("positive", "CONDITIONING", "What guides towards."),
                  link("negative", "CONDITIONING", "What guides away."),
                  link("control_net", "CONTROL_NET", "The ControlNet."),
                  link("image", "IMAGE",
                       "What it is shown: edges, depth, a pose. Brought to the size of what is "
                       "sampled, its middle."),
                  strength(),
                  number("start_percent", {0, 1}, 0.0,
                         "From where in the run it holds: 0 is noise, 1 the picture."),
                  number("end_percent", {0, 1}, 1.0, "Until where in the run it holds."),
                  optional(link("vae", "VAE", "Of no use for these ControlNets.")),
              },
          .outputs =
              {
                  {"positive", "CONDITIONING", "The same, with the ControlNet behind others."},
                  {"negative", "CONDITIONING", "The same, with the ControlNet behind others."},
              },
      },
  };
}

}  // namespace ksampler
