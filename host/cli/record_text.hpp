// A record for people: what `ksampler show` prints.
#ifndef KSAMPLER_CLI_RECORD_TEXT_HPP
#define KSAMPLER_CLI_RECORD_TEXT_HPP

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace ksampler {

// What people are shown of a SHA-256.
inline constexpr std::size_t kShortHash = 12;

// As `show --json` has it. Nothing of the record reaches a terminal but as text.
void print_record(const nlohmann::ordered_json& record, std::ostream& out);

// "Author, Title and 3 more"
std::string keys_text(const std::vector<std::string>& keys);

}  // namespace ksampler

#endif
