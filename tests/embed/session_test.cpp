// A run as a program has it that uses plugins through libks_host.
#include "tests/embed/run_case.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <memory>
#include <stdexcept>
#include <thread>

namespace ksampler::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

double deviation(const std::vector<float>& values) {
  double squares = 0;
  for (const float value : values) squares += double{value} * value;
  return std::sqrt(squares / static_cast<double>(values.size()));
}

TEST(ASession, OfEverySamplerEndsWithASample) {
  for (std::uint32_t i = 0; const auto* info = ks_library_sampler(shipped().get(), i); ++i) {
    const std::string id = info->id;
    RunCase run;
    run.height = run.width = 16;
    run.x = run.start(14.6);
    run.sampler = chosen(id.c_str());
    run.sigmas = shipped().sigmas("karras", 30, eps(), 1.0, id.c_str());
    ASSERT_EQ(run_whole(run), KS_OK) << id << ": " << ks_last_error();
    EXPECT_TRUE(std::all_of(run.x.begin(), run.x.end(), [](float v) { return std::isfinite(v); }))
        << id;
    // Their unconditional prediction is of other data here.
    if ((info->flags & KS_SAMPLER_UNCONDITIONAL) != 0) continue;
    // The data's, 0.5; what methods for other models, or of few steps, make of it is off by more.
    EXPECT_GT(deviation(run.x), 0.05) << id;
    EXPECT_LT(deviation(run.x), 3.0) << id;
  }
}

TEST(ASession, AsksForPredictionsInOrderAndThenForNothing) {
  RunCase run;
  std::vector<double> sigmas;
  ASSERT_EQ(run_whole(run, shipped(),
                      [&](const ks_want& want) {
                        EXPECT_EQ(want.kind, std::uint32_t{KS_WANT_DENOISE});
                        EXPECT_EQ(want.unconditional, nullptr);
                        EXPECT_EQ(want.negative, nullptr);
                        EXPECT_EQ(want.height, run.height);
                        sigmas.push_back(want.sigma);
                      }),
            KS_OK);
  for (std::size_t i = 0; i < sigmas.size(); ++i) {
    EXPECT_EQ(sigmas[i], double{static_cast<float>(run.sigmas[i])});
  }
  EXPECT_EQ(sigmas.size(), run.sigmas.size() - 1);
}

TEST(ASession, GoesOnSayingThatNothingIsWanted) {
  RunCase run;
  ks_session* session = nullptr;
  ASSERT_EQ(ks_session_new(shipped().get(), &run.ready(), &session), KS_OK);
  ks_want want{};
  want.size = sizeof want;
  do {
    ASSERT_EQ(ks_session_next(session, &want), KS_OK);
    answer(run, want);
  } while (want.kind != KS_WANT_NOTHING);
  const std::vector<float> result = run.x;
  EXPECT_EQ(ks_session_next(session, &want), KS_OK);
  EXPECT_EQ(want.kind, std::uint32_t{KS_WANT_NOTHING});
  EXPECT_EQ(run.x, result);
  ks_session_free(session);
}

TEST(ASession, ReportsStepsWhereTheyAreAskedFor) {
  RunCase run;
  run.settings.flags = KS_SESSION_STEPS;
  std::vector<std::uint32_t> steps;
  ASSERT_EQ(run_whole(run, shipped(),
                      [&](const ks_want& want) {
                        if (want.kind != KS_WANT_STEP) return;
                        steps.push_back(want.step);
                        EXPECT_EQ(want.steps, 5U);
                        EXPECT_NE(want.x, nullptr);
                        EXPECT_NE(want.out, nullptr);
                      }),
            KS_OK);
  EXPECT_EQ(steps, (std::vector<std::uint32_t>{0, 1, 2, 3, 4}));
}

