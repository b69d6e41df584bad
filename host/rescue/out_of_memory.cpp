#include "host/rescue/out_of_memory.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <new>
#include <optional>
#include <string>
#include <string_view>

namespace ksampler {
namespace {

struct Advice {
  std::string_view input;  // that the node has
  const char* text;
};

// For the first input that a node has.
constexpr std::array<Advice, 11> kAdvice = {{
    {"tile_size", "a smaller 'tile_size'"},
    {"vae",
     "VAEDecodeTiled or VAEEncodeTiled instead, or a smaller 'width', 'height' or 'batch_size' of "
     "the picture"},
    {"latent_image",
     "a smaller 'width', 'height' or 'batch_size' of the latent, or a network in 'fp16'"},
    {"ckpt_name", "UNETLoader with 'weight_dtype: fp16', or a smaller model"},
    {"weight_dtype", "'weight_dtype: fp16', or a smaller model"},
    {"lora_name", "UNETLoader with 'weight_dtype: fp16', or a smaller model"},
    {"scale_by", "a smaller 'scale_by'"},
    {"batch_size", "a smaller 'width', 'height' or 'batch_size'"},
    {"amount", "a smaller 'amount'"},
    {"width", "a smaller 'width' or 'height'"},
    {"text", "a shorter text"},
}};

bool has_input(const Node& node, std::string_view name) {
  return std::any_of(node.decl->inputs.begin(), node.decl->inputs.end(),
                     [&](const InputDecl& input) { return input.name == name; });
}

std::string advice_for(const Node& node) {
  const auto found = std::find_if(kAdvice.begin(), kAdvice.end(),
                                  [&](const Advice& each) { return has_input(node, each.input); });
  return found == kAdvice.end() ? "smaller pictures, or fewer at once" : found->text;
}

std::string gibibytes(double bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f GiB", bytes / (1 << 30));
  return text;
}

// "20.00 GiB" of "... Tried to allocate 20.00 GiB. GPU 0 has ...", and of "... you tried to allocate
// 21474836480 bytes. ..."; empty where neither is there.
std::string amount_in(std::string_view message) {
  constexpr std::string_view kBefore = "ried to allocate ";
  const std::size_t at = message.find(kBefore);
  if (at == std::string_view::npos) return {};
  message.remove_prefix(at + kBefore.size());
  std::string amount(message.substr(0, message.find(". ")));
  const std::size_t unit = amount.find(" bytes");
  if (unit == std::string::npos) return amount;
  return gibibytes(std::stod(amount.substr(0, unit)));
}

bool is_about_memory(std::string_view message) {
  return message.find("DefaultCPUAllocator: ") != std::string_view::npos ||
         message.find("CUDA out of memory") != std::string_view::npos;
}

[[noreturn]] void advise(const Node& node, const std::string& device, std::string_view message) {
  const std::string amount = amount_in(message);
  throw Error(
      Diagnostic::Kind::out_of_memory,
      sentence("the memory of the device ({}) does not suffice{}; what helps is {}{}", device,
               amount.empty() ? std::string() : sentence(": {} more were needed at once", amount),
               advice_for(node), device == "cpu" ? "" : ", or '--device cpu'"));
}

// What memory was said to lack, or none where the body ran.
std::optional<std::string> lack_of_memory(const std::function<void()>& body) {
  try {
    body();
    return std::nullopt;
  } catch (const c10::OutOfMemoryError& error) {
    return error.what_without_backtrace();
  } catch (const c10::Error& error) {
    // Without the stack, which tells nothing to who reads it.
    if (!is_about_memory(error.what_without_backtrace())) throw Error(error.what_without_backtrace());
    return error.what_without_backtrace();
  } catch (const std::bad_alloc&) {
    return std::string();
  }
}

}  // namespace

void with_memory_advice(const Node& node, const std::string& device,
                        const std::function<bool()>& let_go, const std::function<void()>& body) {
  std::optional<std::string> lack = lack_of_memory(body);
  // What the body held is gone by now: its networks are among what can be let go.
  if (lack && let_go()) lack = lack_of_memory(body);
  if (lack) advise(node, device, *lack);
}

}  // namespace ksampler
