// All that there is to list: for people, as JSON, and as names.
#ifndef KSAMPLER_CLI_INVENTORY_HPP
#define KSAMPLER_CLI_INVENTORY_HPP

#include "host/graph/declaration.hpp"
#include "host/plugin/registry.hpp"

#include <nlohmann/json_fwd.hpp>

#include <ostream>
#include <string>
#include <vector>

namespace ksampler {

struct Inventory {
  const Registry& registry;
  const std::vector<NodeDecl>& nodes;
};

// A sampler, scheduler, guider or noise under the shortest name that means it alone: "euler", or
// "k-diffusion/euler" where another plugin has one of that name.
template <typename Description>
struct Named {
  std::string name;
  const Manifest* plugin;
  const Description* description;
};

// In the order of names.
std::vector<Named<SamplerDescription>> named_samplers(const Registry& registry);
std::vector<Named<SchedulerDescription>> named_schedulers(const Registry& registry);
std::vector<Named<GuiderDescription>> named_guiders(const Registry& registry);
std::vector<Named<NoiseDescription>> named_noises(const Registry& registry);

// Names alone, of everything.
void print_overview(const Inventory& inventory, std::ostream& out);
void print_plugins(const Inventory& inventory, std::ostream& out);
void print_samplers(const Inventory& inventory, std::ostream& out);
void print_schedulers(const Inventory& inventory, std::ostream& out);
void print_guiders(const Inventory& inventory, std::ostream& out);
void print_noises(const Inventory& inventory, std::ostream& out);
void print_nodes(const Inventory& inventory, std::ostream& out);

nlohmann::ordered_json plugins_json(const Inventory& inventory);
nlohmann::ordered_json samplers_json(const Inventory& inventory);
nlohmann::ordered_json schedulers_json(const Inventory& inventory);
nlohmann::ordered_json guiders_json(const Inventory& inventory);
nlohmann::ordered_json noises_json(const Inventory& inventory);
nlohmann::ordered_json nodes_json(const Inventory& inventory);

// What an input takes, with its default: "a number from 0 to 100 (default 8)".
std::string takes_text(const InputDecl& input);

}  // namespace ksampler

#endif
