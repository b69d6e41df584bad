#include "host/graph/order.hpp"

#include "host/base/sentence.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>

namespace ksampler {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

template <typename Visit>
void for_each_link(const Node& node, Visit&& visit) {
  for (const InputValue& input : node.inputs) {
    if (const Link* link = std::get_if<Link>(&input)) visit(*link);
  }
}

// Kahn's algorithm, the least index first. What is missing from the result waits for a circle.
std::vector<std::size_t> runnable(const std::vector<Node>& nodes) {
  std::vector<std::size_t> waits_for(nodes.size(), 0);
  std::vector<std::vector<std::size_t>> readers(nodes.size());
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for_each_link(nodes[i], [&](const Link& link) {
      readers[link.node].push_back(i);
      ++waits_for[i];
    });
    if (waits_for[i] == 0) ready.push(i);
  }
  std::vector<std::size_t> order;
  while (!ready.empty()) {
    const std::size_t done = ready.top();
    ready.pop();
    order.push_back(done);
    for (const std::size_t reader : readers[done]) {
      if (--waits_for[reader] == 0) ready.push(reader);
    }
  }
  return order;
}

// Follows links from each node that waits until a node comes again: that is a circle.
void report_circles(const std::vector<Node>& nodes, const std::vector<bool>& waits,
                    std::vector<Diagnostic>& diagnostics) {
  std::vector<std::size_t> walk_of(nodes.size(), kNone);  // the walk that came by first
  for (std::size_t start = 0; start < nodes.size(); ++start) {
    std::vector<std::size_t> path;
    std::size_t at = waits[start] ? start : kNone;
    while (at != kNone && walk_of[at] == kNone) {
      walk_of[at] = start;
      path.push_back(at);
      std::size_t next = kNone;
      for_each_link(nodes[at], [&](const Link& link) {
        if (next == kNone && waits[link.node]) next = link.node;
      });
      at = next;
    }
    if (at == kNone || walk_of[at] != start) continue;  // ran into an earlier walk, reported already

    std::vector<std::size_t> circle(std::find(path.begin(), path.end(), at), path.end());
    std::rotate(circle.begin(), std::min_element(circle.begin(), circle.end()), circle.end());
    std::string text;
    for (const std::size_t node : circle) text += nodes[node].name + " -> ";
    const Node& first = nodes[circle.front()];
    diagnostics.push_back(
        {first.place,
         sentence("links run in a circle, each node needing the next: {}{}", text, first.name),
         Diagnostic::Kind::bad_link, first.name});
  }
}

}  // namespace

std::vector<Node> ordered(std::vector<Node> nodes, std::vector<Diagnostic>& diagnostics) {
  const std::vector<std::size_t> order = runnable(nodes);
  std::vector<std::size_t> position(nodes.size(), kNone);
  for (std::size_t i = 0; i < order.size(); ++i) position[order[i]] = i;
  if (order.size() < nodes.size()) {
    std::vector<bool> waits(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) waits[i] = position[i] == kNone;
    report_circles(nodes, waits, diagnostics);
    return nodes;
  }
  std::vector<Node> result;
  result.reserve(nodes.size());
  for (const std::size_t index : order) {
    result.push_back(std::move(nodes[index]));
    for (InputValue& input : result.back().inputs) {
      if (Link* link = std::get_if<Link>(&input)) link->node = position[link->node];
    }
  }
  return result;
}

}  // namespace ksampler
