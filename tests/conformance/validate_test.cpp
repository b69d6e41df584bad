#include "host/base/error.hpp"
#include "tests/conformance/outcomes.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cctype>

namespace ksampler::conformance {
namespace {

TEST(Checks, AreManyAndNamedAlike) {
  Names names;
  EXPECT_GE(all_checks().size(), 40u);
  for (const Check& check : all_checks()) {
    const std::string name = check.name, sentence = check.sentence;
    EXPECT_TRUE(names.insert(name).second) << name << " occurs twice";
    EXPECT_TRUE(std::all_of(name.begin(), name.end(), [](char c) {
      return std::islower(c) || std::isdigit(c) || c == '-';
    })) << name;
    EXPECT_TRUE(sentence.ends_with('.')) << name;
  }
}

TEST(Checks, AreOfTenGroups) {
  Names groups;
  for (const Check& check : all_checks()) groups.insert(check.group);
  EXPECT_EQ(groups, (Names{"file", "load", "contract", "parameters", "errors", "cancel-and-progress",
                           "numerics", "schedulers", "guiders", "noises"}));
}

TEST(Validate, OfAPluginInCPassesAll) {
  const Report report = validate(fixture("minimal", "minimal"));
  EXPECT_EQ(names_with(report, Outcome::fail), Names{});
  EXPECT_EQ(names_with(report, Outcome::warn), Names{});
  // It has no guider and no noise, and is compared with nothing.
  const auto others = std::ranges::count_if(all_checks(), [](const Check& check) {
    return !check.compares && (check.scope == Scope::guider || check.scope == Scope::noise);
  });
  EXPECT_EQ(report.not_asked, static_cast<std::size_t>(others));
}

// The page for authors shows it.
TEST(Validate, OfTheExampleOfASamplerAroundAnotherPasses) {
  EXPECT_EQ(names_with(validate(fixture("twice", "twice")), Outcome::fail), Names{});
}

TEST(Validate, AsksOnlyWhatIsWanted) {
  const Report report = validate(fixture("minimal", "minimal"), {"order", "file"});
  for (const Entry& entry : report.entries) {
    EXPECT_TRUE(std::string(entry.check->group) == "file" || std::string(entry.check->name) == "order");
  }
  EXPECT_EQ(detail_of(report, "order"), "1 sampler: 1, 0.999");
}

TEST(Validate, RefusesNamesThatThereAreNot) {
  EXPECT_EQ(test::error_text([] { validate(fixture("minimal", "minimal"), {"ordr"}); }),
            "unknown check or group 'ordr'; did you mean 'order'?");
}

TEST(Validate, RefusesWhatIsNoFile) {
  EXPECT_EQ(test::error_text([] { validate("nowhere.so"); }), "nowhere.so: no such file");
  EXPECT_EQ(test::error_text([] { validate("/tmp"); }), "/tmp: is a folder; a file is wanted");
}

TEST(Validate, OfAFileThatIsNoLibrarySaysWhatItIs) {
  const test::TemporaryFolder folder;
  test::write_text(folder / "a.so", "#!/bin/sh\n");
  const Report report = validate(folder / "a.so");
  EXPECT_EQ(names_with(report, Outcome::fail), Names{"shared-library"});
  EXPECT_NE(detail_of(report, "shared-library").find("a script"), std::string::npos);
  EXPECT_EQ(detail_of(report, "loads"), "see shared-library");
}

TEST(Validate, ComparesTheManifestWithTheLibrary) {
  const test::TemporaryFolder folder;
  const auto from = fixture("minimal", "minimal").parent_path();
  std::filesystem::copy_file(from / "minimal.so", folder / "minimal.so");
  std::string manifest = test::read_text(from / "plugin.toml");
  const std::size_t at = manifest.find("order = 1");
  ASSERT_NE(at, std::string::npos);
  manifest.replace(at, 9, "order = 3");
  test::write_text(folder / "plugin.toml", manifest);
  const Report report = validate(folder / "minimal.so");
  EXPECT_EQ(names_with(report, Outcome::fail), Names{"manifest-equals-binary"});

  test::write_text(folder / "plugin.toml", "[plugin]\nname = 7\n");
  EXPECT_EQ(names_with(validate(folder / "minimal.so"), Outcome::fail), Names{"manifest-readable"});
}

Report validate_at(const std::filesystem::path& file, std::map<std::string, std::string> set,
                   std::vector<std::string> only) {
  return validate(Request{file, std::move(only), std::move(set), {}, {}});
}

TEST(Validate, MeasuresAtOtherValuesOfTheParameters) {
  const auto library = fixture("mistakes", "trial_res");
  const auto order_at = [&](const char* c_3) {
    const Report report = validate_at(library, {{"c_3", c_3}}, {"order"});
    for (const Part& part : report.entries[0].parts) {
      if (part.name == "trial_res_3s_4") return part.result.outcome;
    }
    return Outcome::skip;
  };
  EXPECT_EQ(order_at("1"), Outcome::pass);
  EXPECT_EQ(order_at("0.8"), Outcome::fail) << "gamma with the cube of c_3";
}

TEST(Validate, DoesNotAskAtOtherValuesWhatIsDeclaredForTheDefaults) {
  const Report report =
      validate_at(fixture("mistakes", "trial_res_2m"), {{"eta", "0"}}, {"noise-as-declared"});
  EXPECT_EQ(report.entries[0].outcome(), Outcome::skip);
}

TEST(Validate, RefusesSettingsThatThePluginDoesNotHave) {
  const auto refusal = [](const char* name, const char* value) {
    return detail_of(validate_at(fixture("broken", "fine"), {{name, value}}, {"loads"}), "loads");
  };
  EXPECT_EQ(refusal("powr", "1"), "nothing of it has a parameter 'powr'; did you mean 'power'?");
  EXPECT_EQ(refusal("power", "2"), "parameter 'power' is set to '2'; it takes numbers from 0 to 1");
  EXPECT_EQ(refusal("power", "much"),
            "parameter 'power' is set to 'much'; it takes numbers from 0 to 1");
}

TEST(Validate, ComparesWithAnotherLibrary) {
  const auto compared = [](const std::string& mine, const std::string& other) {
    return detail_of(validate(Request{fixture("broken", mine), {"same-as"}, {}, {}, other}), "same-as");
  };
  EXPECT_EQ(compared("fine", fixture("broken", "restarts")), "1 sampler: 8 runs");
  EXPECT_EQ(compared("fine", fixture("broken", "idle_parameter")),
            "spoilt: with power = 0.3: the latent differs at step 1, by 0.00755");
  EXPECT_EQ(compared("fine", fixture("broken", "fine").string() + ":euler"),
            "spoilt: the other library has no sampler 'euler'; it has spoilt");
  EXPECT_EQ(detail_of(validate(fixture("broken", "fine"), {"same-as"}), "same-as"), "not asked");
}

TEST(Validate, LeavesNoFilesBehind) {
  const auto count = [] {
    std::size_t copies = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::temp_directory_path())) {
      copies += entry.path().filename().string().starts_with(".ksampler-plugin-" +
                                                             std::to_string(::getpid()) + "-");
    }
    return copies;
  };
  // Some may be there of a process that was killed and had this number.
  const std::size_t before = count();
  validate(fixture("broken", "crashes"), {"load", "repeated-sigmas"});
  EXPECT_EQ(count(), before);
}

}  // namespace
}  // namespace ksampler::conformance
