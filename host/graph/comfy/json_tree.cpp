#include "host/graph/comfy/json_tree.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace ksampler {
namespace {

constexpr std::size_t kLongestReason = 200;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Python's words for numbers that JSON has not, as empty texts of the same length.
std::string without_python(std::string_view text) {
  std::string result(text);
  bool in_string = false;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (in_string && result[i] == '\\') {
      ++i;
    } else if (result[i] == '"') {
      in_string = !in_string;
    } else if (!in_string) {
      for (const std::string_view word : {"-Infinity", "Infinity", "NaN"}) {
        if (std::string_view(result).substr(i).starts_with(word)) {
          result.replace(i, word.size(), "\"\"" + std::string(word.size() - 2, ' '));
          i += word.size() - 1;
          break;
        }
      }
    }
  }
  return result;
}

// Counts what the parser has taken.
class Counted {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Counted(const char* at, std::size_t* taken) : at_(at), taken_(taken) {}
  reference operator*() const { return *at_; }
  Counted& operator++() {
    ++at_;
    ++*taken_;
    return *this;
  }
  Counted operator++(int) {
    const Counted before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Counted& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  std::size_t* taken_;
};

// Lines and columns of offsets. Each is found from the one before, as they grow.
class Lines {
 public:
  Lines(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {}

  Place at(std::size_t offset) {
    if (offset < begin_) next_ = begin_ = 0, line_ = 1;
    for (; next_ < offset; ++next_) {
      if (text_[next_] != '\n') continue;
      ++line_;
      begin_ = next_ + 1;
    }
    return {file_, line_, static_cast<int>(offset - begin_) + 1};
  }

 private:
  std::string_view text_;
  std::string file_;
  std::size_t next_ = 0;
  std::size_t begin_ = 0;
  int line_ = 1;
};

class JsonTreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  JsonTreeBuilder(std::string_view text, const std::string& file, const std::size_t& taken)
      : text_(text), lines_(text, file), taken_(taken), file_(file) {}

  YamlPtr root() const { return root_; }

  bool null() override { return add(make(YamlNode::Kind::null, word_begin())); }
  bool boolean(bool value) override { return scalar(value ? "true" : "false", word_begin(), false); }
  bool number_integer(number_integer_t) override { return number(); }
  bool number_unsigned(number_unsigned_t) override { return number(); }
  bool number_float(number_float_t, const string_t&) override { return number(); }
  bool string(string_t& value) override { return scalar(value, string_begin(), true); }
  bool binary(binary_t&) override { return false; }

  bool start_object(std::size_t) override { return open(YamlNode::Kind::map); }
  bool key(string_t& value) override {
    frames_.back().key = value;
    frames_.back().key_place = lines_.at(string_begin());
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(YamlNode::Kind::list); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    std::string why = error.what();
    if (const std::size_t colon = why.find(": ", why.find("column")); colon != std::string::npos) {
      why = why.substr(colon + 2);
    }
    const std::size_t at = std::min(position > 0 ? position - 1 : 0, text_.size());
    throw Error(
        {{Lines(text_, file_).at(at), sentence("this is no JSON: {}", printable(why, kLongestReason)),
          Diagnostic::Kind::syntax}});
  }

 private:
  struct Frame {
    std::shared_ptr<YamlNode> node;
    std::string key;
    Place key_place;
  };

  // Where the token began that the parser has just taken: it stands behind a string, and a character
  // behind a number.
  std::size_t string_begin() const {
    std::size_t at = std::min(taken_, text_.size());
    while (at > 0 && text_[at - 1] != '"') --at;
    at = at > 0 ? at - 1 : 0;  // the closing quote
    while (at > 0) {
      --at;
      if (text_[at] != '"') continue;
      std::size_t slashes = 0;
      while (slashes < at && text_[at - 1 - slashes] == '\\') ++slashes;
      if (slashes % 2 == 0) return at;
    }
    return 0;
  }
  std::size_t word_begin() const {
    const auto belongs = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == 'E' || c == '+' || c == '-' ||
             c == '.';
    };
    std::size_t at = std::min(taken_, text_.size());
    while (at > 0 && !belongs(text_[at - 1])) --at;
    while (at > 0 && belongs(text_[at - 1])) --at;
    return at;
  }

  bool number() {
    const std::size_t begin = word_begin();
    std::size_t end = begin;
    while (end < text_.size() &&
           std::string_view(",]} \t\r\n").find(text_[end]) == std::string_view::npos)
      ++end;
    return scalar(std::string(text_.substr(begin, end - begin)), begin, false);
  }

  bool scalar(std::string text, std::size_t begin, bool quoted) {
    auto node = make(YamlNode::Kind::scalar, begin);
    node->text = std::move(text);
    node->quoted = quoted;
    return add(std::move(node));
  }

  std::shared_ptr<YamlNode> make(YamlNode::Kind kind, std::size_t offset) {
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    node->place = lines_.at(offset);
    node->comfy = true;
    return node;
  }

  bool open(YamlNode::Kind kind) {
    const std::size_t begin = taken_ > 0 ? taken_ - 1 : 0;
    if (frames_.size() == kMaxDepth) {
      throw Error({{lines_.at(begin), sentence("nested deeper than {} levels", kMaxDepth),
                    Diagnostic::Kind::syntax}});
    }
    frames_.push_back({make(kind, begin), {}, {}});
    return true;
  }

  bool close() {
    const Frame frame = std::move(frames_.back());
    frames_.pop_back();
    keep_last(frame.node->entries);
    return add(frame.node);
  }

  // As Python and browsers read it: of two values under one name, the last.
  static void keep_last(std::vector<YamlEntry>& entries) {
    std::unordered_map<std::string, std::size_t> places;
    std::size_t kept = 0;
    for (YamlEntry& entry : entries) {
      const auto [at, is_new] = places.try_emplace(entry.key, kept);
      YamlEntry& place = entries[at->second];
      if (&place != &entry) place = std::move(entry);
      if (is_new) ++kept;
    }
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(kept), entries.end());
  }

  bool add(std::shared_ptr<YamlNode> value) {
    if (frames_.empty()) {
      root_ = std::move(value);
      return true;
    }
    Frame& frame = frames_.back();
    if (frame.node->kind == YamlNode::Kind::list) {
      frame.node->items.push_back(std::move(value));
    } else {
      frame.node->entries.push_back({std::move(frame.key), frame.key_place, std::move(value)});
    }
    return true;
  }

  std::string_view text_;
  Lines lines_;
  const std::size_t& taken_;
  std::string file_;
  std::vector<Frame> frames_;
  YamlPtr root_;
};

}  // namespace

YamlPtr json_tree(std::string_view text, const std::string& file) {
  std::string plain = without_python(text);
  if (plain.starts_with(kByteOrderMark)) plain.replace(0, kByteOrderMark.size(), "   ");
  std::size_t taken = 0;
  JsonTreeBuilder events(plain, file, taken);
  const char* begin = plain.data();
  nlohmann::json::sax_parse(Counted(begin, &taken), Counted(begin + plain.size(), &taken), &events);
  return events.root();
}

}  // namespace ksampler
