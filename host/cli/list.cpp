// ksampler list [plugins|samplers|schedulers|guiders|noises|nodes [NAME]] [--json]: what there is, from
// manifests and declarations, with no plugin loaded.
#include "host/base/lower_case.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/cli/inventory.hpp"
#include "host/cli/search.hpp"
#include "host/cli/verb.hpp"
#include "host/graph/wording.hpp"
#include "host/nodes/declarations.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <iostream>
#include <memory>

namespace ksampler {
namespace {

constexpr std::size_t kShownName = 60;

struct Section {
  const char* name;
  void (*print)(const Inventory&, std::ostream&);
  nlohmann::ordered_json (*json)(const Inventory&);
};

constexpr std::array<Section, 6> kSections = {{
    {"plugins", &print_plugins, &plugins_json},
    {"samplers", &print_samplers, &samplers_json},
    {"schedulers", &print_schedulers, &schedulers_json},
    {"guiders", &print_guiders, &guiders_json},
    {"noises", &print_noises, &noises_json},
    {"nodes", &print_nodes, &nodes_json},
}};

struct ListArguments {
  std::string section;  // empty: names alone; as JSON, all of them
  std::string node;     // of the nodes, this one, or those with that in their names; empty: all
  bool json = false;
  std::vector<std::string> plugins;
};

void print_json(const ListArguments& options, const Inventory& inventory) {
  nlohmann::ordered_json all;
  for (const Section& section : kSections) {
    const bool wanted = options.section.empty() || options.section == section.name;
    if (wanted) all[section.name] = section.json(inventory);
  }
  // A name from a manifest may be no UTF-8, which JSON has to be.
  constexpr auto replace = nlohmann::ordered_json::error_handler_t::replace;
  const auto& shown = options.section.empty() ? all : all[options.section];
  std::cout << shown.dump(2, ' ', false, replace) << "\n";
}

// That of this name, large or small letters; else those that have it in their names.
std::vector<NodeDecl> nodes_called(const std::string& name) {
  const std::string wanted = lower_case(name);
  std::vector<NodeDecl> found;
  std::vector<std::string> types;
  for (const NodeDecl& node : node_declarations()) {
    types.push_back(node.type);
    const std::string type = lower_case(node.type);
    if (type == wanted) return {node};
    if (type.find(wanted) != std::string::npos) found.push_back(node);
  }
  if (found.empty()) {
    throw Error(sentence("there is no node {}{}", quote(name), known_types_hint(name, types)));
  }
  return found;
}

int list(const ListArguments& options) {
  if (!options.node.empty() && options.section != "nodes") {
    throw Error(
        sentence("only `ksampler list nodes` takes a name, here {}; `ksampler list {}` shows all",
                 quote(printable(options.node, kShownName)), options.section));
  }
  Report report = stderr_report();
  const Registry registry = find_plugins(options.plugins, nullptr, report);
  const std::vector<NodeDecl> nodes =
      options.node.empty() ? node_declarations() : nodes_called(options.node);
  const Inventory inventory{registry, nodes};
  if (options.json) {
    print_json(options, inventory);
    return kFine;
  }
  if (options.section.empty()) print_overview(inventory, std::cout);
  for (const Section& section : kSections) {
    if (options.section == section.name) section.print(inventory, std::cout);
  }
  return kFine;
}

}  // namespace

void add_list(CLI::App& app, Action& action) {
  auto options = std::make_shared<ListArguments>();
  std::vector<std::string> names;
  for (const Section& section : kSections) names.emplace_back(section.name);
  CLI::App* verb =
      app.add_subcommand("list", "List plugins, samplers, schedulers, guiders, noises and nodes");
  verb->add_option("what", options->section,
                   "plugins, samplers, schedulers, guiders, noises or nodes; left out, names alone")
      ->type_name("WHAT")
      ->check(one_of(names, "list"));
  verb->add_option("name", options->node, "Of the nodes, this one, or those with it in their names")
      ->type_name("NAME");
  verb->add_flag("--json", options->json, "As JSON");
  add_plugins_option(*verb, options->plugins);
  verb->callback([&action, options] { action = [options] { return list(*options); }; });
}

}  // namespace ksampler
