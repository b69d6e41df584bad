#include "host/conformance/elf_facts.hpp"

#include "tests/conformance/outcomes.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ksampler::conformance {
namespace {

ElfFacts facts_of(const std::filesystem::path& file) {
  const std::string bytes = test::read_text(file);
  return read_elf_facts(test::bytes_of_text(bytes));
}

TEST(ElfFacts, ComparesVersionsNumberByNumber) {
  EXPECT_TRUE(is_above("2.34", "2.4"));
  EXPECT_TRUE(is_above("2.4.1", "2.4"));
  EXPECT_FALSE(is_above("2.4", "2.34"));
  EXPECT_FALSE(is_above("2.36", "2.36"));
  ElfFacts facts;
  facts.versions = {"GLIBC_2.4", "GLIBC_2.34", "GLIBC_PRIVATE", "GLIBCXX_3.4.29"};
  EXPECT_EQ(highest_version(facts, "GLIBC"), "2.34");
  EXPECT_EQ(highest_version(facts, "GLIBCXX"), "3.4.29");
  EXPECT_EQ(highest_version(facts, "CXXABI"), "");
}

TEST(ElfFacts, NamesTheLibrariesThatAreNeeded) {
  const ElfFacts facts = facts_of(fixture("broken", "needs_libtorch"));
  EXPECT_EQ(std::count(facts.needed.begin(), facts.needed.end(), "libtorch_stand_in.so"), 1);
  EXPECT_FALSE(highest_version(facts, "GLIBC").empty());
}

TEST(ElfFacts, SeesStaticThreadLocalStorage) {
  EXPECT_TRUE(facts_of(fixture("broken", "static_tls")).static_tls);
  EXPECT_FALSE(facts_of(fixture("broken", "fine")).static_tls);
}

}  // namespace
}  // namespace ksampler::conformance