TEST(ASession, CanBeGivenUpAnywhere) {
  for (const char* sampler : {"dpmpp_2m_sde", "heun", "restart", "dpm_adaptive", "rk4"}) {
    for (int after = 0; after < 6; ++after) {
      RunCase run;
      const std::string name = sampler;
      run.sampler = chosen(name == "rk4" ? "euler_ancestral" : sampler);
      ks_session* session = nullptr;
      ASSERT_EQ(ks_session_new(shipped().get(), &run.ready(), &session), KS_OK) << ks_last_error();
      ks_want want{};
      want.size = sizeof want;
      for (int i = 0; i < after; ++i) {
        ASSERT_EQ(ks_session_next(session, &want), KS_OK);
        answer(run, want);
      }
      ks_session_free(session);
    }
  }
}

TEST(ASession, FailsWithTheMessageOfTheCaller) {
  RunCase run;
  ks_session* session = nullptr;
  ASSERT_EQ(ks_session_new(shipped().get(), &run.ready(), &session), KS_OK);
  ks_want want{};
  want.size = sizeof want;
  ASSERT_EQ(ks_session_next(session, &want), KS_OK);
  ks_session_fail(session, KS_ERROR, "the model is out of tune");
  EXPECT_EQ(ks_session_next(session, &want), KS_ERROR);
  EXPECT_STREQ(ks_last_error(), "the model is out of tune");
  EXPECT_EQ(ks_session_next(session, &want), KS_ERROR);  // that was its end
  ks_session_free(session);
}

TEST(ASession, StopsWhereTheCallerSaysSo) {
  RunCase run;
  ks_session* session = nullptr;
  ASSERT_EQ(ks_session_new(shipped().get(), &run.ready(), &session), KS_OK);
  ks_want want{};
  want.size = sizeof want;
  ASSERT_EQ(ks_session_next(session, &want), KS_OK);
  ks_session_fail(session, KS_STOPPED, nullptr);
  EXPECT_EQ(ks_session_next(session, &want), KS_STOPPED);
  ks_session_free(session);
}

TEST(ASession, MayBeOneOfManyOnAThread) {
  constexpr std::size_t kMany = 20;
  RunCase alone;
  alone.sampler = chosen("dpmpp_2m");
  ASSERT_EQ(run_whole(alone), KS_OK);
  std::vector<std::unique_ptr<RunCase>> runs;
  std::vector<ks_session*> sessions;
  for (std::size_t i = 0; i < kMany; ++i) {
    runs.push_back(std::make_unique<RunCase>());
    runs.back()->sampler = chosen(i % 2 == 0 ? "dpmpp_2m" : "euler_ancestral");
    sessions.emplace_back();
    ASSERT_EQ(ks_session_new(shipped().get(), &runs.back()->ready(), &sessions.back()), KS_OK);
  }
  ks_want want{};
  want.size = sizeof want;
  for (std::size_t open = kMany; open > 0;) {
    open = 0;
    for (std::size_t i = 0; i < kMany; ++i) {  // a question of each, in turn
      ASSERT_EQ(ks_session_next(sessions[i], &want), KS_OK);
      answer(*runs[i], want);
      if (want.kind != KS_WANT_NOTHING) ++open;
    }
  }
  for (std::size_t i = 0; i < kMany; ++i) {
    EXPECT_EQ(runs[i]->x == alone.x, i % 2 == 0) << i;
    ks_session_free(sessions[i]);
  }
}

TEST(ASession, MayGoFromThreadToThread) {
  RunCase here;
  here.sampler = chosen("dpmpp_sde");
  ASSERT_EQ(run_whole(here), KS_OK);
  RunCase run;
  run.sampler = chosen("dpmpp_sde");
  ks_session* session = nullptr;
  ASSERT_EQ(ks_session_new(shipped().get(), &run.ready(), &session), KS_OK);
  ks_want want{};
  want.size = sizeof want;
  do {
    std::thread([&] {
      ASSERT_EQ(ks_session_next(session, &want), KS_OK);
      answer(run, want);
    }).join();
  } while (want.kind != KS_WANT_NOTHING);
  std::thread([&] { ks_session_free(session); }).join();
  EXPECT_EQ(run.x, here.x);
}

