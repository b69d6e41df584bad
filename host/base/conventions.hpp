// Words and numbers that several parts of the host, pipeline files and ComfyUI share: each here alone.
#ifndef KSAMPLER_BASE_CONVENTIONS_HPP
#define KSAMPLER_BASE_CONVENTIONS_HPP

#include <cstdint>
#include <string>
#include <vector>

namespace ksampler {

// Where a run may be computed; "auto", the first: on a GPU where there is one.
const std::vector<std::string>& devices();

// How noise may be drawn; "comfy" is the first.
const std::vector<std::string>& profiles();

// What networks may compute with; "auto", the first: what is usual on the device.
const std::vector<std::string>& number_types();

// Pixels of the picture that a cell of the latent is wide and high, where no model says otherwise: what
// ComfyUI's nodes count in.
inline constexpr std::int64_t kCellPixels = 8;

}  // namespace ksampler

#endif
