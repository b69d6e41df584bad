// docs/solvers.md lists what the plugins declare.
#include "host/conformance/toy_plugin.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>

namespace ksampler {
namespace {

std::string read_text(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

constexpr const char* kEnds[] = {"_x0", "_lambda", "_eps"};

// "rk4" of "rk4_lambda".
std::string base_of(const std::string& id) {
  for (const std::string end : kEnds) {
    if (id.ends_with(end)) return id.substr(0, id.size() - end.size());
  }
  return id;
}

struct Line {
  std::string names;
  ks_sampler_info info;
};

// A plugin's samplers, those of one method in a line, by order and name.
std::string table_of(const std::string& plugin) {
  std::map<std::pair<std::uint32_t, std::string>, Line> lines;
  for (const toy::Sampler& sampler :
       toy::samplers_of(std::string(BINARY_DIR) + "/plugins/" + plugin + "/" + plugin + ".so")) {
    const ks_sampler_info& info = sampler.info();
    Line& line = lines[{info.order, base_of(info.id)}];
    line.names += (line.names.empty() ? "`" : ", `") + std::string(info.id) + "`";
    line.info = info;
  }
  std::string table = "| names | order | model calls a step | source |\n| --- | --- | --- | --- |\n";
  for (const auto& [key, line] : lines) {
    const std::string calls =
        line.info.model_calls == 0 ? "1, and more at the start" : std::to_string(line.info.model_calls);
    table += "| " + line.names + " | " + std::to_string(line.info.order) + " | " + calls + " | " +
             line.info.source + " |\n";
  }
  return table;
}

TEST(Documented, SolversAreThoseOfThePlugins) {
  const std::string text = read_text(SOURCE_DIR "/docs/solvers.md");
  std::string expected = text;
  for (const std::string plugin :
       {"runge-kutta", "exponential-runge-kutta", "implicit-runge-kutta", "adams"}) {
    const std::string mark = "<!-- " + plugin + " -->\n", end = "<!-- end -->\n";
    const std::size_t from = expected.find(mark), to = expected.find(end, from);
    ASSERT_NE(to, std::string::npos) << "docs/solvers.md has no " << mark;
    expected.replace(from + mark.size(), to - from - mark.size(), table_of(plugin));
  }
  std::ofstream(BINARY_DIR "/solvers.md") << expected;
  EXPECT_TRUE(text == expected) << "the tables are not as the plugins declare them; these are: "
                                << BINARY_DIR "/solvers.md";
}

}  // namespace
}  // namespace ksampler
