#include "host/graph/execute.hpp"

#include "host/base/sentence.hpp"
#include "host/graph/lazy_links.hpp"
#include "host/graph/node_title.hpp"

#include <algorithm>
#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

namespace ksampler {
namespace {

// The values that nodes gave and others still wait for.
class Values {
 public:
  explicit Values(const Pipeline& pipeline) : values_(pipeline.nodes.size()) {
    for (const Node& node : pipeline.nodes) readers_.emplace_back(node.decl->outputs.size(), 0);
  }

  // From now on these read, each once: what none does is let go.
  void expect(const std::vector<Link>& readers) {
    for (std::vector<std::size_t>& counts : readers_) std::ranges::fill(counts, 0);
    for (const Link& link : readers) ++readers_[link.node][link.output];
    for (std::size_t node = 0; node < values_.size(); ++node) drop_unread(node);
  }

  // For one reader; the last takes the value away.
  Value take(const Link& link) {
    Value& value = values_[link.node][link.output];
    return --readers_[link.node][link.output] > 0 ? value : std::exchange(value, Value{});
  }

  const Value& look(const Link& link) const { return values_[link.node][link.output]; }

  void keep(std::size_t node, std::vector<Value> values) {
    values_[node] = std::move(values);
    drop_unread(node);
  }

 private:
  void drop_unread(std::size_t node) {
    for (std::size_t i = 0; i < values_[node].size(); ++i) {
      if (readers_[node][i] == 0) values_[node][i].reset();
    }
  }

  std::vector<std::vector<Value>> values_;
  std::vector<std::vector<std::size_t>> readers_;
};

template <typename Function>
auto placed(const Node& node, const Function& function) {
  try {
    return function();
  } catch (const Error& error) {
    throw at_node(error, node);
  } catch (const Stopped&) {
    throw;
  } catch (const std::logic_error&) {
    throw;  // a bug, which says itself where
  } catch (const std::bad_alloc&) {
    throw at_node(Error(Diagnostic::Kind::out_of_memory, "out of memory"), node);
  } catch (const std::exception& error) {
    throw at_node(Error(error.what()), node);
  }
}

class Execution {
 public:
  Execution(const Pipeline& pipeline,
            const std::function<const NodeFunction&(const std::string& type)>& function,
            const ExecuteHooks& hooks)
      : pipeline_(pipeline),
        function_(function),
        hooks_(hooks),
        values_(pipeline),
        settled_(pipeline.nodes.size(), false) {}

  // What is known is taken at once: a run may let go of it.
  void run() {
    const auto is_known = [&](std::size_t i) { return hooks_.known(i) != nullptr; };
    const std::vector<bool> needed = needed_nodes(pipeline_, is_known);
    std::vector<bool> known(needed.size());
    for (std::size_t i = 0; i < needed.size(); ++i) known[i] = needed[i] && is_known(i);
    settled_ = known;
    expect_readers();
    for (std::size_t i = 0; i < needed.size(); ++i) {
      if (known[i]) values_.keep(i, *hooks_.known(i));
    }
    // Each pass but the last decides on links, so that more is needed then.
    while (pass()) expect_readers();
  }

 private:
  std::optional<bool> followed(const Node& node, std::size_t input) const {
    return placed(node, [&] {
      return is_followed(node, input, [&](const Link& link) {
        return settled_[link.node] ? &values_.look(link) : nullptr;
      });
    });
  }

  // Whether there was anything to run.
  bool pass() {
    const std::vector<bool> needed = needed_now(/*undecided=*/false);
    bool any = false;
    for (std::size_t i = 0; i < needed.size(); ++i) {
      if (!needed[i] || settled_[i] || !is_ready(pipeline_.nodes[i])) continue;
      run_node(i);
      any = true;
    }
    return any;
  }

  std::vector<bool> needed_now(bool undecided) const {
    return needed_nodes(
        pipeline_, [&](std::size_t i) { return settled_[i]; },
        [&](const Node& node, std::size_t input) { return followed(node, input); }, undecided);
  }

  bool is_ready(const Node& node) const {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const Link* link = std::get_if<Link>(&node.inputs[i]);
      if (link == nullptr) continue;
      const std::optional<bool> follows = followed(node, i);
      if (!follows || (*follows && !settled_[link->node])) return false;
    }
    return true;
  }

  void expect_readers() {
    const std::vector<bool> possible = needed_now(/*undecided=*/true);
    std::vector<Link> readers;
    for (std::size_t i = 0; i < possible.size(); ++i) {
      if (!possible[i] || settled_[i]) continue;
      const Node& node = pipeline_.nodes[i];
      for (std::size_t at = 0; at < node.inputs.size(); ++at) {
        const Link* link = std::get_if<Link>(&node.inputs[at]);
        if (link != nullptr && followed(node, at).value_or(true)) readers.push_back(*link);
      }
    }
    values_.expect(readers);
  }

  std::vector<Value> linked_values(const Node& node) {
    // All are decided on before the first is taken away.
    std::vector<const Link*> links(node.inputs.size(), nullptr);
    for (std::size_t i = 0; i < links.size(); ++i) {
      const Link* link = std::get_if<Link>(&node.inputs[i]);
      if (link != nullptr && followed(node, i) == true) links[i] = link;
    }
    std::vector<Value> linked(links.size());
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (links[i] != nullptr) linked[i] = values_.take(*links[i]);
    }
    return linked;
  }

  void run_node(std::size_t i) {
    const Node& node = pipeline_.nodes[i];
    hooks_.begin(node);
    std::vector<Value> outputs =
        placed(node, [&] { return function_(node.decl->type)(Inputs(node, linked_values(node))); });
    if (outputs.size() != node.decl->outputs.size()) {
      throw std::logic_error(sentence("node type {} declares {} outputs and gave {}", node.decl->type,
                                      node.decl->outputs.size(), outputs.size()));
    }
    hooks_.done(node, outputs);
    settled_[i] = true;
    values_.keep(i, std::move(outputs));
  }

  const Pipeline& pipeline_;
  const std::function<const NodeFunction&(const std::string& type)>& function_;
  const ExecuteHooks& hooks_;
  Values values_;
  std::vector<bool> settled_;  // by index of node: whether its values are there
};

}  // namespace

Error at_node(const Error& error, const Node& node) {
  const std::string name = title(node);
  std::vector<Diagnostic> diagnostics = error.diagnostics();
  for (Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.node.empty()) diagnostic.node = node.name;
    if (diagnostic.place.file.empty()) {
      diagnostic.place = node.place;
      diagnostic.message = sentence("{}: {}", name, diagnostic.message);
    } else {
      diagnostic.message += sentence(" ({}, {}:{})", name, node.place.file, node.place.line);
    }
  }
  return Error(std::move(diagnostics));
}

std::vector<bool> needed_nodes(const Pipeline& pipeline,
                               const std::function<bool(std::size_t)>& known) {
  return needed_nodes(
      pipeline, known, [](const Node& node, std::size_t input) { return is_followed(node, input); },
      /*undecided=*/true);
}

void execute(const Pipeline& pipeline,
             const std::function<const NodeFunction&(const std::string& type)>& function,
             const ExecuteHooks& hooks) {
  Execution(pipeline, function, hooks).run();
}

}  // namespace ksampler
