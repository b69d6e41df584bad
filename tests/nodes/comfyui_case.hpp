// A case of tests/data/parity_nodes: a few nodes, and what ComfyUI's own make of them.
#ifndef KSAMPLER_TESTS_NODES_COMFYUI_CASE_HPP
#define KSAMPLER_TESTS_NODES_COMFYUI_CASE_HPP

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace ksampler {

// By the names that comfyui.safetensors has: "o" or, of a latent with what travels along, "o.samples",
// "o.mask" and "o.index"; of a text "o.context". Pictures are 8-bit levels, as SaveImage writes them.
using Parts = std::map<std::string, at::Tensor>;

struct ComfyUiCase {
  std::string name;  // of its folder
  Parts theirs;
  Parts ours;
  double tolerance = 0;        // of the largest value of a part
  bool rounds_levels = false;  // whether its pictures come of sums that are rounded to levels
};

std::vector<std::string> comfyui_cases();

// Reads the case, and runs its nodes. Throws Error.
ComfyUiCase run_comfyui_case(const std::string& name);

}  // namespace ksampler

#endif
