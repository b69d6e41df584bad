// Links that a boolean beside them decides on: what they lead to is computed only where it has to be.
#ifndef KSAMPLER_GRAPH_LAZY_LINKS_HPP
#define KSAMPLER_GRAPH_LAZY_LINKS_HPP

#include "host/graph/execute.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace ksampler {

// What is said about the link at an input of a node, by its index: true: it is followed; none: that is
// not known yet.
using Followed = std::function<std::optional<bool>(const Node&, std::size_t input)>;

// The same, as far as the pipeline's text says it. `value` gives what came along a link; null: nothing
// yet. Throws Error where that is no boolean.
std::optional<bool> is_followed(
    const Node& node, std::size_t input,
    const std::function<const Value*(const Link&)>& value = [](const Link&) { return nullptr; });

// By index of node: whether an output node needs it. Of one that is `settled`, nothing else is needed.
// `undecided`: whether links that nothing is known of count as followed.
std::vector<bool> needed_nodes(const Pipeline& pipeline,
                               const std::function<bool(std::size_t)>& settled,
                               const Followed& followed, bool undecided);

}  // namespace ksampler

#endif
