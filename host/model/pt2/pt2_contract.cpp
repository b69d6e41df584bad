#include "host/model/pt2/pt2_contract.hpp"

#include "host/base/conventions.hpp"
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/network/label.hpp"
#include "host/model/network/number_type.hpp"

#include <charconv>
#include <map>
#include <string_view>

namespace ksampler {
namespace {

constexpr char kRemedy[] = ": make it with training/export_pt2.py";

// The value of one key, as text, number or range; errors name file and key.
class Key {
 public:
  Key(const Pt2Metadata& metadata, const std::filesystem::path& file, const char* name)
      : file_(file.string()), name_(std::string("ksampler.") + name) {
    const auto found = metadata.find(name_);
    if (found == metadata.end())
      throw Error({file_}, sentence("the package's metadata has no '{}'{}", name_, kRemedy));
    text_ = found->second;
  }

  const std::string& text() const { return text_; }

  std::int64_t count(std::int64_t least) const {
    const std::int64_t number = parse<std::int64_t>(text_, "a whole number");
    if (number < least) fail("a whole number from " + std::to_string(least));
    return number;
  }
  double positive() const {
    const double number = parse<double>(text_, "a number above 0");
    if (!(number > 0.0)) fail("a number above 0");
    return number;
  }
  Pt2Range range() const {
    const char* expected = "two whole numbers from 1, as 16:128";
    const std::size_t colon = text_.find(':');
    if (colon == std::string::npos) fail(expected);
    const Pt2Range range{parse<std::int64_t>(std::string_view(text_).substr(0, colon), expected),
                         parse<std::int64_t>(std::string_view(text_).substr(colon + 1), expected)};
    if (range.least < 1 || range.most < range.least) fail(expected);
    return range;
  }

  [[noreturn]] void fail(const std::string& expected) const {
    throw Error({file_}, sentence("the package's metadata has {} as '{}'; expected {}", quote(text_),
                                  name_, expected));
  }

 private:
  template <typename Number>
  Number parse(std::string_view text, const std::string& expected) const {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) fail(expected);
    return number;
  }

  std::string file_, name_, text_;
};

at::ScalarType read_dtype(const Key& key) {
  const auto type = number_type(key.text());
  if (!type) key.fail("fp32, fp16 or bf16");
  return *type;
}

ModelSampling read_sampling(const Key& key) {
  try {
    return ModelSampling::named(key.text());
  } catch (const Error&) {
    key.fail(listed(ModelSampling::names()));
  }
}

// "8", or "8 to 16"
std::string words(const Pt2Range& range) {
  if (range.least == range.most) return std::to_string(range.least);
  return sentence("{} to {}", range.least, range.most);
}

Pt2Range pixels(const Pt2Range& cells) { return {cells.least * kCellPixels, cells.most * kCellPixels}; }

}  // namespace

Pt2Contract read_pt2_contract(const Pt2Metadata& metadata, const std::filesystem::path& file) {
  const auto key = [&](const char* name) { return Key(metadata, file, name); };
  if (key("format").text() != "1")
    key("format").fail("1: the package is for another version of this program");
  const std::int64_t label = key("label_width").count(0);
  const std::int64_t numbers = key("size_numbers").count(0);
  const bool fits = label == 0 ? numbers == 0 : numbers == 5 || numbers == 6;
  Pt2Contract contract{.facts = {.channels = key("channels").count(1),
                                 .text_width = key("context_width").count(1),
                                 .pooled_width = label - numbers * kNumberEmbedding,
                                 .numbers = numbers},
                       .latent_scale = key("latent_scale").positive(),
                       .sampling = read_sampling(key("prediction")),
                       .dtype = read_dtype(key("dtype")),
                       .batch = key("batch").range(),
                       .height = key("height").range(),
                       .width = key("width").range(),
                       .tokens = key("tokens").range(),
                       .multiple_of = key("multiple_of").count(1)};
  if (!fits) key("size_numbers").fail("0 without a label, else 5 or 6");
  return contract;
}

void check_pt2_size(const Pt2Contract& contract, at::IntArrayRef shape) {
  const std::int64_t height = shape[2];
  const std::int64_t width = shape[3];
  const std::int64_t step = contract.multiple_of;
  if (contract.height.holds(height) && contract.width.holds(width) && height % step == 0 &&
      width % step == 0) {
    return;
  }
  throw Error(
      sentence("this network was exported for pictures {} pixels wide and {} high{}; this one is {} "
               "wide and {} high: choose a size of those, or export the model again with a --height "
               "and --width that hold {} and {}, its latent's cells",
               words(pixels(contract.width)), words(pixels(contract.height)),
               step > 1 ? ", in multiples of " + std::to_string(step * kCellPixels) : "",
               width * kCellPixels, height * kCellPixels, height, width));
}

void check_pt2_tokens(const Pt2Contract& contract, std::int64_t tokens) {
  if (contract.tokens.holds(tokens)) return;
  throw Error(
      sentence("this network was exported for texts of {} tokens; this one has {}: use a prompt of "
               "another length, or export the model again with --tokens that hold it",
               words(contract.tokens), tokens));
}

}  // namespace ksampler
