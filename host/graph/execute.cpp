#include "host/graph/execute.hpp"

#include "host/base/sentence.hpp"
#include "host/graph/node_title.hpp"

#include <new>
#include <stdexcept>

namespace ksampler {
namespace {

// The values that nodes gave and others still wait for.
class Values {
 public:
  Values(const Pipeline& pipeline, const std::function<bool(std::size_t)>& is_run)
      : values_(pipeline.nodes.size()), readers_(pipeline.nodes.size()) {
    for (std::size_t i = 0; i < pipeline.nodes.size(); ++i) {
      readers_[i].resize(pipeline.nodes[i].decl->outputs.size(), 0);
      if (!is_run(i)) continue;
      for (const InputValue& input : pipeline.nodes[i].inputs) {
        if (const Link* link = std::get_if<Link>(&input)) ++readers_[link->node][link->output];
      }
    }
  }

  // For one reader; the last takes the value away.
  Value take(const Link& link) {
    Value& value = values_[link.node][link.output];
    return --readers_[link.node][link.output] > 0 ? value : std::exchange(value, Value{});
  }

  void keep(std::size_t node, std::vector<Value> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (readers_[node][i] == 0) values[i].reset();
    }
    values_[node] = std::move(values);
  }

 private:
  std::vector<std::vector<Value>> values_;
  std::vector<std::vector<std::size_t>> readers_;
};

std::vector<Value> linked_values(const Node& node, Values& values) {
  std::vector<Value> linked(node.inputs.size());
  for (std::size_t i = 0; i < linked.size(); ++i) {
    if (const Link* link = std::get_if<Link>(&node.inputs[i])) linked[i] = values.take(*link);
  }
  return linked;
}

std::vector<Value> run_node(const Node& node, const NodeFunction& function, Values& values) {
  try {
    return function(Inputs(node, linked_values(node, values)));
  } catch (const Error& error) {
    throw at_node(error, node);
  } catch (const Stopped&) {
    throw;
  } catch (const std::logic_error&) {
    throw;  // a bug, which says itself where
  } catch (const std::bad_alloc&) {
    throw at_node(Error("out of memory"), node);
  } catch (const std::exception& error) {
    throw at_node(Error(error.what()), node);
  }
}

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
  std::vector<bool> needed(pipeline.nodes.size(), false);
  // Backwards, each reader comes before what it reads.
  for (std::size_t i = pipeline.nodes.size(); i-- > 0;) {
    const Node& node = pipeline.nodes[i];
    if (node.decl->is_output) needed[i] = true;
    if (!needed[i] || known(i)) continue;
    for (const InputValue& input : node.inputs) {
      if (const Link* link = std::get_if<Link>(&input)) needed[link->node] = true;
    }
  }
  return needed;
}

void execute(const Pipeline& pipeline,
             const std::function<const NodeFunction&(const std::string& type)>& function,
             const ExecuteHooks& hooks) {
  const auto is_known = [&](std::size_t i) { return hooks.known(i) != nullptr; };
  const std::vector<bool> needed = needed_nodes(pipeline, is_known);
  Values values(pipeline, [&](std::size_t i) { return needed[i] && !is_known(i); });
  for (std::size_t i = 0; i < pipeline.nodes.size(); ++i) {
    if (!needed[i]) continue;
    if (const std::vector<Value>* known = hooks.known(i)) {
      values.keep(i, *known);
      continue;
    }
    const Node& node = pipeline.nodes[i];
    hooks.begin(node);
    std::vector<Value> outputs = run_node(node, function(node.decl->type), values);
    if (outputs.size() != node.decl->outputs.size()) {
      throw std::logic_error(sentence("node type {} declares {} outputs and gave {}", node.decl->type,
                                      node.decl->outputs.size(), outputs.size()));
    }
    hooks.done(node, outputs);
    values.keep(i, std::move(outputs));
  }
}

}  // namespace ksampler
