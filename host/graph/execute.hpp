// Runs a checked pipeline: each node once, in order, its outputs kept until the last reader is done.
// Knows no node by name.
#ifndef KSAMPLER_GRAPH_EXECUTE_HPP
#define KSAMPLER_GRAPH_EXECUTE_HPP

#include "host/graph/pipeline.hpp"

#include <any>
#include <cstdint>
#include <functional>
#include <string_view>

namespace ksampler {

using Value = std::any;  // what travels along a link: a shared_ptr or another cheap copy

// The inputs of one node, by name. Asking for one that is not declared, or as another type than
// declared, is a bug of the node and throws std::logic_error.
class Inputs {
 public:
  // Throws Error where a number or text came along a link that an input does not take, or nothing did.
  Inputs(const Node& node, std::vector<Value> linked);

  bool has(std::string_view name) const;  // an optional input that was given
  std::int64_t integer(std::string_view name) const;
  std::uint64_t seed(std::string_view name) const;
  double number(std::string_view name) const;
  bool boolean(std::string_view name) const;
  const std::string& text(std::string_view name) const;  // text, choice, file
  const std::vector<std::int64_t>& integers(std::string_view name) const;
  const std::vector<double>& numbers(std::string_view name) const;
  const PluginChoice& plugin(std::string_view name) const;  // sampler, scheduler

  template <typename T>
  const T& link(std::string_view name) const {
    const T* value = std::any_cast<T>(&linked(name));
    if (value == nullptr) refuse(name, "is linked to a value of another type than the node asks for");
    return *value;
  }

  // The same, whatever it is: for nodes that pass it on.
  const Value& linked(std::string_view name) const;

  const Node& node() const { return *node_; }

 private:
  std::size_t index(std::string_view name) const;
  template <typename T>
  const T& literal(std::string_view name) const;
  [[noreturn]] void refuse(std::string_view name, const std::string& why) const;

  const Node* node_;
  std::vector<Value> linked_;      // by input index; empty where the input is a literal
  std::vector<Literal> literals_;  // likewise; of numbers and texts, also what came along a link
};

// What a node does. Returns one value for each declared output. Errors: throws Error; the executor adds
// the node's name and place where the error has none.
using NodeFunction = std::function<std::vector<Value>(const Inputs&)>;

struct ExecuteHooks {
  std::function<void(const Node&)> begin = [](const Node&) {};
  // After each node, with the values that it gave.
  std::function<void(const Node&, const std::vector<Value>&)> done = [](const Node&, const auto&) {};
  // By index of node: the values that it gave before, where they are as good as new; null: it is run.
  std::function<const std::vector<Value>*(std::size_t)> known = [](std::size_t) { return nullptr; };
};

// `error`, which came of `node`: at the node's place, or where it has one of its own, such as a file
// that the node reads, there, with the node named behind it.
Error at_node(const Error& error, const Node& node);

// By index of node: whether an output node needs it, or may, where a value decides that is not known
// before a run. Of one that `known` knows, nothing else is needed.
std::vector<bool> needed_nodes(
    const Pipeline& pipeline,
    const std::function<bool(std::size_t)>& known = [](std::size_t) { return false; });

// Runs every node that an output node needs and that is not known, in an order in which each comes
// behind what it needs. What is behind the link that a switch does not take is not run: a switch that
// is linked is computed before anything behind its links. `function` gives the function of a
// type. A value is let go when its last reader has run; while that runs, it is the only owner.
void execute(const Pipeline& pipeline,
             const std::function<const NodeFunction&(const std::string& type)>& function,
             const ExecuteHooks& hooks = {});

}  // namespace ksampler

#endif
