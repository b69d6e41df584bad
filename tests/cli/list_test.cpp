#include "tests/cli/program.hpp"

#include <nlohmann/json.hpp>

namespace ksampler::test {

using List = Program;

TEST_F(List, ShowsNamesAtAGlance) {
  add_plugin(fixture_plugin());
  const Outcome outcome = run({"list"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out.rfind("Plugins\n"
                              "  fixture 1.2.3\n"
                              "Samplers\n"
                              "  detour  zigzag\n"
                              "Schedulers\n"
                              "  evenly\n"
                              "Guiders\n"
                              "Noises\n"
                              "Nodes\n",
                              0),
            0u)
      << outcome.out;
}

TEST_F(List, ShowsSamplersWithTheirParameters) {
  add_plugin(fixture_plugin());
  const Outcome outcome = run({"list", "samplers"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out,
            "SAMPLER  ORDER  CALLS A STEP  NOISE  PLUGIN   WHAT IT IS\n"
            "detour   1      1             -      fixture  Detour: Takes its time\n"
            "zigzag   1      1             -      fixture  Zigzag: Goes left and right\n"
            "\n"
            "Parameters, set as { name: ..., parameter: value }:\n"
            "zigzag  eta   a number from 0 to 10 (default 1)  How much noise is put back\n"
            "zigzag  mode  one of: calm, wild (default calm)  How it goes about it\n");
}

TEST_F(List, ShowsWhatGuidersNeed) {
  PluginDescription plugin = fixture_plugin();
  const auto add = [&](const char* id, bool empty, bool perturbed, bool second = false) {
    GuiderDescription guider;
    guider.id = guider.title = id;
    guider.summary = guider.source = "Guides";
    guider.needs_empty = empty;
    guider.needs_perturbed = perturbed;
    guider.needs_second = second;
    plugin.guiders.push_back(guider);
  };
  plugin.abi_minor = 2;
  add("easy", false, false);
  add("hungry", true, false);
  add("weary", false, true);
  add("greedy", true, true, true);
  add("paired", false, false, true);
  add_plugin(plugin);
  const std::string out = run({"list", "guiders"}).out;
  EXPECT_EQ(out.rfind("GUIDER  PLACE     NEEDS                    PLUGIN   WHAT IT IS\n"
                      "easy    combines  -                        fixture  easy: Guides\n"
                      "greedy  combines  empty, weakened, second  fixture  greedy: Guides\n"
                      "hungry  combines  empty                    fixture  hungry: Guides\n"
                      "paired  combines  second                   fixture  paired: Guides\n"
                      "weary   combines  weakened                 fixture  weary: Guides\n",
                      0),
            0u)
      << out;
}

TEST_F(List, ShowsSamplersWithinTheWidthOfATerminal) {
  PluginDescription plugin = fixture_plugin();
  plugin.samplers[0].summary =
      "Takes its time, and then some more of it, before it comes to an end at last";
  add_plugin(plugin);
  environment_["COLUMNS"] = "80";
  const std::string out = run({"list", "samplers"}).out;
  EXPECT_EQ(
      out.rfind("SAMPLER  CALLS  WHAT IT IS\n"
                "detour   1      Takes its time, and then some more of it, before it comes to...\n"
                "zigzag   1      Goes left and right\n"
                "\n"
                "CALLS: of the model, a step. On 120 columns,",
                0),
      0u)
      << out;
}

TEST_F(List, SaysThatWhatIsUnlimitedHasNoLimit) {
  PluginDescription plugin = fixture_plugin();
  plugin.samplers[1].params[0].maximum = 1e308;
  plugin.samplers[1].params[0].default_value = 1e308;
  add_plugin(plugin);
  const std::string out = run({"list", "samplers"}).out;
  EXPECT_NE(out.find("zigzag  eta   a number of at least 0 (default no limit)"), std::string::npos)
      << out;
}

TEST_F(List, ShowsSchedulers) {
  add_plugin(fixture_plugin());
  EXPECT_EQ(run({"list", "schedulers"}).out,
            "SCHEDULER  PLUGIN   WHAT IT IS\n"
            "evenly     fixture  Evenly: Equal steps\n");
}

TEST_F(List, ShowsPluginsAndWhereItLooked) {
  add_plugin(fixture_plugin());
  const std::string library = (folder_ / "plugins/fixture/fixture.so").string();
  const std::string padding(library.size() > 7 ? 0 : 7 - library.size(), ' ');
  EXPECT_EQ(run({"list", "plugins"}).out,
            "PLUGIN   VERSION  LICENCE  SAMPLERS  SCHEDULERS  GUIDERS  NOISES  LIBRARY\n"
            "fixture  1.2.3    MIT      2         1           0        0       " +
                library + padding + "\n\nLooked for in:\n  " + (folder_ / "plugins").string() + "\n");
}

TEST_F(List, ShowsNodesWithInputsAndOutputs) {
  const Outcome outcome = run({"list", "nodes"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(
      outcome.out.find(
          "EmptyLatentImage: A latent of zeros, to be filled from noise.\n"
          "  width       a whole number from 16 to 16384, a multiple of 8 (default 512)  Width in "
          "pixels; a latent cell is 8.\n"),
      std::string::npos)
      << outcome.out;
}

TEST_F(List, ShowsOneNode) {
  for (const char* name : {"EmptyLatentImage", "emptylatentimage"}) {
    const Outcome outcome = run({"list", "nodes", name});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out.rfind("EmptyLatentImage: A latent of zeros", 0), 0u) << outcome.out;
    EXPECT_EQ(outcome.out.find("\n\n"), std::string::npos) << outcome.out;
  }
  const auto json = nlohmann::json::parse(run({"list", "nodes", "KSampler", "--json"}).out);
  ASSERT_EQ(json.size(), 1u);
  EXPECT_EQ(json[0]["type"], "KSampler");
}

TEST_F(List, ShowsNodesWithANameLikeIt) {
  const std::string out = run({"list", "nodes", "latentup"}).out;
  EXPECT_EQ(out.rfind("LatentUpscale: ", 0), 0u) << out;
  EXPECT_NE(out.find("\nLatentUpscaleBy: "), std::string::npos) << out;
  EXPECT_EQ(out.find("KSampler: "), std::string::npos) << out;
}

TEST_F(List, SaysWhatNodeMayBeMeant) {
  const Outcome near = run({"list", "nodes", "KSamplar"});
  EXPECT_EQ(near.code, 1);
  EXPECT_NE(near.err.find("there is no node 'KSamplar'; did you mean 'KSampler'?"), std::string::npos)
      << near.err;
  EXPECT_NE(run({"list", "nodes", "Quux"}).err.find("`ksampler list nodes` has those that there are"),
            std::string::npos);
  EXPECT_EQ(run({"list", "samplers", "euler"}).code, 1);
}

TEST_F(List, TellsSamplersOfOneNameApart) {
  add_plugin(fixture_plugin());
  PluginDescription other = fixture_plugin();
  other.name = "other";
  other.samplers.erase(other.samplers.begin());  // detour is alone
  add_plugin(other);
  const std::string out = run({"list"}).out;
  EXPECT_NE(out.find("Samplers\n  detour  fixture/zigzag  other/zigzag\n"), std::string::npos) << out;
}

TEST_F(List, WarnsOfBrokenManifestsAndGoesOn) {
  add_plugin(fixture_plugin());
  write("plugins/broken/plugin.toml", "[plugin\nname = 3\n");
  const Outcome outcome = run({"list", "schedulers"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.out.find("evenly"), std::string::npos);
  const std::string place = (folder_ / "plugins/broken/plugin.toml").string() + ":1:";
  EXPECT_EQ(outcome.err.rfind(place, 0), 0u) << outcome.err;
  EXPECT_NE(outcome.err.find(": warning: "), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("    1 | [plugin\n"), std::string::npos) << outcome.err;
}

TEST_F(List, LooksInTheFoldersThatItIsGiven) {
  add_plugin(fixture_plugin());
  std::filesystem::rename(folder_ / "plugins", folder_ / "elsewhere");
  EXPECT_EQ(run({"list", "schedulers"}).out.find("evenly"), std::string::npos);
  EXPECT_NE(run({"list", "schedulers", "--plugins", "elsewhere"}).out.find("evenly"),
            std::string::npos);
  environment_["KSAMPLER_PLUGIN_PATH"] = "/nowhere:" + (folder_ / "elsewhere").string();
  EXPECT_NE(run({"list", "schedulers"}).out.find("evenly"), std::string::npos);
}

TEST_F(List, WarnsOfAFolderThatIsNotThere) {
  EXPECT_EQ(run({"list", "--plugins", "nowhere"}).err,
            "--plugins nowhere: warning: there is no such folder\n");
}

TEST_F(List, WritesJson) {
  add_plugin(fixture_plugin());
  const auto samplers = nlohmann::json::parse(run({"list", "samplers", "--json"}).out);
  ASSERT_EQ(samplers.size(), 2u);
  EXPECT_EQ(samplers[1]["name"], "zigzag");
  EXPECT_EQ(samplers[1]["full_name"], "fixture/zigzag");
  EXPECT_EQ(samplers[1]["order"], 1);
  EXPECT_EQ(samplers[1]["fits"], (std::vector<std::string>{"additive", "flow"}));
  EXPECT_EQ(samplers[1]["parameters"][0]["name"], "eta");
  EXPECT_EQ(samplers[1]["parameters"][0]["maximum"], 10.0);
  EXPECT_EQ(samplers[1]["parameters"][1]["choices"], (std::vector<std::string>{"calm", "wild"}));
}

TEST_F(List, WritesAllAsJson) {
  const auto all = nlohmann::json::parse(run({"list", "--json"}).out);
  ASSERT_EQ(all.size(), 6u);
  EXPECT_TRUE(all["plugins"].empty());
  EXPECT_FALSE(all["nodes"].empty());
  for (const auto& node : all["nodes"]) {
    if (node["type"] != "KSampler") continue;
    EXPECT_EQ(node["inputs"].size(), 10u);
    EXPECT_EQ(node["inputs"][1]["name"], "seed");
    EXPECT_EQ(node["inputs"][1]["maximum"].get<std::uint64_t>(), 18446744073709551615u);
  }
}

}  // namespace ksampler::test
