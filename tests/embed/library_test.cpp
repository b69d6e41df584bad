// Plugins as a program finds, lists, swaps and isolates them through libks_host.
#include "tests/embed/run_case.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>

extern "C" const ks_plugin linked_one;
extern "C" const ks_plugin linked_two;

namespace ksampler::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string swap_variant(int variant, const char* file) {
  return BINARY_DIR "/tests/fixtures/plugins/swap/" + std::to_string(variant) + "/" + file;
}

const ks_sampler_info* sampler_named(const ks::Plugins& plugins, const std::string& id) {
  for (std::uint32_t i = 0; const auto* info = ks_library_sampler(plugins.get(), i); ++i) {
    if (info->id == id) return info;
  }
  return nullptr;
}

TEST(ALibrary, ListsWhatPluginsDeclare) {
  const ks_sampler_info* const euler = sampler_named(shipped(), "euler_ancestral");
  ASSERT_NE(euler, nullptr);
  EXPECT_STREQ(ks_library_plugin_of(shipped().get(), euler, nullptr, nullptr), "k-diffusion");
  EXPECT_NE(euler->flags & KS_SAMPLER_STOCHASTIC, 0U);
  EXPECT_EQ(euler->noise, std::uint32_t{KS_NOISE_GAUSSIAN});
  ASSERT_GE(euler->param_count, 1U);
  EXPECT_STREQ(euler->params[0]->id, "eta");
  EXPECT_EQ(euler->params[0]->default_value, 1.0);
  const ks_sampler_info* const restart = sampler_named(shipped(), "restart");
  ASSERT_NE(restart, nullptr);
  EXPECT_STREQ(restart->inside, "heun");
  EXPECT_NE(ks_library_scheduler(shipped().get(), 0), nullptr);
  EXPECT_NE(ks_library_guider(shipped().get(), 0), nullptr);
  EXPECT_NE(ks_library_noise(shipped().get(), 0), nullptr);
  EXPECT_EQ(ks_library_noise(shipped().get(), 10000), nullptr);
  EXPECT_EQ(ks_library_plugin_of(shipped().get(), &linked_one, nullptr, nullptr), nullptr);
  EXPECT_STREQ(ks_library_broken(shipped().get()), "");
}

TEST(ALibrary, TakesPluginsThatAreLinkedIn) {
  ks::Plugins plugins;
  plugins.add(linked_one);
  plugins.add(linked_two);
  EXPECT_EQ(plugins.samplers(), (std::vector<std::string>{"one_step", "one_step"}));
  RunCase run;
  run.sampler = chosen("linked-two/one_step");
  ASSERT_EQ(run_whole(run, plugins), KS_OK) << ks_last_error();
  EXPECT_EQ(ks_library_add(plugins.get(), &linked_one), KS_ERROR);
  EXPECT_STREQ(ks_last_error(), "there is a plugin 'linked-one' already: it was added before");
  run.sampler = chosen("one_step");
  EXPECT_EQ(run_whole(run, plugins), KS_ERROR);
  EXPECT_THAT(ks_last_error(), HasSubstr("provided by more than one plugin"));
}

TEST(ALibrary, TakesAPluginByItsFileAndKeepsItThroughARefresh) {
  ks::Plugins plugins;
  plugins.load(BINARY_DIR "/plugins/k-diffusion/k-diffusion.so");
  ASSERT_NE(sampler_named(plugins, "euler"), nullptr);
  plugins.refresh();
  RunCase run;
  EXPECT_EQ(run_whole(run, plugins), KS_OK) << ks_last_error();
  EXPECT_EQ(ks_library_load(plugins.get(), "/nowhere/x.so"), KS_ERROR);
  EXPECT_THAT(ks_last_error(), HasSubstr("/nowhere/x.so"));
}

