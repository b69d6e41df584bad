#ifndef KSAMPLER_NODES_PT2_LOADER_HPP
#define KSAMPLER_NODES_PT2_LOADER_HPP

#include "host/model/noising/model_sampling.hpp"
#include "host/nodes/declare.hpp"

#include <string>
#include <vector>

namespace ksampler {

inline NodeDecl pt2_loader_decl() {
  using namespace declare;
  std::vector<std::string> parameterizations = {"default"};
  for (const std::string& name : ModelSampling::names()) {
    if (name != "cosmos_flow") parameterizations.push_back(name);  // none of these networks is one
  }
  return {
      .type = "Pt2Loader",
      .category = "loaders",
      .summary =
          "Loads a network that PyTorch exported and compiled. Its code runs as a plugin's does: "
          "load what you trust.",
      .inputs =
          {
              file("pt2_name", "A .pt2 package of AOTInductor, from training/export_pt2.py."),
              choice("parameterization", parameterizations, "default",
                     "What the network predicts, and how noise is mixed in. The default is what the "
                     "package says."),
          },
      .outputs =
          {
              {"model", "MODEL", "The network that denoises."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
