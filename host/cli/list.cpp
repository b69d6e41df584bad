// ksampler list [plugins|samplers|schedulers|guiders|noises|nodes] [--json]: what there is, from
// manifests and declarations, with no plugin loaded.
#include "host/cli/inventory.hpp"
#include "host/cli/search.hpp"
#include "host/cli/verb.hpp"
#include "host/nodes/declarations.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <iostream>
#include <memory>

namespace ksampler {
namespace {

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

int list(const ListArguments& options) {
  Report report = stderr_report();
  const Registry registry = find_plugins(options.plugins, nullptr, report);
  const Inventory inventory{registry, node_declarations()};
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
  verb->add_flag("--json", options->json, "As JSON");
  add_plugins_option(*verb, options->plugins);
  verb->callback([&action, options] { action = [options] { return list(*options); }; });
}

}  // namespace ksampler
