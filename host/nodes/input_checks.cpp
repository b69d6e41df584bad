#include "host/nodes/input_checks.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/graph/execute.hpp"
#include "host/model/file/model_file.hpp"
#include "host/model/file/text_recipe.hpp"
#include "host/nodes/declarations.hpp"
#include "host/nodes/filename_prefix.hpp"
#include "host/nodes/plugin_inputs.hpp"
#include "host/nodes/prompts.hpp"
#include "host/nodes/text_fits.hpp"

namespace ksampler {
namespace {

void append(std::vector<Diagnostic>& diagnostics, const Error& error) {
  diagnostics.insert(diagnostics.end(), error.diagnostics().begin(), error.diagnostics().end());
}

// As far as they are too long for most disks: the folder of outputs is the run's to look at.
void check_names(const Pipeline& pipeline) { check_filename_prefixes(pipeline); }

// What plugins need by what they say of themselves: their nodes would say it, once they run.
void check_needs(const Pipeline& pipeline, const Registry& registry) {
  std::vector<Diagnostic> wrong;
  const auto add = [&](const Node& node, const std::string& input, const std::string& message) {
    wrong.push_back({.place = node.place,
                     .message = sentence("node {}: {}", quote(node.name), message),
                     .kind = Diagnostic::Kind::missing_input,
                     .node = node.name,
                     .input = input});
  };
  for (const Node& node : pipeline.nodes) {
    const auto chosen = [&](const char* input) {
      return find_literal<PluginChoice>(find_input(node, input));
    };
    if (const PluginChoice* guider = chosen("guider")) {
      const GuiderDescription& description = *registry.guider(guider->name).guider;
      const auto needs = [&](bool is_needed, const char* input, const char* prompt) {
        if (!is_needed || std::get_if<Link>(find_input(node, input)) != nullptr) return;
        add(node, input, needs_prompt(guider->name, input, prompt));
      };
      needs(description.needs_empty, "empty_conditioning", "an empty");
      needs(description.needs_second, "second_conditioning", "a second");
    }
    if (node.decl->type != "SamplerAround") continue;
    if (const PluginChoice* sampler = chosen("sampler_name");
        sampler != nullptr && registry.sampler(sampler->name).sampler->inside.empty()) {
      add(node, "sampler_name",
          sentence("sampler {} runs no other sampler inside{}", quote(sampler->name),
                   suggestion(sampler->name, samplers_around(registry))));
    }
  }
  if (!wrong.empty()) throw Error(std::move(wrong));
}

// What a checkpoint must hold of what others take from it.
void check_checkpoint(const Pipeline& pipeline, const Node& node, const std::string& file) {
  const auto opened = open_model_file(file);
  for (std::size_t i = 0; i < node.decl->outputs.size(); ++i) {
    const std::string& type = node.decl->outputs[i].type;
    if (!is_linked(pipeline, node, i)) continue;
    if (type == "MODEL") prefix_of(*opened, kNetworkPart);
    if (type == "CLIP") recipe_of({TensorNames(opened)}, TextUse::as_found);
    if (type == "VAE") prefix_of(*opened, kAutoencoderPart);
  }
}

void look_into(const Pipeline& pipeline, const Node& node, FileKind kind, const std::string& file) {
  switch (kind) {
    case FileKind::any:
    case FileKind::text:  // see named_encoders
      return;
    case FileKind::tensors:
      open_tensor_file(file);
      return;
    case FileKind::model:
      check_checkpoint(pipeline, node, file);
      return;
    case FileKind::unet:
      prefix_of(*open_model_file(file), kNetworkPart);
      return;
    case FileKind::control_net:
      prefix_of(*open_model_file(file), kControlPart);
      return;
    case FileKind::autoencoder:
      prefix_of(*open_model_file(file), kAutoencoderPart);
      return;
  }
}

void check_model_files(const Pipeline& pipeline) {
  std::vector<Diagnostic> wrong;
  const auto note = [&](const Node& node, const auto& check) {
    try {
      check();
    } catch (const Error& error) {
      append(wrong, at_node(error, node));
    }
  };
  const std::vector<bool> needed = needed_nodes(pipeline);
  for (std::size_t n = 0; n < pipeline.nodes.size(); ++n) {
    const Node& node = pipeline.nodes[n];
    if (!needed[n]) continue;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const std::string* const file = find_literal<std::string>(&node.inputs[i]);
      if (file == nullptr) continue;
      note(node, [&] { look_into(pipeline, node, node.decl->inputs[i].file_kind, *file); });
    }
    note(node, [&] { named_encoders(node); });
  }
  if (!wrong.empty()) throw Error(std::move(wrong));
  check_texts_fit(pipeline);
}

}  // namespace

void check_inputs(const Pipeline& pipeline, const Registry& registry) {
  std::vector<Diagnostic> wrong;
  const auto note = [&](const auto& check) {
    try {
      check();
    } catch (const Error& error) {
      append(wrong, error);
    }
  };
  note([&] { check_names(pipeline); });
  note([&] { check_prompts(pipeline); });
  note([&] { check_needs(pipeline, registry); });
  note([&] { check_model_files(pipeline); });
  if (!wrong.empty()) throw Error(std::move(wrong));
}

Pipeline check_whole_pipeline(const ParsedPipeline& parsed, const Registry& registry,
                              const std::vector<Setting>& settings) {
  Pipeline pipeline = check_pipeline(parsed, node_declarations(), plugin_inputs(registry), settings);
  check_inputs(pipeline, registry);
  return pipeline;
}

}  // namespace ksampler
