// SPDX-License-Identifier: Apache-2.0
//
// Runs a pipeline, and keeps its first picture in memory:  picture PIPELINE.yaml PICTURE.ppm
// c++ -std=c++20 picture.cpp $(pkg-config --cflags --libs ks_pipeline)
#include <ks/pipeline.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

int main(int argc, char** argv) try {
  if (argc != 3) throw std::runtime_error("picture PIPELINE.yaml PICTURE.ppm");
  std::stringstream text;
  text << std::ifstream(argv[1]).rdbuf();

  ks::Pipelines host;
  host.run(text.str(), {.name = argv[1],
                        .folder = std::filesystem::absolute(argv[1]).parent_path().string(),
                        .picture =
                            [&](const ks::Picture& made) {
                              if (made.index > 0 || made.channels != 3) return;
                              std::ofstream out(argv[2], std::ios::binary);
                              out << "P6 " << made.width << " " << made.height << " 255\n";
                              out.write(reinterpret_cast<const char*>(made.pixels.data()),
                                        std::ssize(made.pixels));
                              if (!out.flush()) throw std::runtime_error("cannot write the picture");
                              std::cout << argv[2] << ": " << made.width << " x " << made.height
                                        << ", of node " << made.node << "\n";
                            },
                        .step =
                            [](std::string_view node, std::uint32_t at, std::uint32_t steps) {
                              std::cerr << "\r" << node << ": " << at << " of " << steps
                                        << (at == steps ? "\n" : "");
                            }});
} catch (const ks::PipelineError& error) {
  for (const ks::PipelineProblem& each : error.problems) {
    std::cerr << each.kind << " at " << each.line << ":" << each.column << ": " << each.message << "\n";
  }
  return 1;
} catch (const std::exception& error) {
  std::cerr << error.what() << "\n";
  return 1;
}
