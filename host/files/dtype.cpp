#include "host/files/tensor_file.hpp"

#include <iterator>

namespace ksampler {
namespace {

struct TypeFacts {
  const char* name;
  std::size_t bytes;
};

// In the order of DType.
constexpr TypeFacts kTypes[] = {
    {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E4M3", 1}, {"F8_E5M2", 1}, {"F8_E8M0", 1},
    {"U16", 2},  {"I16", 2}, {"F16", 2}, {"BF16", 2},    {"U32", 4},     {"I32", 4},
    {"F32", 4},  {"U64", 8}, {"I64", 8}, {"F64", 8},     {"blocks", 0},  {"of no known type", 0}};
static_assert(std::size(kTypes) == static_cast<std::size_t>(DType::unknown) + 1);

}  // namespace

std::size_t bytes_of(DType type) { return kTypes[static_cast<std::size_t>(type)].bytes; }

const char* name_of(DType type) { return kTypes[static_cast<std::size_t>(type)].name; }

}  // namespace ksampler
