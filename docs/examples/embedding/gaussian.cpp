// Samples a Gaussian of standard deviation 0.5 with dpmpp_2m: c++ -std=c++20 gaussian.cpp $(pkg-config
// --cflags --libs ks_host)
#include <ks/host.hpp>

#include <cmath>
#include <cstdio>
#include <exception>

int main(int count, char** arguments) try {
  const ks::Plugins plugins({count > 1 ? arguments[1] : "plugins"});
  const ks::Levels levels("eps");
  const std::vector<double> sigmas = plugins.sigmas("karras", 20, levels);

  std::vector<float> x = ks::initial_noise(42, 4 * 64 * 64);
  for (float& value : x) value *= static_cast<float>(sigmas.front());

  ks::Session session(plugins, {.sampler = "dpmpp_2m"}, sigmas, levels, {1, 4, 64, 64}, x.data());
  while (const ks_want* want = session.next()) {
    // The model: E[x0 | x] of data with that deviation.
    const double shrink = 0.25 / (0.25 + want->sigma * want->sigma);
    for (std::size_t i = 0; i < x.size(); ++i) {
      static_cast<float*>(want->out)[i] =
          static_cast<float>(static_cast<const float*>(want->x)[i] * shrink);
    }
  }

  double squares = 0;
  for (const float value : x) squares += double{value} * value;
  std::printf("standard deviation %.3f\n", std::sqrt(squares / static_cast<double>(x.size())));
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