TEST(ASession, KeepsExceptionsOfTheCallersApart) {
  // Both sides handle exceptions of their own while the other runs.
  RunCase run;
  run.sampler = chosen("heun");
  ks_session* session = nullptr;
  ASSERT_EQ(ks_session_new(shipped().get(), &run.ready(), &session), KS_OK);
  ks_want want{};
  want.size = sizeof want;
  try {
    throw std::runtime_error("the caller's");
  } catch (const std::runtime_error&) {
    for (int i = 0; i < 3; ++i) {
      ASSERT_EQ(ks_session_next(session, &want), KS_OK);
      answer(run, want);
    }
    ks_session_fail(session, KS_ERROR, "no more");
    EXPECT_EQ(ks_session_next(session, &want), KS_ERROR);
    try {
      throw;
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "the caller's");
    }
  }
  ks_session_free(session);
}

TEST(ASession, TakesNumbersOfHalfTheSize) {
  for (const std::uint32_t element : {std::uint32_t{KS_FLOAT16}, std::uint32_t{KS_BFLOAT16}}) {
    RunCase run;
    run.settings.element = element;
    std::vector<std::uint16_t> half(run.size(), 0);  // all zero: D = 0, and so is the result
    run.settings.x = half.data();
    ks_session* session = nullptr;
    ASSERT_EQ(ks_session_new(shipped().get(), &run.ready(), &session), KS_OK);
    ks_want want{};
    want.size = sizeof want;
    int asked = 0;
    while (ks_session_next(session, &want) == KS_OK && want.kind == KS_WANT_DENOISE) {
      ++asked;
      // 1.0 in that type, everywhere.
      std::fill_n(static_cast<std::uint16_t*>(want.out), run.size(),
                  static_cast<std::uint16_t>(element == KS_FLOAT16 ? 0x3c00 : 0x3f80));
    }
    ks_session_free(session);
    EXPECT_EQ(asked, 5);
    EXPECT_EQ(half[7], element == KS_FLOAT16 ? 0x3c00 : 0x3f80);
  }
}

TEST(ASession, GivesGuidersTheirPredictions) {
  RunCase plain;  // cfg 3 by hand: 3 D - 2 (D / 2) = 2 D
  ks_session* session = nullptr;
  ASSERT_EQ(ks_session_new(shipped().get(), &plain.ready(), &session), KS_OK);
  ks_want want{};
  want.size = sizeof want;
  while (ks_session_next(session, &want) == KS_OK && want.kind == KS_WANT_DENOISE) {
    gaussian(want.x, want.sigma, want.out, plain.size(), 2.0);
  }
  ks_session_free(session);

  RunCase guided;
  const ks_chosen cfg = chosen("cfg");
  const ks_chosen* const guiders[] = {&cfg};
  guided.settings.guiders = guiders;
  guided.settings.guider_count = 1;
  ASSERT_EQ(run_whole(guided, shipped(), [](const ks_want& one) { EXPECT_NE(one.negative, nullptr); }),
            KS_OK)
      << ks_last_error();
  for (std::size_t i = 0; i < plain.size(); ++i) {
    // Two roundings more a step, of numbers up to 60.
    ASSERT_NEAR(guided.x[i], plain.x[i], 5 * 60 * 0x1p-22);
  }

  RunCase others;
  const ks_chosen apg = chosen("apg"), perp = chosen("perp_neg"), rescale = chosen("rescale_cfg");
  const ks_chosen* const three[] = {&perp, &apg, &rescale};
  others.settings.guiders = three;
  others.settings.guider_count = 3;
  int empty = 0;
  EXPECT_EQ(run_whole(others, shipped(), [&](const ks_want& one) { empty += one.empty != nullptr; }),
            KS_OK)
      << ks_last_error();
  EXPECT_EQ(std::isfinite(deviation(others.x)), true);
}

