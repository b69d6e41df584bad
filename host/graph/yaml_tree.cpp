#include "host/graph/yaml_tree.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/graph/yaml_hint.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <unordered_map>

namespace ksampler {
namespace {

// A pipeline needs six levels; the bound keeps recursion over the tree safe.
class YamlTreeBuilder : public YAML::EventHandler {
 public:
  YamlTreeBuilder(std::string file, bool lines, std::vector<Diagnostic>& diagnostics)
      : file_(std::move(file)), lines_(lines), diagnostics_(diagnostics) {}

  Place place(const YAML::Mark& mark) const {
    if (!lines_ || mark.is_null()) return {file_};
    return {file_, mark.line + 1, mark.column + 1};
  }

  YamlPtr root() const { return root_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(anchored(make(YamlNode::Kind::null, mark), anchor));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) {
      throw YAML::ParserException(mark, "an alias (*name) stands inside the value that it names");
    }
    add(known->second);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    auto node = make(YamlNode::Kind::scalar, mark);
    node->text = value;
    node->quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!node->quoted) check_tag(tag, node->place);
    add(anchored(node, anchor));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override {
    check_keys(*frames_.back().node);
    merge(*frames_.back().node);
    close();
  }

 private:
  // A list or map that is not yet complete.
  struct Frame {
    std::shared_ptr<YamlNode> node;
    YAML::anchor_t anchor;
    std::optional<YamlPtr> key;  // of a map: read, and its value not yet
  };

  std::shared_ptr<YamlNode> make(YamlNode::Kind kind, const YAML::Mark& mark) const {
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    node->place = place(mark);
    return node;
  }

  YamlPtr anchored(const YamlPtr& node, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    return node;
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    if (frames_.size() == kMaxDepth) {
      throw YAML::ParserException(mark, sentence("nested deeper than {} levels", kMaxDepth));
    }
    frames_.push_back({make(kind, mark), anchor, std::nullopt});
    check_tag(tag, frames_.back().node->place);
  }

  void close() {
    const Frame frame = std::move(frames_.back());
    frames_.pop_back();
    add(anchored(frame.node, frame.anchor));
  }

  void add(const YamlPtr& value) {
    if (frames_.empty()) {
      root_ = value;
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node->kind == YamlNode::Kind::list) {
      frame.node->items.push_back(value);
    } else if (!frame.key) {
      frame.key = value;
    } else {
      add_entry(*frame.node, **frame.key, value);
      frame.key.reset();
    }
  }

  void add_entry(YamlNode& map, const YamlNode& key, YamlPtr value) {
    if (key.kind != YamlNode::Kind::scalar) {
      diagnostics_.push_back({key.place, "a key must be a name", Diagnostic::Kind::syntax});
      return;
    }
    if (value->kind == YamlNode::Kind::null) {  // which has no place of its own
      auto nothing = std::make_shared<YamlNode>(*value);
      nothing->place = key.place;
      value = nothing;
    }
    map.entries.push_back({key.text, key.place, value});
  }

  void check_tag(const std::string& tag, const Place& where) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    diagnostics_.push_back(
        {where, sentence("the YAML tag {} has no meaning in a pipeline; leave it out", quote(tag)),
         Diagnostic::Kind::syntax});
  }

  // Keeps the first of each key.
  void check_keys(YamlNode& map) {
    std::unordered_map<std::string, Place> first;
    std::vector<YamlEntry> kept;
    for (YamlEntry& entry : map.entries) {
      const auto [at, added] = first.emplace(entry.key, entry.place);
      if (added) {
        kept.push_back(std::move(entry));
      } else {
        const char* hint =
            entry.key == "type" ? "; what ComfyUI's loaders call 'type' is 'clip_type' here" : "";
        diagnostics_.push_back({entry.place,
                                sentence("{} stands twice here; the first is in line {}{}",
                                         quote(entry.key), at->second.line, hint),
                                Diagnostic::Kind::syntax});
      }
    }
    map.entries = std::move(kept);
  }

  // "<<: *base" adds the entries of `base` that the map itself does not have.
  void merge(YamlNode& map) {
    const YamlEntry* found = map.find("<<");
    if (found == nullptr) return;
    const YamlEntry merged = *found;
    std::erase_if(map.entries, [](const YamlEntry& entry) { return entry.key == "<<"; });

    std::set<std::string> present;
    for (const YamlEntry& entry : map.entries) present.insert(entry.key);
    const bool single = merged.value->kind != YamlNode::Kind::list;
    for (const YamlPtr& source : single ? std::vector<YamlPtr>{merged.value} : merged.value->items) {
      if (source->kind != YamlNode::Kind::map) {
        diagnostics_.push_back({merged.place, "'<<' takes an alias of a map, or a list of them",
                                Diagnostic::Kind::syntax});
        continue;
      }
      for (const YamlEntry& entry : source->entries) {
        if (present.insert(entry.key).second) map.entries.push_back(entry);
      }
    }
  }

  std::string file_;
  bool lines_;
  std::vector<Diagnostic>& diagnostics_;
  YamlPtr root_ = std::make_shared<YamlNode>();
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, YamlPtr> anchors_;  // of complete values
};

// Refuses what follows the first document.
class NoMore : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    throw YAML::ParserException(mark, "a second document begins; a pipeline file holds one");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

}  // namespace

const YamlEntry* YamlNode::find(std::string_view key) const {
  for (const YamlEntry& entry : entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

YamlPtr parse_yaml(const std::string& text, const std::string& file,
                   std::vector<Diagnostic>& diagnostics, bool lines) {
  YamlTreeBuilder builder(file, lines, diagnostics);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    NoMore no_more;
    parser.HandleNextDocument(no_more);
  } catch (const YAML::Exception& error) {
    diagnostics.push_back(yaml_error(text, builder.place(error.mark), error.msg));
    diagnostics.back().kind = Diagnostic::Kind::syntax;
    return nullptr;
  }
  return builder.root();
}

}  // namespace ksampler
