// What a loader of text encoders makes of its files: for the loaders, and for the check before them.
#ifndef KSAMPLER_NODES_LOADERS_TEXT_USE_HPP
#define KSAMPLER_NODES_LOADERS_TEXT_USE_HPP

#include "host/model/file/text_recipe.hpp"

#include <cstddef>
#include <string>

namespace ksampler {

// Of so many files, by the loader's 'clip_type'. One alone tells by its tensors what it is for, but
// that a Qwen3 may be Z-Image's, Flux.2's, Krea 2's or Qwen-Image 2.1's, a T5 SD 3's or Chroma's; three
// are SD 3's.
inline TextUse text_use(std::size_t files, const std::string& clip_type) {
  if (files == 1) {
    if (clip_type == "flux2") return TextUse::flux2;
    if (clip_type == "krea2") return TextUse::krea2;
    if (clip_type == "qwen_image") return TextUse::qwen_image;
    return clip_type == "chroma" ? TextUse::chroma : TextUse::as_found;
  }
  if (files > 2 || clip_type == "sd3") return TextUse::sd3;
  return clip_type == "sdxl" ? TextUse::sdxl : TextUse::flux;
}

}  // namespace ksampler

#endif
