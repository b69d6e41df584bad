#include "host/nodes/prompts.hpp"

#include "host/graph/input_subject.hpp"
#include "host/model/text/prompt.hpp"

#include <algorithm>

namespace ksampler {
namespace {

bool takes_clip(const NodeDecl& decl) {
  return std::any_of(decl.inputs.begin(), decl.inputs.end(), [](const InputDecl& input) {
    return input.kind == InputKind::link && input.type == "CLIP";
  });
}

}  // namespace

void check_prompts(const Pipeline& pipeline) {
  std::vector<Diagnostic> wrong;
  for (const Node& node : pipeline.nodes) {
    if (!takes_clip(*node.decl)) continue;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const auto* const text = find_literal<std::string>(&node.inputs[i]);
      if (text == nullptr || node.decl->inputs[i].kind != InputKind::text) continue;
      try {
        parse_prompt(*text);
      } catch (const Error& error) {
        const InputSubject subject = subject_of(node.name, node.decl->inputs[i].name);
        wrong.push_back(about(subject, Diagnostic::Kind::syntax, node.place,
                              sentence("{}: {}", subject.text, error.what())));
      }
    }
  }
  if (!wrong.empty()) throw Error(std::move(wrong));
}

}  // namespace ksampler
