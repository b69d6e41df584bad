// The inventory for people.
#include "host/base/sentence.hpp"
#include "host/cli/inventory.hpp"
#include "host/cli/table.hpp"
#include "host/cli/terminal.hpp"
#include "host/nodes/plugin_inputs.hpp"

namespace ksampler {
namespace {

constexpr std::size_t kWide = 120;  // columns that a table of samplers needs to say everything

const char* noise_text(NoiseKind noise) {
  switch (noise) {
    case NoiseKind::none:
      return "-";
    case NoiseKind::gaussian:
      return "gaussian";
    case NoiseKind::brownian:
      return "brownian";
    case NoiseKind::continued:
      return "continued";
  }
  return "";
}

const char* stage_text(GuiderStage stage) {
  constexpr const char* texts[] = {"before", "combines", "after"};
  return texts[static_cast<std::size_t>(stage)];
}

// What it is given besides the predictions of the prompts.
std::string needs_text(const GuiderDescription& guider) {
  std::string needs;
  const auto add = [&](bool needed, const char* what) {
    if (needed) needs += (needs.empty() ? "" : ", ") + std::string(what);
  };
  add(guider.needs_empty, "empty");
  add(guider.needs_perturbed, "weakened");
  add(guider.needs_second, "second");
  return needs.empty() ? "-" : needs;
}

// "2", or "-" where it is not known.
std::string count_text(std::uint32_t count) { return count == 0 ? "-" : std::to_string(count); }

// What it does, and which sampler it runs where none is named.
std::string summary_of(const SamplerDescription& sampler) {
  if (sampler.inside.empty()) return sampler.summary;
  return sentence("{} (`{}`, or by SamplerAround)", sampler.summary, sampler.inside);
}

// One line a sampler or scheduler comes first; then, where any have parameters, those.
template <typename Description>
void print_params(const std::vector<Named<Description>>& all, std::ostream& out) {
  Table table(stdout_columns());
  bool any = false;
  for (const auto& each : all) {
    for (const InputDecl& param : param_inputs(each.description->params)) {
      table.row({each.name, param.name, takes_text(param), param.summary});
      any = true;
    }
  }
  if (!any) return;
  out << "\nParameters, set as { name: ..., parameter: value }:\n";
  table.print(out);
}

template <typename Description>
std::vector<std::string> names_of(const std::vector<Named<Description>>& all) {
  std::vector<std::string> names;
  for (const auto& each : all) names.push_back(each.name);
  return names;
}

}  // namespace

void print_overview(const Inventory& inventory, std::ostream& out) {
  std::vector<std::string> plugins;
  for (const Manifest& each : inventory.registry.plugins()) {
    plugins.push_back(sentence("{} {}", each.plugin.name, each.plugin.version));
  }
  std::vector<std::string> nodes;
  for (const NodeDecl& node : inventory.nodes) nodes.push_back(node.type);
  out << "Plugins\n";
  print_wrapped(out, plugins, "  ");
  out << "Samplers\n";
  print_wrapped(out, names_of(named_samplers(inventory.registry)), "  ");
  out << "Schedulers\n";
  print_wrapped(out, names_of(named_schedulers(inventory.registry)), "  ");
  out << "Guiders\n";
  print_wrapped(out, names_of(named_guiders(inventory.registry)), "  ");
  out << "Noises\n";
  print_wrapped(out, names_of(named_noises(inventory.registry)), "  ");
  out << "Nodes\n";
  print_wrapped(out, nodes, "  ");
  out << "\n`ksampler list plugins`, `samplers`, `schedulers`, `guiders`, `noises` or `nodes` says "
         "more.\n";
}

void print_plugins(const Inventory& inventory, std::ostream& out) {
  Table table;
  table.row({"PLUGIN", "VERSION", "LICENCE", "SAMPLERS", "SCHEDULERS", "GUIDERS", "NOISES", "LIBRARY"});
  for (const Manifest& each : inventory.registry.plugins()) {
    const PluginDescription& plugin = each.plugin;
    table.row({plugin.name, plugin.version, plugin.licence, std::to_string(plugin.samplers.size()),
               std::to_string(plugin.schedulers.size()), std::to_string(plugin.guiders.size()),
               std::to_string(plugin.noises.size()), each.library.string()});
  }
  table.print(out);
  out << "\nLooked for in:\n";
  for (const auto& folder : inventory.registry.folders()) out << "  " << folder.string() << "\n";
}

void print_samplers(const Inventory& inventory, std::ostream& out) {
  const auto samplers = named_samplers(inventory.registry);
  const std::size_t columns = stdout_columns();
  const bool whole = columns == 0 || columns >= kWide;
  Table table(columns);
  table.row(whole ? std::vector<std::string>{"SAMPLER", "ORDER", "CALLS A STEP", "NOISE", "PLUGIN",
                                             "WHAT IT IS"}
                  : std::vector<std::string>{"SAMPLER", "CALLS", "WHAT IT IS"});
  for (const auto& each : samplers) {
    const SamplerDescription& sampler = *each.description;
    const std::string calls = count_text(sampler.model_calls);
    if (whole) {
      table.row({each.name, count_text(sampler.order), calls, noise_text(sampler.noise),
                 each.plugin->plugin.name, sentence("{}: {}", sampler.title, summary_of(sampler))});
    } else {
      table.row({each.name, calls, summary_of(sampler)});  // the title says again what the name does
    }
  }
  table.print(out);
  if (!whole) {
    out << "\nCALLS: of the model, a step. On " << kWide
        << " columns, in a file or as --json there is more.\n";
  }
  print_params(samplers, out);
}

void print_schedulers(const Inventory& inventory, std::ostream& out) {
  const auto schedulers = named_schedulers(inventory.registry);
  Table table(stdout_columns());
  table.row({"SCHEDULER", "PLUGIN", "WHAT IT IS"});
  for (const auto& each : schedulers) {
    table.row({each.name, each.plugin->plugin.name,
               sentence("{}: {}", each.description->title, each.description->summary)});
  }
  table.print(out);
  print_params(schedulers, out);
}

void print_guiders(const Inventory& inventory, std::ostream& out) {
  const auto guiders = named_guiders(inventory.registry);
  Table table(stdout_columns());
  table.row({"GUIDER", "PLACE", "NEEDS", "PLUGIN", "WHAT IT IS"});
  for (const auto& each : guiders) {
    table.row({each.name, stage_text(each.description->stage), needs_text(*each.description),
               each.plugin->plugin.name,
               sentence("{}: {}", each.description->title, each.description->summary)});
  }
  table.print(out);
  out << "\nPLACE: before and after those that combine; of several that combine, the last stands.\n"
         "NEEDS: 'empty': its node's 'empty_conditioning', of an empty prompt; 'second': its node's\n"
         "'second_conditioning', of a second prompt; 'weakened': a UNet, which is asked once more with "
         "its\n"
         "attention weakened.\n";
  print_params(guiders, out);
}

void print_noises(const Inventory& inventory, std::ostream& out) {
  const auto noises = named_noises(inventory.registry);
  Table table(stdout_columns());
  table.row({"NOISE", "UNIT", "WHITE", "PLUGIN", "WHAT IT IS"});
  for (const auto& each : noises) {
    table.row({each.name, each.description->unit ? "yes" : "-", each.description->white ? "yes" : "-",
               each.plugin->plugin.name,
               sentence("{}: {}", each.description->title, each.description->summary)});
  }
  table.print(out);
  out << "\nUNIT: mean 0 and variance 1; WHITE: elements are independent of each other.\n";
  print_params(noises, out);
}

void print_nodes(const Inventory& inventory, std::ostream& out) {
  bool first = true;
  for (const NodeDecl& node : inventory.nodes) {
    out << (first ? "" : "\n") << node.type << ": " << node.summary << "\n";
    first = false;
    Table table(stdout_columns());
    for (const InputDecl& input : node.inputs)
      table.row({input.name, takes_text(input), input.summary});
    for (const OutputDecl& output : node.outputs) {
      table.row({"-> " + output.name, output.type, output.summary});
    }
    table.print(out, "  ");
  }
}

}  // namespace ksampler
