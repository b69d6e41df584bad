// A record for people: what `ksampler show` prints.
#ifndef KSAMPLER_CLI_RECORD_TEXT_HPP
#define KSAMPLER_CLI_RECORD_TEXT_HPP

#include <nlohmann/json_fwd.hpp>

#include <ostream>
#include <string>
#include <vector>

namespace ksampler {

// As `show --json` has it. Nothing of the record reaches a terminal but as text.
void print_record(const nlohmann::ordered_json& record, std::ostream& out);

// "Author, Title and 3 more"
std::string keys_text(const std::vector<std::string>& keys);

}  // namespace ksampler

#endif
