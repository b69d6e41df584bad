#include "host/graph/node_title.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

namespace ksampler {

std::string label(const Node& node) {
  return node.title.empty() ? quote(node.name)
                            : sentence("{} \"{}\"", quote(node.name), printable(node.title, 60));
}

std::string title(const Node& node) { return sentence("node {} ({})", label(node), node.decl->type); }

}  // namespace ksampler
