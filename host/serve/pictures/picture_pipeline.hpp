// A pipeline into which requests of other programs' APIs put their values: what they call prompt, steps
// or width has a place in it.
#ifndef KSAMPLER_SERVE_PICTURES_PICTURE_PIPELINE_HPP
#define KSAMPLER_SERVE_PICTURES_PICTURE_PIPELINE_HPP

#include "host/plugin/registry.hpp"
#include "host/serve/run_view.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ksampler {

// What was not said stays as the pipeline has it.
struct PictureRequest {
  std::optional<std::string> prompt = {};
  std::optional<std::string> negative = {};
  std::optional<std::uint64_t> seed = {};
  std::optional<std::int64_t> steps = {};
  std::optional<double> cfg = {};
  std::optional<double> denoise = {};
  std::optional<std::string> sampler = {};    // as plugins call it
  std::optional<std::string> scheduler = {};  // likewise
  std::optional<std::int64_t> width = {};     // pixels, which are cut to whole cells of the latent
  std::optional<std::int64_t> height = {};
  std::optional<std::int64_t> batch = {};  // pictures at once
  std::optional<std::filesystem::path> picture = {};
  std::optional<std::filesystem::path> mask = {};
};

class PicturePipeline {
 public:
  // Finds the places: from the first node that samples, those of its own inputs; the texts behind
  // `positive` and `negative`; sizes, pictures and masks in what its latent is made of. Throws Error
  // where the pipeline is wrong, or there is no place for a prompt.
  PicturePipeline(PipelineSource source, const Registry& registry);

  // With the request's values. What has no place is left out; see without().
  Submission with(const PictureRequest& request) const;

  // The nodes whose pictures are the answer: those that write, behind what samples. What else is
  // written, such as the picture before, is not.
  const std::set<std::string>& results() const { return results_; }

  const std::string& name() const { return name_; }  // "quickstart"
  bool takes(const std::string& what) const { return places_.contains(what); }
  // What a request may say to no effect: {"width", "height"}
  std::vector<std::string> without() const;

 private:
  struct Input {
    std::string node;
    std::string input;
  };

  void find(const Pipeline& pipeline);
  void find_upwards(const Pipeline& pipeline, std::size_t node);
  void find_text(const Pipeline& pipeline, std::size_t node, const std::string& what);
  void note(const std::string& what, const Node& node, const std::string& input);

  std::string name_;
  ParsedPipeline parsed_;
  std::map<std::string, std::vector<Input>> places_;  // by the request's words
  std::set<std::string> results_;
};

}  // namespace ksampler

#endif
