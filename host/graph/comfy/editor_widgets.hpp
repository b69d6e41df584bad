// The values of a node that the editor keeps in a row, by the names of the inputs that they are for.
#ifndef KSAMPLER_GRAPH_COMFY_EDITOR_WIDGETS_HPP
#define KSAMPLER_GRAPH_COMFY_EDITOR_WIDGETS_HPP

#include "host/graph/declaration.hpp"
#include "host/graph/yaml_tree.hpp"

#include <map>
#include <string>
#include <vector>

namespace ksampler {

// Whether the editor has a field for it. A field always has a value: what may have none is linked.
bool has_widget(const InputDecl& input);

// The names of the inputs that have a value in the editor, in the order of ComfyUI's declaration.
std::vector<std::string> widget_names(const NodeDecl& decl);

// `values` is "widgets_values": a list in that order, or a map by name. Behind a seed stands what
// becomes of it after a run ("randomize"; true in files of 2023), which is no input. Fewer values than
// inputs: the rest has its defaults; what is beyond them is an extension's.
std::map<std::string, YamlPtr> widget_values(const NodeDecl& decl, const YamlPtr& values);

// The same of a node that is not declared, by the fields that the file lists for it. None where there
// are more or fewer values than fields.
std::map<std::string, YamlPtr> listed_values(const std::vector<std::string>& fields,
                                             const YamlPtr& values);

}  // namespace ksampler

#endif
