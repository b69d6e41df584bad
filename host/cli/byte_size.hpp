// Sizes of memory as people write them.
#ifndef KSAMPLER_CLI_BYTE_SIZE_HPP
#define KSAMPLER_CLI_BYTE_SIZE_HPP

#include <cstdint>
#include <optional>
#include <string_view>

namespace ksampler {

// Bytes of "6GB", "0.5 gb", "800MiB", "4096": each unit is 1024 of the one before it, whichever way it
// is written. None: it is no size, or more than can be counted.
std::optional<std::uint64_t> parse_byte_size(std::string_view text);

}  // namespace ksampler

#endif