TEST(ALibrary, SwapsAPluginThatIsBuiltAnewWhileASessionGoesOn) {
  const TemporaryFolder folder;
  const auto put = [&](int variant) {
    std::filesystem::create_directories(folder / "swap");
    for (const char* file : {"swap.so", "plugin.toml"}) {
      const auto to = folder / "swap" / file;
      std::filesystem::remove(to);
      std::filesystem::copy_file(swap_variant(file == std::string("plugin.toml") ? 1 : variant, file),
                                 to);
    }
  };
  put(1);
  ks::Plugins plugins({folder.path().string()});
  const std::string id = ks_library_sampler(plugins.get(), 0)->id;
  RunCase old;
  old.sampler = chosen(id.c_str());
  ks_session* session = nullptr;
  ASSERT_EQ(ks_session_new(plugins.get(), &old.ready(), &session), KS_OK) << ks_last_error();
  put(2);
  std::vector<std::pair<std::string, std::uint32_t>> changes;
  plugins.refresh([&](const ks_plugin_change& change) {
    changes.emplace_back(change.plugin, change.kind);
    EXPECT_EQ(change.generation, 2U);
    EXPECT_STREQ(change.reason, "");
  });
  EXPECT_THAT(changes,
              ::testing::ElementsAre(std::pair{std::string("swap"), std::uint32_t{KS_PLUGIN_SWAPPED}}));
  ks_want want{};
  want.size = sizeof want;
  while (ks_session_next(session, &want) == KS_OK && want.kind != KS_WANT_NOTHING) answer(old, want);
  ks_session_free(session);
  RunCase fresh;
  fresh.sampler = chosen(id.c_str());
  ASSERT_EQ(run_whole(fresh, plugins), KS_OK) << ks_last_error();
  EXPECT_NE(fresh.x, old.x);
  std::uint64_t generation = 0;
  ks_library_plugin_of(plugins.get(), ks_library_sampler(plugins.get(), 0), nullptr, &generation);
  EXPECT_EQ(generation, 2U);
}

TEST(ALibrary, IsolatesPluginsAndGivesTheSameBits) {
  const char* folder = BINARY_DIR "/plugins";
  const char* all = "*";
  ks_library_settings settings{};
  settings.size = sizeof settings;
  settings.folder_count = 1;
  settings.folders = &folder;
  settings.isolate = &all;
  settings.isolate_count = 1;
  ks_library* isolated = nullptr;
  ASSERT_EQ(ks_library_new(&settings, &isolated), KS_OK) << ks_last_error();
  for (const char* sampler : {"dpmpp_2m", "dpmpp_2m_sde", "restart"}) {
    RunCase here, there;
    here.sampler = there.sampler = chosen(sampler);
    ASSERT_EQ(run_whole(here), KS_OK);
    const auto body = [](void* context, ks_session*, const ks_want* want) -> ks_status {
      answer(*static_cast<RunCase*>(context), *want);
      return KS_OK;
    };
    ASSERT_EQ(ks_sample(isolated, &there.ready(), body, &there), KS_OK) << ks_last_error();
    EXPECT_EQ(there.x, here.x) << sampler;
  }
  // Given up in the middle: its process ends.
  RunCase run;
  ks_session* session = nullptr;
  ASSERT_EQ(ks_session_new(isolated, &run.ready(), &session), KS_OK);
  ks_want want{};
  want.size = sizeof want;
  EXPECT_EQ(ks_session_next(session, &want), KS_OK);
  ks_session_free(session);
  ks_library_free(isolated);
}

TEST(ALibrary, SaysWhatIsWrongAndOfWhatKind) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "bad");
  write_text(folder / "bad/plugin.toml", "name = \n");
  const ks::Plugins plugins({folder.path().string()});
  EXPECT_THAT(ks_library_broken(plugins.get()), HasSubstr("bad/plugin.toml:1"));
  const char* folders[] = {BINARY_DIR "/plugins"};
  const char* names[] = {"k-difusion"};
  ks_library_settings settings{};
  settings.size = sizeof settings;
  settings.folder_count = settings.isolate_count = 1;
  settings.folders = folders;
  settings.isolate = names;
  ks_library* none = nullptr;
  EXPECT_EQ(ks_library_new(&settings, &none), KS_INVALID_ARGUMENT);
  EXPECT_STREQ(ks_last_error(),
               "there is no plugin 'k-difusion' to be isolated; did you mean 'k-diffusion'?");
  EXPECT_EQ(ks_library_load(none, "x"), KS_INVALID_ARGUMENT);
  EXPECT_STREQ(ks_last_error(), "the library is null");
  ks_problem problem{};
  EXPECT_EQ(ks_last_problems(&problem, 1), 1U);
  EXPECT_STREQ(problem.message, "the library is null");
  EXPECT_STREQ(problem.kind, "bad_argument");
  EXPECT_EQ(ks_last_problems(nullptr, 0), 1U);
}

