// Nodes that the editor leaves out of a run: muted ones are gone, and all that they give with them;
// bypassed ones pass on what they are given.
#ifndef KSAMPLER_GRAPH_COMFY_MUTED_AND_BYPASSED_HPP
#define KSAMPLER_GRAPH_COMFY_MUTED_AND_BYPASSED_HPP

#include <cstddef>
#include <string>
#include <vector>

namespace ksampler {

enum class EditorMode { runs, muted, bypassed };

// "mode" in the file: 2 is muted, 4 is bypassed, all else runs.
EditorMode editor_mode(const std::string& mode);

struct EditorInput {
  std::string name;
  std::string type;    // "MODEL"
  std::string link;    // the id of a link; empty: none
  std::string widget;  // the name of the value that the link stands for; empty: it is no value
};

// The link that a bypassed node gives at its output `slot` of this type: what goes in at the same
// place, where the type fits, else the first of it, else the first that fits. Empty: none.
std::string link_around(const std::vector<EditorInput>& inputs, const std::string& type,
                        std::size_t slot);

}  // namespace ksampler

#endif