TEST(ASession, GivesAGuiderThePredictionOfTheWeakenedNetwork) {
  RunCase plain;  // D + 3 (D - 0.75 D) by hand
  ks_session* session = nullptr;
  ASSERT_EQ(ks_session_new(shipped().get(), &plain.ready(), &session), KS_OK);
  ks_want want{};
  want.size = sizeof want;
  while (ks_session_next(session, &want) == KS_OK && want.kind == KS_WANT_DENOISE) {
    EXPECT_EQ(want.perturbed, nullptr);
    gaussian(want.x, want.sigma, want.out, plain.size(), 1.75);
  }
  ks_session_free(session);

  RunCase guided;
  guided.settings.cfg = 1.0;
  const ks_chosen perturbed = chosen("perturbed_attention");
  const ks_chosen* const guiders[] = {&perturbed};
  guided.settings.guiders = guiders;
  guided.settings.guider_count = 1;
  const auto seen = [](const ks_want& one) {
    EXPECT_NE(one.perturbed, nullptr);
    EXPECT_EQ(one.negative, nullptr);
  };
  ASSERT_EQ(run_whole(guided, shipped(), seen), KS_OK) << ks_last_error();
  for (std::size_t i = 0; i < plain.size(); ++i) {
    // Two roundings more a step, of numbers up to 60.
    ASSERT_NEAR(guided.x[i], plain.x[i], 5 * 60 * 0x1p-22);
  }
}

TEST(ASession, GivesAGuiderThePredictionForASecondPrompt) {
  RunCase plain;  // D + 3 (0.75 D - D) by hand
  ks_session* session = nullptr;
  ASSERT_EQ(ks_session_new(shipped().get(), &plain.ready(), &session), KS_OK);
  ks_want want{};
  want.size = sizeof want;
  while (ks_session_next(session, &want) == KS_OK && want.kind == KS_WANT_DENOISE) {
    EXPECT_EQ(want.second, nullptr);
    gaussian(want.x, want.sigma, want.out, plain.size(), 0.25);
  }
  ks_session_free(session);

  RunCase guided;
  guided.settings.cfg = 1.0;
  ks_setting scale{};
  scale.name = "scale";
  scale.number = 3.0;
  ks_chosen dual = chosen("dual_cfg");
  dual.settings = &scale;
  dual.setting_count = 1;
  const ks_chosen* const guiders[] = {&dual};
  guided.settings.guiders = guiders;
  guided.settings.guider_count = 1;
  const auto seen = [](const ks_want& one) {
    EXPECT_NE(one.second, nullptr);
    EXPECT_EQ(one.negative, nullptr);
  };
  ASSERT_EQ(run_whole(guided, shipped(), seen), KS_OK) << ks_last_error();
  for (std::size_t i = 0; i < plain.size(); ++i) {
    // Two roundings more a step, of numbers up to 60.
    ASSERT_NEAR(guided.x[i], plain.x[i], 5 * 60 * 0x1p-22);
  }
}

TEST(ASession, OfAProgramThatHasNoPlaceForSuchAPredictionFailsAndSaysSo) {
  RunCase run;
  const ks_chosen perturbed = chosen("perturbed_attention");
  const ks_chosen* const guiders[] = {&perturbed};
  run.settings.guiders = guiders;
  run.settings.guider_count = 1;
  ks_session* session = nullptr;
  ASSERT_EQ(ks_session_new(shipped().get(), &run.ready(), &session), KS_OK);
  ks_want want{};
  want.size = offsetof(ks_want, perturbed);  // sizeof(ks_want) of 1.0
  EXPECT_EQ(ks_session_next(session, &want), KS_ERROR);
  EXPECT_NE(std::string(ks_last_error()).find("built for ks/host.h 1.0"), std::string::npos)
      << ks_last_error();
  ks_session_free(session);
}

TEST(ASession, GivesCfgPlusPlusBothPredictions) {
  RunCase run;
  run.sampler = chosen("euler_cfg_pp");
  int both = 0;
  ASSERT_EQ(
      run_whole(run, shipped(), [&](const ks_want& want) { both += want.unconditional != nullptr; }),
      KS_OK);
  EXPECT_EQ(both, 5);
}

TEST(ASession, ShapesNoiseByPlugins) {
  RunCase white, shaped;
  white.sampler = shaped.sampler = chosen("euler_ancestral");
  const ks_chosen fractal = chosen("fractal");
  const ks_chosen* const noises[] = {&fractal};
  shaped.settings.noises = noises;
  shaped.settings.noise_count = 1;
  ASSERT_EQ(run_whole(white), KS_OK);
  ASSERT_EQ(run_whole(shaped), KS_OK) << ks_last_error();
  EXPECT_NE(white.x, shaped.x);
}

