// What authors write against has all of the ABI: the Rust binding (sdk/template/rust) its structs,
// values and calls, with the names, the order and the types of the headers; the C++ layer its calls.
#include "host/plugin/calls.hpp"
#include "tests/abi/layout_checks.hpp"
#include "tests/abi/rust_type.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace ksampler {
namespace {

struct Member {
  std::string name;
  std::string type;
  bool operator==(const Member&) const = default;
  friend void PrintTo(const Member& member, std::ostream* out) {
    *out << member.name << ": " << member.type;
  }
};
using Members = std::vector<Member>;

const std::string& binding() {
  static const std::string text = test::read_text(SOURCE_DIR "/sdk/template/rust/common/src/ks.rs.in");
  return text;
}

// Without the line breaks and the last comma of a list that is written in lines.
std::string one_line(std::string text) {
  text = std::regex_replace(text, std::regex("\\s+"), " ");
  text = std::regex_replace(text, std::regex("\\( "), "(");
  text = std::regex_replace(text, std::regex(",? ?\\)"), ")");
  return std::regex_replace(text, std::regex("^ | $"), "");
}

// The members of a struct of the binding. A function that may be null is an Option.
Members members_of(const std::string& name) {
  std::smatch found;
  const std::regex whole("pub struct " + name + " \\{([^}]*)\\}");
  if (!std::regex_search(binding(), found, whole)) return {};
  const std::string body = found[1];
  Members members;
  const std::regex one("pub (\\w+):([^;]*?),\\s*(?=pub |$)");
  for (std::sregex_iterator at(body.begin(), body.end(), one), end; at != end; ++at) {
    const std::string type = one_line((*at)[2]);
    members.push_back({(*at)[1], std::regex_replace(type, std::regex("^Option<(.*)>$"), "$1")});
  }
  return members;
}

TEST(TheRustBinding, HasTheStructsOfTheAbi) {
  std::map<std::string, Members> wanted;
#define STRUCT(name, bytes)
#define MEMBER(owner, name, offset, ...) \
  wanted[#owner].push_back({rust::member_name(#name), rust::Type<__VA_ARGS__>::text()});
#define VALUE(...)
#include "tests/abi/v1/layout.def"
#include "tests/abi/v1_1/layout.def"
#include "tests/abi/v1_2/layout.def"
#undef STRUCT
#undef MEMBER
#undef VALUE
  for (const auto& [name, members] : wanted) {
    Members there = members_of(rust::struct_name(name));
    ASSERT_GE(there.size(), members.size()) << "members of " << name << " are missing";
    there.resize(members.size());  // what came after 1.0 is counted below
    EXPECT_EQ(there, members) << name;
  }
  const auto expect_all = [](const char* name, std::size_t count) {
    EXPECT_EQ(members_of(rust::struct_name(name)).size(), count)
        << name << " has other members in its header";
  };
#define STRUCT(name, bytes) expect_all(#name, abi_v1::member_count<name>());
#define MEMBER(...)
#define VALUE(...)
#include "tests/abi/v1/layout.def"
#include "tests/abi/v1_1/layout.def"
#undef STRUCT
#undef MEMBER
#undef VALUE
}

TEST(TheRustBinding, HasTheValuesOfTheAbi) {
  const auto expect = [](const std::string& name, long value) {
    const std::regex line("pub const " + name.substr(3) + ": (u32|Status) = " + std::to_string(value) +
                          ";");
    EXPECT_TRUE(std::regex_search(binding(), line)) << name << " = " << value;
  };
#define STRUCT(...)
#define MEMBER(...)
#define VALUE(name, value) expect(#name, value);
#include "tests/abi/v1/layout.def"
#include "tests/abi/v1_1/layout.def"
#include "tests/abi/v1_2/layout.def"
#undef STRUCT
#undef MEMBER
#undef VALUE
}

TEST(TheRustBinding, HasEachCallWithItsTypesAndASafeFaceOfIt) {
  calls::for_each_row([]<typename Row>(Row) {
    const std::string owner = rust::struct_name(rust::Name<typename Row::Owner>::c);
    const Member wanted = {Row::name, rust::Type<typename Row::Function>::text()};
    const Members members = members_of(owner);
    EXPECT_NE(std::find(members.begin(), members.end(), wanted), members.end())
        << owner << " lacks " << wanted.name << ": " << wanted.type;
    // A scheduler has two calls, and makes them itself.
    if (std::is_same_v<typename Row::Owner, ks_schedule>) return;
    EXPECT_NE(binding().find(std::string(".") + Row::name + ")("), std::string::npos)
        << "nothing in ks.rs calls " << Row::name;
  });
}

TEST(TheCppLayer, MakesEachCall) {
  std::string layer;
  for (const char* header : {"expression.hpp", "filter.hpp", "run.hpp", "runs.hpp", "sampler.hpp",
                             "scheduler.hpp", "tensor.hpp"})
    layer += test::read_text(SOURCE_DIR "/sdk/include/ks/" + std::string(header));
  calls::for_each_row([&](auto row) {
    EXPECT_NE(layer.find(std::string("->") + row.name + "("), std::string::npos)
        << "nothing in sdk/include/ks/*.hpp calls " << row.name;
  });
}

}  // namespace
}  // namespace ksampler
