// Plugins that are swapped, and isolated, while the server goes on.
#include "tests/serve/server_case.hpp"

namespace ksampler::test {
namespace {

class ServerPlugins : public ServerCase {
 protected:
  Json plugin() const { return Json::parse(get("/plugins")->body)["plugins"][0]; }
  std::string variant_of(int id) const {
    return get("/runs/" + std::to_string(id) + "/files/run_00001_.txt")->body;
  }
};

TEST_F(ServerPlugins, AreListed) {
  const Json swap = plugin();
  EXPECT_EQ(swap["name"], "swap");
  EXPECT_EQ(swap["version"], "1.0.0");
  EXPECT_EQ(swap["generation"], 1);
  EXPECT_EQ(swap["hash"].get<std::string>().size(), 16u);
  EXPECT_EQ(swap["isolated"], false);
  EXPECT_EQ(swap["samplers"], Json({"once", "tenfold"}));
  EXPECT_EQ(swap["schedulers"], Json({"line"}));
  EXPECT_EQ(swap["refused"], Json::array());
}

TEST_F(ServerPlugins, AreSwappedByName) {
  wait_for(submit(), "done");
  const std::string old_hash = plugin()["hash"];
  plugin_.put(2);
  const auto response = post("/plugins/swap/swap");
  ASSERT_EQ(response->status, 200) << response->body;
  const Json change = Json::parse(response->body);
  EXPECT_EQ(change["change"], "swapped");
  EXPECT_EQ(change["generation"], 2);
  EXPECT_NE(plugin()["hash"], old_hash);
  wait_for(submit(), "done");
  EXPECT_EQ(variant_of(1), "1");
  EXPECT_EQ(variant_of(2), "2");
}

// A run that has started ends on what it started with; the swap does not wait for it.
TEST_F(ServerPlugins, StayAsTheyWereForARunThatGoesOn) {
  hold_.close();
  wait_for(submit(), "running");
  const int waiting = submit();
  plugin_.rename_over(2);
  EXPECT_EQ(Json::parse(post("/plugins/swap/swap")->body)["change"], "swapped");
  hold_.open();
  wait_for(waiting, "done");
  EXPECT_EQ(variant_of(1), "1");
  EXPECT_EQ(variant_of(waiting), "2");
}

TEST_F(ServerPlugins, ThatDoNotWorkAreRefusedAndTheOldOnesStay) {
  plugin_.put(4);  // crashes in a run
  const auto response = post("/plugins/swap/swap");
  EXPECT_EQ(response->status, 409) << response->body;
  EXPECT_EQ(Json::parse(response->body)["change"], "refused");
  EXPECT_EQ(plugin()["generation"], 1);
  EXPECT_GE(plugin()["refused"].size(), 1u);
  wait_for(submit(), "done");
  EXPECT_EQ(variant_of(1), "1");
  plugin_.put(2);
  EXPECT_EQ(post("/plugins/swap/swap")->status, 200);
  EXPECT_EQ(plugin()["refused"], Json::array());
}

TEST_F(ServerPlugins, AreFoundAgainAllAtOnce) {
  EXPECT_EQ(Json::parse(post("/plugins/refresh")->body)["changes"][0]["change"], "unchanged");
  plugin_.put_manifest(3);  // a newer version, with one sampler more
  plugin_.put(3);
  const Json change = Json::parse(post("/plugins/refresh")->body)["changes"][0];
  EXPECT_EQ(change["change"], "swapped") << change;
  EXPECT_EQ(plugin()["version"], "1.1.0");
  EXPECT_EQ(plugin()["samplers"].size(), 3u);
}

TEST_F(ServerPlugins, ThatThereAreNotAreNotSwapped) {
  const auto response = post("/plugins/swop/swap");
  EXPECT_EQ(response->status, 404);
  EXPECT_NE(response->body.find("swop"), std::string::npos) << response->body;
}

TEST_F(ServerPlugins, WhoseRunIsCheckedAgainWhenItStarts) {
  plugin_.put_manifest(3);
  plugin_.put(3);
  post("/plugins/refresh");
  hold_.close();
  wait_for(submit(), "running");
  const auto response = post("/runs?set=base.sampler_name%3Dmore", pipeline());
  ASSERT_EQ(response->status, 201) << response->body;
  plugin_.put_manifest(1);
  plugin_.put(1);
  EXPECT_EQ(Json::parse(post("/plugins/refresh")->body)["changes"][0]["change"], "swapped");
  hold_.open();
  const Json run = wait_for(2, "failed");
  EXPECT_NE(run["errors"][0]["message"].get<std::string>().find("unknown sampler 'more'"),
            std::string::npos)
      << run;
}

TEST_F(ServerPlugins, GetAProcessOfTheirOwnWhereThePipelineSaysSo) {
  const auto response = post("/runs", pipeline() + "isolation: { swap: process }\n");
  ASSERT_EQ(response->status, 201) << response->body;
  wait_for(1, "done");
  EXPECT_EQ(variant_of(1), "1");
  plugin_.put(2);
  post("/plugins/swap/swap");
  post("/runs", pipeline() + "isolation: { swap: process }\n");
  wait_for(2, "done");
  EXPECT_EQ(variant_of(2), "2");
  EXPECT_EQ(post("/runs", pipeline() + "isolation: { swop: process }\n")->status, 400);
}

}  // namespace
}  // namespace ksampler::test