TEST(ASession, RunsASamplerAroundAnotherAndAtOtherSizes) {
  RunCase run;
  run.height = run.width = 16;
  run.x = run.start(14.6);
  const ks_chosen inside = chosen("dpmpp_2m");
  run.sampler = chosen("spectral_progressive");
  run.sampler.inside = &inside;
  run.sigmas = shipped().sigmas("karras", 12, eps());
  std::vector<std::uint32_t> heights;
  ASSERT_EQ(run_whole(run, shipped(), [&](const ks_want& want) { heights.push_back(want.height); }),
            KS_OK)
      << ks_last_error();
  EXPECT_LT(heights.front(), 16U);
  EXPECT_EQ(heights.back(), 16U);

  RunCase wrong;
  wrong.sampler.inside = &inside;
  EXPECT_EQ(run_whole(wrong), KS_ERROR);
  EXPECT_THAT(ks_last_error(), StartsWith("sampler 'euler' runs no other sampler inside"));
}

TEST(ASession, DrawsTheNoiseOfItsProfile) {
  const auto sampled = [](std::uint32_t profile, std::uint32_t items, std::int64_t which) {
    RunCase run;
    run.sampler = chosen("euler_ancestral");
    run.items = items;
    run.settings.profile = profile;
    std::vector<std::int64_t> numbers(items, which);
    if (items > 1) {
      for (std::uint32_t i = 0; i < items; ++i) numbers[i] = i;
    }
    if (profile == KS_PROFILE_BATCH_INVARIANT) run.settings.batch_index = numbers.data();
    run.x.assign(run.size(), 1.0F);
    EXPECT_EQ(run_whole(run), KS_OK) << ks_last_error();
    return run.x;
  };
  const std::vector<float> together = sampled(KS_PROFILE_BATCH_INVARIANT, 3, 0);
  const std::vector<float> third = sampled(KS_PROFILE_BATCH_INVARIANT, 1, 2);
  EXPECT_TRUE(std::equal(third.begin(), third.end(), together.end() - static_cast<long>(third.size())));
  EXPECT_NE(sampled(KS_PROFILE_COMFY, 3, 0), together);
  // Item 0 is the same in both.
  EXPECT_EQ(sampled(KS_PROFILE_COMFY, 1, 0), sampled(KS_PROFILE_BATCH_INVARIANT, 1, 0));
}

TEST(ASession, AsksForNoiseWhereTheCallerDrawsIt) {
  RunCase run;
  run.sampler = chosen("euler_ancestral");
  run.settings.profile = KS_PROFILE_ASKED;
  int draws = 0;
  ASSERT_EQ(run_whole(run, shipped(),
                      [&](const ks_want& want) {
                        if (want.kind != KS_WANT_NOISE) return;
                        ++draws;
                        EXPECT_GT(want.sigma, want.sigma_next);
                        std::fill_n(static_cast<float*>(want.out), run.size(), 0.0F);
                      }),
            KS_OK);
  EXPECT_EQ(draws, 4);
}

// A caller's memory: numbers that are keys of a map.
struct FarMemory {
  std::map<std::uintptr_t, std::vector<float>> tensors;
  std::uintptr_t next = 0;
  std::size_t size = 0;
  std::size_t made = 0;

  static FarMemory& of(void* context) { return *static_cast<FarMemory*>(context); }
  std::vector<float>& at(const void* tensor) {
    return tensors.at(reinterpret_cast<std::uintptr_t>(tensor));
  }
  void* put(std::vector<float> values) {
    tensors[++next] = std::move(values);
    return reinterpret_cast<void*>(next);  // NOLINT(performance-no-int-to-ptr)
  }