TEST(Sigmas, AreThoseOfKSampler) {
  const std::vector<double> whole = shipped().sigmas("karras", 10, eps());
  EXPECT_EQ(whole.size(), 11U);
  const std::vector<double> half = shipped().sigmas("karras", 5, eps(), 0.5);
  EXPECT_EQ(half, std::vector<double>(whole.end() - 6, whole.end()));
  const std::vector<double> dropping = shipped().sigmas("karras", 10, eps(), 1.0, "dpm_2");
  EXPECT_EQ(dropping.size(), 11U);
  EXPECT_NE(dropping, whole);
  try {
    shipped().sigmas("karas", 10, eps());
    FAIL() << "expected an error";
  } catch (const ks::HostError& error) {
    EXPECT_THAT(error.what(), StartsWith("unknown scheduler 'karas'; did you mean 'karras'?"));
  }
}

TEST(Levels, OfATableAreThoseOfItsModel) {
  const ks_model_sampling* const known = eps().model();
  const std::vector<double> sigmas(known->sigmas, known->sigmas + known->sigma_count);
  const ks::Levels made = ks::Levels::table(sigmas);
  const ks_model_sampling* const table = made.model();
  EXPECT_EQ(table->sigma_min, known->sigma_min);
  EXPECT_EQ(table->sigma_max, known->sigma_max);
  for (const double t : {0.0, 17.5, 500.25, 999.0}) {
    // Logarithms of sigma here, of its value before it was rounded to float32 there.
    EXPECT_NEAR(table->sigma(table->context, t), known->sigma(known->context, t),
                1e-6 * known->sigma_max);
  }
  EXPECT_EQ(table->timestep(table->context, 1.0), known->timestep(known->context, 1.0));
  EXPECT_THROW(ks::Levels::table({2.0, 1.0}), ks::HostError);
  EXPECT_THAT(ks_last_error(), HasSubstr("numbers above 0 that rise"));
  EXPECT_THROW(ks::Levels("epsilon"), ks::HostError);
  EXPECT_EQ(ks::Levels::flow(3.0).model()->noising, std::uint32_t{KS_NOISING_FLOW});
}

// A program that was built of an older header gives smaller structs.
TEST(TheInterface, TakesStructsOfEveryAge) {
  RunCase run;
  run.ready();
  run.settings.size = offsetof(ks_session_settings, guiders);
  run.settings.guiders = reinterpret_cast<const ks_chosen* const*>(8);  // never read
  run.settings.guider_count = 0;
  run.settings.cuda = reinterpret_cast<const ks_cuda*>(8);  // likewise
  ks_session* session = nullptr;
  ASSERT_EQ(ks_session_new(shipped().get(), &run.settings, &session), KS_OK) << ks_last_error();
  ks_want want;
  std::memset(&want, 0x5a, sizeof want);
  want.size = offsetof(ks_want, step);
  ASSERT_EQ(ks_session_next(session, &want), KS_OK);
  EXPECT_EQ(want.kind, std::uint32_t{KS_WANT_DENOISE});
  EXPECT_EQ(want.step, 0x5a5a5a5aU);  // beyond what that program has
  want.size = 8;
  EXPECT_EQ(ks_session_next(session, &want), KS_INVALID_ARGUMENT);
  ks_session_free(session);
  EXPECT_EQ(ks_host_version(), KS_HOST_MAJOR << 16 | KS_HOST_MINOR);
}

}  // namespace
}  // namespace ksampler::test
