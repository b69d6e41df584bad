// Plugins that must be refused, and the sentence that each is refused with. None may take the host
// with it.
#include "host/plugin/library.hpp"
#include "tests/plugin/fixtures.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace ksampler {
namespace {

using test::bad_plugin;
using test::error_text;

struct Bad {
  const char* name;     // of the fixture
  const char* message;  // without the file's name
};

void PrintTo(const Bad& bad, std::ostream* stream) { *stream << bad.name; }

class LibraryRefuses : public testing::TestWithParam<Bad> {};

TEST_P(LibraryRefuses, WithASentence) {
  const auto file = bad_plugin(GetParam().name);
  EXPECT_EQ(error_text([&] { Library::open(file); }), file.string() + ": " + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    OnOpening, LibraryRefuses,
    testing::Values(
        Bad{"no_entry",
            "is not a ksampler plugin: it does not export ks_plugin_entry; did you mean "
            "'ks_plugin_enrty'?"},
        Bad{"exports_nothing",
            "is not a ksampler plugin: it does not export ks_plugin_entry (it exports nothing)"},
        Bad{"entry_is_function", "exports a ks_plugin_entry that is not of type ks_plugin"},
        Bad{"short_entry", "exports a ks_plugin_entry of 16 bytes; ks_plugin has 64"},
        Bad{"newer_major",
            "is built for plugin ABI 2.2; this host has ABI 1.2, and a host of ABI 2 is needed"},
        Bad{"newer_minor",
            "is built for plugin ABI 1.5; this host has ABI 1.2, and a host of ABI 1.5 or later is "
            "needed"},
        Bad{"small_entry", "the entry says that its ks_plugin has 8 bytes; at least 64 are wanted"},
        Bad{"null_factory", "the entry has no factory function"},
        Bad{"null_version", "the entry has a null version"},
        Bad{"bad_name",
            "the plugin: name is 'My/Plugin'; 1 to 64 lower case letters, digits, '-' and '_' are "
            "accepted"},
        Bad{"provides_nothing",
            "the plugin: provides neither a sampler nor a scheduler nor a guider nor a noise"},
        Bad{"null_functions", "the factory 'ks.samplers/1' has a null function"},
        Bad{"undefined_symbol", "cannot be loaded: undefined symbol: ks_fixture_nobody_has_this"},
        Bad{"init_fails", "init failed: the weights of \\x01 are missing"},
        Bad{"init_fails_silently", "init failed: KS_UNSUPPORTED, without a message"},
        Bad{"init_throws", "init threw an exception across the ABI: no such device"},
        Bad{"init_throws_odd", "init threw an exception across the ABI"},
        Bad{"factory_throws",
            "the factory 'ks.samplers/1' threw an exception across the ABI: which factory?"},
        Bad{"info_throws", "sampler 0: info threw an exception across the ABI: no descriptor"}),
    [](const auto& test_case) { return std::string(test_case.param.name); });

INSTANTIATE_TEST_SUITE_P(
    OnDescriptors, LibraryRefuses,
    testing::Values(
        Bad{"absurd_count",
            "the factory 'ks.samplers/1' says that it has 3735928559 descriptors; at most 4096 are "
            "accepted"},
        Bad{"duplicate_ids", "the plugin: sampler 'euler' occurs twice"},
        Bad{"null_info", "sampler 0 has no descriptor: info returned null"},
        Bad{"small_info",
            "sampler 0 says that its ks_sampler_info has 16 bytes; at least 80 are wanted"},
        Bad{"null_id", "sampler 0 has a null id"},
        Bad{"bad_id",
            "sampler 'Euler 2': id is 'Euler 2'; 1 to 64 lower case letters, digits and '_' are "
            "accepted"},
        Bad{"title_not_utf8", "sampler 'euler': title 'Me\\xdfverfahren' is not UTF-8"},
        Bad{"title_with_escape", "sampler 'euler': title '\\x1b[31mEuler' holds control characters"},
        Bad{"endless_title", "sampler 'euler' has a title of more than 4096 bytes"},
        Bad{"unknown_flags", "sampler 'euler' sets unknown bits in flags: 1048576"},
        Bad{"unknown_noise", "sampler 'euler' has the unknown noise 9; known are 0 to 3"},
        Bad{"fits_nothing", "sampler 'euler': fits neither additive noise nor flow"},
        Bad{"null_params", "sampler 'euler' has a null list of parameters"},
        Bad{"empty_inside", "sampler 'euler' names an empty sampler inside; null stands for none"},
        Bad{"absurd_params",
            "sampler 'euler' says that it has 100000 parameters; at most 256 are accepted"},
        Bad{"param_range", "sampler 'euler', parameter 'eta': minimum 2 is above maximum 1"},
        Bad{"param_default",
            "sampler 'euler', parameter 'eta': default is 7; a number from 0 to 1 is accepted"},
        Bad{"param_nan",
            "sampler 'euler', parameter 'eta': default is not a number; a number from 0 to 1 is "
            "accepted"},
        Bad{"param_fraction",
            "sampler 'euler', parameter 'order': default is 2.5; a whole number from 1 to 4 is "
            "accepted"},
        Bad{"param_type", "sampler 'euler', parameter 'eta' has the unknown type 17; known are 0 to 4"},
        Bad{"param_twice", "sampler 'euler': parameter 'eta' occurs twice"},
        Bad{"param_null", "sampler 'euler', parameter 1 is null"},
        Bad{"param_choice", "sampler 'euler', parameter 'eta': is a choice without choices"}),
    [](const auto& test_case) { return std::string(test_case.param.name); });

class CreateRefuses : public testing::TestWithParam<Bad> {};

TEST_P(CreateRefuses, WithASentence) {
  const auto file = bad_plugin(GetParam().name);
  const auto library = Library::open(file);
  EXPECT_EQ(error_text([&] { library->make_sampler("euler", {}); }),
            file.string() + ": sampler 'euler' " + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    OfASampler, CreateRefuses,
    testing::Values(
        Bad{"create_fails", "cannot be created: it failed: eta and order do not go together"},
        Bad{"create_throws",
            "cannot be created: it threw an exception across the ABI: cannot build the tableau"},
        Bad{"create_null", "was not created: create said KS_OK and gave null"},
        Bad{"create_hollow", "is malformed: its object is too small or lacks a function"}),
    [](const auto& test_case) { return std::string(test_case.param.name); });

TEST(LibraryRefusesFiles, ThatAreNotThere) {
  EXPECT_EQ(error_text([] { Library::open("none/euler.so"); }), "none/euler.so: no such file");
}

TEST(LibraryRefusesFiles, ThatAreFolders) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(error_text([&] { Library::open(folder.path()); }),
            folder.path().string() + ": is a folder; a file is wanted");
}

TEST(LibraryRefusesFiles, ThatAreTruncated) {
  const test::TemporaryFolder folder;
  const auto file = folder / "cut.so";
  const std::string whole = test::read_text(test::good_plugin("minimal"));
  for (const std::size_t size : {std::size_t{0}, std::size_t{3}, std::size_t{40}, std::size_t{64},
                                 whole.size() / 4, whole.size() / 2, whole.size() - 1}) {
    test::write_text(file, whole.substr(0, size));
    const std::string text = error_text([&] { Library::open(file); });
    EXPECT_TRUE(text.starts_with(file.string() + ": is ")) << size << ": " << text;
  }
}

TEST(LibraryRefusesFiles, OfAnotherArchitecture) {
  const test::TemporaryFolder folder;
  const auto file = folder / "arch.so";
  std::string bytes = test::read_text(test::good_plugin("minimal"));
  bytes[18] = '\x16';  // e_machine: S/390
  bytes[19] = '\0';
  test::write_text(file, bytes);
  EXPECT_TRUE(error_text([&] {
                Library::open(file);
              }).starts_with(file.string() + ": is built for S/390; this host runs on "));
}

TEST(LibraryRefusesFiles, ThatAreAnotherLibrary) {
  // Any library will do that is no plugin; the C library says which of its many symbols is near: none.
  const std::string text = error_text([] { Library::open("/lib/x86_64-linux-gnu/libm.so.6"); });
  if (text.ends_with("no such file")) GTEST_SKIP() << "no libm at its usual place";
  EXPECT_EQ(text,
            "/lib/x86_64-linux-gnu/libm.so.6: is not a ksampler plugin: it does not export "
            "ks_plugin_entry");
}

}  // namespace
}  // namespace ksampler