  ks_space space() {
    ks_space table{};
    table.size = sizeof table;
    table.context = this;
    table.create = [](void* context, std::uint32_t, std::uint32_t, void** tensor) -> ks_status {
      FarMemory& memory = of(context);
      ++memory.made;
      *tensor = memory.put(std::vector<float>(memory.size));
      return KS_OK;
    };
    table.release = [](void* context, void* tensor) {
      of(context).tensors.erase(reinterpret_cast<std::uintptr_t>(tensor));
    };
    table.lincomb = [](void* context, void* dst, std::uint32_t count, const float* coefficients,
                       const void* const* terms) -> ks_status {
      FarMemory& memory = of(context);
      std::vector<float> sum(memory.size);
      for (std::size_t i = 0; i < sum.size(); ++i) {
        double value = 0;
        for (std::uint32_t k = 0; k < count; ++k)
          value += double{coefficients[k]} * memory.at(terms[k])[i];
        sum[i] = static_cast<float>(value);
      }
      memory.at(dst) = std::move(sum);
      return KS_OK;
    };
    table.put = [](void* context, void* tensor, const float* values, std::uint64_t count) -> ks_status {
      of(context).at(tensor).assign(values, values + count);
      return KS_OK;
    };
    return table;
  }
};

TEST(ASession, WorksInTheCallersMemory) {
  for (const char* sampler : {"dpmpp_2m", "dpmpp_2m_sde", "uni_pc", "heun"}) {
    RunCase main;
    main.sampler = chosen(sampler);
    ASSERT_EQ(run_whole(main), KS_OK);
    FarMemory memory;
    RunCase run;
    run.sampler = chosen(sampler);
    memory.size = run.size();
    const ks_space space = memory.space();
    run.settings.space = &space;
    void* const x = memory.put(run.x);
    run.settings.x = x;
    ks_session* session = nullptr;
    ASSERT_EQ(ks_session_new(shipped().get(), &run.ready(), &session), KS_OK) << ks_last_error();
    ks_want want{};
    want.size = sizeof want;
    ks_status status = KS_OK;
    while ((status = ks_session_next(session, &want)) == KS_OK && want.kind == KS_WANT_DENOISE) {
      gaussian(memory.at(want.x).data(), want.sigma, memory.at(want.out).data(), run.size());
    }
    EXPECT_EQ(status, KS_OK) << ks_last_error();
    ks_session_free(session);
    for (std::size_t i = 0; i < run.size(); ++i) {
      // Sums in float64 here and in float32 there: a rounding of numbers up to 60 a step.
      ASSERT_NEAR(memory.at(x)[i], main.x[i], 10 * 60 * 0x1p-23) << sampler;
    }
    EXPECT_EQ(memory.tensors.size(), 1U) << sampler;  // all but x were given back
    EXPECT_LT(memory.made, 20U) << sampler;           // and used again in between
  }
}

TEST(ASession, SaysWhatTheCallersMemoryLacks) {
  FarMemory memory;
  RunCase run;
  run.sampler = chosen("dpm_adaptive");
  memory.size = run.size();
  const ks_space space = memory.space();
  run.settings.space = &space;
  run.settings.x = memory.put(run.x);
  ks_session* session = nullptr;
  ASSERT_EQ(ks_session_new(shipped().get(), &run.ready(), &session), KS_OK);
  ks_want want{};
  want.size = sizeof want;
  ks_status status = KS_OK;
  while ((status = ks_session_next(session, &want)) == KS_OK && want.kind == KS_WANT_DENOISE) {
    gaussian(memory.at(want.x).data(), want.sigma, memory.at(want.out).data(), run.size());
  }
  EXPECT_EQ(status, KS_ERROR);
  EXPECT_THAT(ks_last_error(), HasSubstr("which the caller's memory has not"));
  ks_session_free(session);
}

// What there is of it runs in tests/cuda.
TEST(ASession, OnACudaDeviceSaysWhatIsMissing) {
  if (ks_cuda_check(0) == KS_OK) GTEST_SKIP() << "there is a GPU";
  EXPECT_THAT(ks_last_error(), HasSubstr("CUDA"));
  ks_cuda cuda{};
  cuda.size = sizeof cuda;
  RunCase run;
  run.settings.cuda = &cuda;
  EXPECT_EQ(run_whole(run), KS_ERROR);
  EXPECT_THAT(ks_last_error(), HasSubstr("CUDA"));
}

