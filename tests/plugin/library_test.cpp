#include "host/plugin/library.hpp"

#include "tests/plugin/fixtures.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace ksampler {
namespace {

namespace fs = std::filesystem;
using test::error_text;
using test::good_plugin;

// Keeps the lines that plugins log.
class Log {
 public:
  LogSink sink() {
    return [this](std::uint32_t, std::string_view plugin, std::string_view line) {
      const std::lock_guard lock(mutex_);
      lines_.push_back(std::string(plugin) + ": " + std::string(line));
    };
  }
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

const std::vector<ParamValue> kLoggingDefaults = {0.5, 2.0, 1.0, 2.0, std::vector<double>{}};

TEST(Library, DescribesAPluginInC) {
  const auto library = Library::open(good_plugin("minimal"));
  const PluginDescription& plugin = library->description();
  EXPECT_EQ(plugin.name, "minimal");
  EXPECT_EQ(plugin.version, "1.2.3");
  EXPECT_EQ(plugin.licence, "Apache-2.0");
  ASSERT_EQ(plugin.samplers.size(), 1u);
  EXPECT_EQ(plugin.samplers[0].id, "minimal_euler");
  EXPECT_EQ(plugin.samplers[0].order, 1u);
  EXPECT_EQ(plugin.samplers[0].model_calls_for(20), 20u);
  ASSERT_EQ(plugin.schedulers.size(), 1u);
  ASSERT_EQ(plugin.schedulers[0].params.size(), 1u);
  EXPECT_EQ(plugin.schedulers[0].params[0].id, "end");
}

TEST(Library, DescribesEveryTraitAndTypeOfParameter) {
  const auto library = Library::open(good_plugin("logging"));
  const SamplerDescription& sampler = library->description().samplers.at(0);
  EXPECT_TRUE(sampler.stochastic);
  EXPECT_TRUE(sampler.adaptive);
  EXPECT_FALSE(sampler.unconditional);
  EXPECT_EQ(sampler.noise, NoiseKind::brownian);
  EXPECT_TRUE(sampler.fits_flow);
  EXPECT_FALSE(sampler.fits_additive);
  ASSERT_EQ(sampler.params.size(), 5u);
  EXPECT_EQ(sampler.params[3].choices, (std::vector<std::string>{"red", "green", "blue"}));
  EXPECT_EQ(sampler.params[3].maximum, 2);  // of a choice: its last index
  EXPECT_EQ(sampler.params[2].maximum, 1);  // of a boolean
}

TEST(Library, RunsAScheduler) {
  const auto scheduler = Library::open(good_plugin("minimal"))
                             ->make_scheduler("minimal_line", std::vector<ParamValue>{0.5});
  ks_model_sampling model{};
  model.size = sizeof model;
  model.sigma_max = 8;
  std::vector<double> sigmas;
  ks_schedule schedule{};
  schedule.size = sizeof schedule;
  schedule.steps = 4;
  schedule.model = &model;
  schedule.context = &sigmas;
  schedule.emit = [](const ks_schedule* request, const double* values, std::uint32_t count) {
    static_cast<std::vector<double>*>(request->context)->assign(values, values + count);
    return ks_status{KS_OK};
  };
  ASSERT_EQ(scheduler->schedule(scheduler.get(), &schedule), KS_OK);
  EXPECT_EQ(sigmas, (std::vector<double>{8, 7, 6, 5, 4}));  // exact: halves and quarters of 8
}

TEST(Library, PassesAValueForEachParameterInOrder) {
  Log log;
  const auto library = Library::open(good_plugin("logging"), log.sink());
  library->make_sampler("logged",
                        std::vector<ParamValue>{0.25, 3.0, 0.0, 1.0, std::vector{-0.5, 0.75}});
  EXPECT_EQ(log.lines(),
            (std::vector<std::string>{"logging: init by ksampler",
                                      "logging: create 0.250000 3.000000 0.000000 1.000000 "
                                      "0.000000,-0.500000,0.750000",
                                      "logging: destroy"}));
}

TEST(Library, IsEndedWhenTheLastLeaseIsGone) {
  Log log;
  auto library = Library::open(good_plugin("logging"), log.sink());
  {
    const auto sampler = library->make_sampler("logged", kLoggingDefaults);
    library.reset();
    EXPECT_EQ(log.lines().size(), 2u);  // init, create: the sampler holds it
  }
  ASSERT_EQ(log.lines().size(), 4u);
  EXPECT_EQ(log.lines()[2], "logging: destroy");
  EXPECT_EQ(log.lines()[3], "logging: deinit");
}

TEST(Library, SurvivesDestroyAndDeinitThatThrow) {
  const auto sampler = Library::open(test::bad_plugin("destroy_throws"))->make_sampler("euler", {});
  EXPECT_NE(sampler.get(), nullptr);
}

TEST(Library, NamesTheNearestSampler) {
  const auto library = Library::open(good_plugin("minimal"));
  EXPECT_EQ(error_text([&] { library->make_sampler("minimal_eler", {}); }),
            good_plugin("minimal").string() +
                ": has no sampler 'minimal_eler'; did you mean 'minimal_euler'?");
}

TEST(Library, ChecksValuesBeforeThePluginSeesThem) {
  Log log;
  const auto library = Library::open(good_plugin("logging"), log.sink());
  const auto refusal = [&](std::vector<ParamValue> values) {
    const std::string text = error_text([&] { library->make_sampler("logged", values); });
    const std::string prefix = good_plugin("logging").string() + ": sampler 'logged'";
    return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
  };
  EXPECT_EQ(refusal({}), " takes 5 parameters, and 0 are given");
  EXPECT_EQ(refusal({1.5, 2.0, 1.0, 2.0, std::vector<double>{}}),
            ": parameter 'eta' is 1.5; a number from 0 to 1 is accepted");
  EXPECT_EQ(refusal({std::nan(""), 2.0, 1.0, 2.0, std::vector<double>{}}),
            ": parameter 'eta' is not a number; a number from 0 to 1 is accepted");
  EXPECT_EQ(refusal({0.5, 2.5, 1.0, 2.0, std::vector<double>{}}),
            ": parameter 'order' is 2.5; a whole number from 1 to 4 is accepted");
  EXPECT_EQ(refusal({0.5, 2.0, 2.0, 2.0, std::vector<double>{}}),
            ": parameter 'fast' is 2; true or false is accepted");
  EXPECT_EQ(refusal({0.5, 2.0, 1.0, 3.0, std::vector<double>{}}),
            ": parameter 'colour' is 3; one of red, green and blue is accepted");
  EXPECT_EQ(refusal({0.5, 2.0, 1.0, 2.0, 0.5}),
            ": parameter 'weights' is one number; a list of numbers is accepted");
  EXPECT_EQ(refusal({0.5, 2.0, 1.0, 2.0, std::vector{0.5, 2.0}}),
            ": parameter 'weights' element 2 is 2; a number from -1 to 1 is accepted");
  EXPECT_EQ(log.lines().size(), 1u);  // init alone
}

TEST(Library, DoesNotMindItsFileBeingOverwritten) {
  const test::TemporaryFolder folder;
  const fs::path file = folder / "plugin.so";
  fs::copy_file(good_plugin("minimal"), file);
  const auto library = Library::open(file);
  test::write_text(file, "shorter");  // in place: the same inode, now cut short
  const auto sampler = library->make_sampler("minimal_euler", {});
  EXPECT_NE(sampler->sample, nullptr);
  EXPECT_EQ(library->description().name, "minimal");
}

TEST(Library, GivesTheNewCodeOfAPathLoadedAgain) {
  const test::TemporaryFolder folder;
  const fs::path file = folder / "plugin.so";
  fs::copy_file(good_plugin("minimal"), file);
  const auto old_library = Library::open(file);
  fs::copy_file(good_plugin("logging"), file, fs::copy_options::overwrite_existing);
  EXPECT_EQ(Library::open(file)->description().name, "logging");
  EXPECT_EQ(old_library->description().name, "minimal");
}

TEST(Library, GivesEachLoadItsOwnStatics) {
  Log first;
  Log second;
  const auto one = Library::open(good_plugin("logging"), first.sink());
  const auto two = Library::open(good_plugin("logging"), second.sink());
  one->make_sampler("logged", kLoggingDefaults);  // would log to the second host, were they shared
  EXPECT_EQ(first.lines().size(), 3u);
  EXPECT_EQ(second.lines().size(), 1u);
}

TEST(Library, LeavesNoCopyBehind) {
  const test::TemporaryFolder folder;
  ::setenv("TMPDIR", folder.path().c_str(), 1);
  const auto library = Library::open(good_plugin("minimal"));
  ::unsetenv("TMPDIR");
  EXPECT_TRUE(folder.names().empty());
}

TEST(Library, CopiesBesideTheFileWhereThereIsNoTemporaryFolder) {
  const test::TemporaryFolder folder;
  const fs::path file = folder / "plugin.so";
  fs::copy_file(good_plugin("minimal"), file);
  ::setenv("TMPDIR", "/none", 1);
  const auto library = Library::open(file);
  ::unsetenv("TMPDIR");
  EXPECT_EQ(library->description().name, "minimal");
  EXPECT_EQ(folder.names(), std::vector<std::string>{"plugin.so"});
}

TEST(Library, ServesManyThreadsAtOnce) {
  const auto library = Library::open(good_plugin("minimal"));
  const auto failing = Library::open(test::bad_plugin("create_fails"));
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const auto sampler = library->make_sampler("minimal_euler", {});
        const std::string text = error_text([&] { failing->make_sampler("euler", {}); });
        if (!text.ends_with("eta and order do not go together")) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace ksampler
