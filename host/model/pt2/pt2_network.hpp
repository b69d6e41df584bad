// An exported network: a .pt2 package of AOTInductor (torch._inductor.aoti_compile_and_package), which
// holds a compiled library and its weights. Its forward is
//
//   F(x [N,C,H,W], timesteps [N], context [N,T,W], y [N,L] where it takes a label) -> [N,C,H,W]
//
// Loading runs code of the package: it is as trusted as a plugin.
#ifndef KSAMPLER_MODEL_PT2_PT2_NETWORK_HPP
#define KSAMPLER_MODEL_PT2_PT2_NETWORK_HPP

#include "host/model/load/model.hpp"

#include <filesystem>

namespace ksampler {

// The model of a package, of the parameterization that its metadata names. The package's code is loaded
// when a run starts. Throws Error: no package, one that was not compiled or not for this machine, one
// without the metadata of read_pt2_contract.
Model find_pt2_model(const std::filesystem::path& file, at::Device device);

}  // namespace ksampler

#endif