TEST(ASession, IsNotMadeOfWhatIsWrong) {
  const auto refused = [](const std::function<void(RunCase&)>& spoil) {
    RunCase run;
    spoil(run);
    EXPECT_NE(run_whole(run), KS_OK);
    return std::string(ks_last_error());
  };
  EXPECT_THAT(refused([](RunCase& run) { run.sampler = chosen("eulr"); }),
              StartsWith("unknown sampler 'eulr'; did you mean 'euler'?"));
  EXPECT_THAT(refused([](RunCase& run) { run.sigmas = {1.0}; }),
              StartsWith("1 sigmas; expected 2 or more"));
  EXPECT_THAT(refused([](RunCase& run) {
                run.sigmas = {1.0, std::nan(""), 0.0};
              }),
              StartsWith("sigma 1 is nan; expected a finite number"));
  EXPECT_THAT(refused([](RunCase& run) { run.height = 0; }), HasSubstr("0 x 5 cells"));
  EXPECT_THAT(refused([](RunCase& run) { run.settings.size = 0; }), HasSubstr("`size` is not set"));
  static const ks_setting unknown{"etta", 1.0, nullptr, nullptr, 0};
  EXPECT_THAT(refused([](RunCase& run) {
                run.sampler = chosen("euler_ancestral");
                run.sampler.settings = &unknown;
                run.sampler.setting_count = 1;
              }),
              HasSubstr("did you mean 'eta'"));
}

TEST(ASession, HasTheNumbersThatAreSet) {
  RunCase ancestral, euler;
  static const ks_setting no_noise{"eta", 0.0, nullptr, nullptr, 0};
  ancestral.sampler = chosen("euler_ancestral");
  ancestral.sampler.settings = &no_noise;
  ancestral.sampler.setting_count = 1;
  ASSERT_EQ(run_whole(ancestral), KS_OK);
  ASSERT_EQ(run_whole(euler), KS_OK);
  for (std::size_t i = 0; i < euler.size(); ++i) {
    ASSERT_NEAR(ancestral.x[i], euler.x[i], 1e-5);  // one formula, written in two ways
  }
}

TEST(Sample, IsASessionAsOneCall) {
  RunCase session, call;
  ASSERT_EQ(run_whole(session), KS_OK);
  const auto body = [](void* context, ks_session*, const ks_want* want) -> ks_status {
    answer(*static_cast<RunCase*>(context), *want);
    return KS_OK;
  };
  ASSERT_EQ(ks_sample(shipped().get(), &call.ready(), body, &call), KS_OK);
  EXPECT_EQ(call.x, session.x);
  const auto no = [](void*, ks_session* of, const ks_want*) -> ks_status {
    ks_session_fail(of, KS_ERROR, "not today");
    return KS_ERROR;
  };
  EXPECT_EQ(ks_sample(shipped().get(), &call.ready(), no, nullptr), KS_ERROR);
  EXPECT_STREQ(ks_last_error(), "not today");
}

TEST(InitialNoise, IsTorchsAndTheSameForAnItemOfABatch) {
  std::vector<float> batch(3 * 64), third(64);
  ASSERT_EQ(ks_initial_noise(9, KS_PROFILE_BATCH_INVARIANT, 3, 64, nullptr, batch.data()), KS_OK);
  const std::int64_t number = 2;
  ASSERT_EQ(ks_initial_noise(9, KS_PROFILE_BATCH_INVARIANT, 1, 64, &number, third.data()), KS_OK);
  EXPECT_TRUE(std::equal(third.begin(), third.end(), batch.begin() + 128));
  // torch.manual_seed(42); torch.randn(16)[:4]
  std::vector<float> torchs(16);
  ASSERT_EQ(ks_initial_noise(42, KS_PROFILE_COMFY, 1, 16, nullptr, torchs.data()), KS_OK);
  EXPECT_NEAR(torchs[0], 1.9269, 5e-5);
  EXPECT_NEAR(torchs[1], 1.4873, 5e-5);
  EXPECT_NEAR(torchs[2], 0.9007, 5e-5);
  EXPECT_NEAR(torchs[3], -2.1055, 5e-5);
  EXPECT_EQ(ks_initial_noise(9, KS_PROFILE_ASKED, 3, 64, nullptr, batch.data()), KS_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace ksampler::test
