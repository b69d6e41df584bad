#include "host/plain/seed_sequence.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace ksampler {
namespace {

std::vector<std::uint32_t> generated(std::uint64_t entropy, std::initializer_list<std::uint64_t> key) {
  std::vector<std::uint32_t> words(4);
  SeedSequence(entropy).generate(key, words);
  return words;
}

using Words = std::vector<std::uint32_t>;

// Expected: numpy.random.SeedSequence(entropy, spawn_key=key, pool_size=24).generate_state(4),
// NumPy 2.4.
TEST(SeedSequence, GivesNumpysWordsForAnEntropyAlone) {
  EXPECT_EQ(generated(0U, {}), (Words{4025752534, 2687548107, 2326983537, 1576567101}));
  EXPECT_EQ(generated(42U, {}), (Words{387750627, 2536650517, 4078839648, 2023786165}));
  EXPECT_EQ(generated(4294967295U, {}), (Words{1804619225, 2205263006, 3318992657, 2467906752}));
  EXPECT_EQ(generated(4294967296U, {}), (Words{434701594, 2100335428, 1542455535, 1731455797}));
  EXPECT_EQ(generated(9223372036854775819U, {}),
            (Words{953314046, 3130077549, 3369289831, 1065913601}));
  EXPECT_EQ(generated(18446744073709551615U, {}),
            (Words{1186816001, 310380770, 3217591682, 2718387704}));
}

TEST(SeedSequence, GivesNumpysWordsForSpawnKeys) {
  EXPECT_EQ(generated(0U, {0U, 0U}), (Words{245430115, 3436620678, 4120055464, 1627243804}));
  EXPECT_EQ(generated(42U, {1U, 1U}), (Words{1058881542, 1039740124, 2218853409, 2234354429}));
  EXPECT_EQ(generated(9223372036854775819U, {5U, 3U}),
            (Words{3512318861, 2480118287, 858561415, 1105882458}));
  EXPECT_EQ(generated(18446744073709551615U, {16777215U, 24U}),
            (Words{3827665719, 2015360655, 1805349493, 445219614}));
  EXPECT_EQ(generated(7U, {4294967296U, 33U}), (Words{1597534864, 2754786620, 4208376262, 1320415493}));
  EXPECT_EQ(generated(7U, {1099511627777U, 41U}),
            (Words{4099888953, 2517044145, 4284512356, 95941706}));
}

TEST(SeedSequence, GoesRoundThePoolForMoreWordsThanItHolds) {
  std::vector<std::uint32_t> words(26);
  SeedSequence(3).generate({2, 5}, words);
  EXPECT_EQ(words[23], 398930745U);
  EXPECT_EQ(words[25], 3842018014U);
}

}  // namespace
}  // namespace ksampler
