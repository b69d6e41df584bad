// Where a run looks for LibTorch. None is loaded here: a file of a few letters stands for it.
#include "host/runtime/libtorch.hpp"

#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace ksampler::test {
namespace {

namespace fs = std::filesystem;

class LibTorch : public ::testing::Test {
 protected:
  // Something that is named as LibTorch is, with headers of `version`.
  fs::path make(const std::string& root, const std::string& version = "") const {
    write(root + "/lib/libtorch_cpu.so", "not a library");
    if (!version.empty()) {
      const std::size_t dot = version.find('.');
      write(root + "/include/torch/headeronly/version.h",
            "#define TORCH_VERSION_MAJOR " + version.substr(0, dot) + "\n#define TORCH_VERSION_MINOR " +
                version.substr(dot + 1) + "\n");
    }
    return folder_ / root / "lib";
  }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }

  // Without those of this machine.
  std::vector<fs::path> places() const {
    std::vector<fs::path> found;
    const auto all = libtorch_places(folder_ / "beside", folder_ / "built", [this](const char* name) {
      const auto value = variables_.find(name);
      return value == variables_.end() ? nullptr : value->second.c_str();
    });
    for (const LibTorchPlace& place : all) {
      if (place.folder.string().starts_with(folder_.path().string())) found.push_back(place.folder);
    }
    return found;
  }

  std::string error(const std::vector<LibTorchPlace>& places) const {
    return error_text([&] { load_libtorch(places, "2.15", [](const std::string&) {}); });
  }

  TemporaryFolder folder_;
  std::map<std::string, std::string> variables_;
};

using Paths = std::vector<fs::path>;

TEST_F(LibTorch, IsLookedForBesideTheLibraryThenInLibtorchRootThenWhereItLayAtTheBuild) {
  variables_["LIBTORCH_ROOT"] = (folder_ / "root").string();
  EXPECT_EQ(places(), Paths({folder_ / "beside", folder_ / "root/lib", folder_ / "built"}));
}

TEST_F(LibTorch, ThatIsInstalledInAPythonIsFoundWithoutStartingIt) {
  const fs::path active = make("venv/lib/python3.11/site-packages/torch");
  const fs::path of_user = make("home/.local/lib/python3.9/site-packages/torch");
  const fs::path on_path = make("opt/lib/python3.12/site-packages/torch");
  write("opt/bin/python3", "");
  variables_ = {{"VIRTUAL_ENV", (folder_ / "venv").string()},
                {"HOME", (folder_ / "home").string()},
                {"PATH", "/nothing:" + (folder_ / "opt/bin").string()}};
  EXPECT_EQ(places(), Paths({folder_ / "beside", folder_ / "built", active, on_path, of_user}));
}

TEST_F(LibTorch, OfTheNewestPythonComesFirst) {
  const fs::path older = make("venv/lib/python3.9/site-packages/torch");
  const fs::path newer = make("venv/lib/python3.11/site-packages/torch");
  variables_["VIRTUAL_ENV"] = (folder_ / "venv").string();
  EXPECT_EQ(places(), Paths({folder_ / "beside", folder_ / "built", newer, older}));
}

// So that a program can say what to install.
TEST_F(LibTorch, ThatIsNotThereIsAFailureOfItsOwnKind) {
  try {
    load_libtorch({{folder_ / "a", "LIBTORCH_ROOT"}}, "2.15", [](const std::string&) {});
    FAIL() << "it was found";
  } catch (const Error& error) {
    EXPECT_EQ(error.diagnostics().at(0).kind, Diagnostic::Kind::unavailable);
  }
}

TEST_F(LibTorch, ThatIsNowhereIsMissedWithAllPlacesAndWhatToDo) {
  const std::string text = error({{folder_ / "a", "LIBTORCH_ROOT"}, {folder_ / "b", "at the build"}});
  EXPECT_NE(text.find((folder_ / "a").string() + " (LIBTORCH_ROOT): there is none"), std::string::npos);
  EXPECT_NE(text.find((folder_ / "b").string() + " (at the build): there is none"), std::string::npos);
  EXPECT_NE(text.find("a run needs LibTorch 2.15"), std::string::npos);
  EXPECT_NE(text.find("set LIBTORCH_ROOT"), std::string::npos);
}

TEST_F(LibTorch, OfAnotherVersionIsPassedBy) {
  const std::string text = error({{make("old", "2.11"), "LIBTORCH_ROOT"}});
  EXPECT_NE(text.find("is LibTorch 2.11, and 2.15 is needed"), std::string::npos) << text;
}

TEST_F(LibTorch, ThatDoesNotLoadIsPassedByWithTheLoadersReason) {
  const std::string text = error({{make("broken", "2.15"), "LIBTORCH_ROOT"}});
  EXPECT_NE(text.find("file too short"), std::string::npos) << text;
}

}  // namespace
}  // namespace ksampler::test
