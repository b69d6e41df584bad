// The APIs by which other programs ask for a picture: OpenAI's and that of AUTOMATIC1111's web UI. Both
// run pipelines that whoever started the server has named.
#ifndef KSAMPLER_SERVE_PICTURES_ROUTES_HPP
#define KSAMPLER_SERVE_PICTURES_ROUTES_HPP

#include "host/serve/http/router.hpp"
#include "host/serve/pictures/picture_pipeline.hpp"
#include "host/serve/pictures/picture_runs.hpp"

#include <memory>

namespace ksampler {

struct PicturePipelines {
  std::shared_ptr<const PicturePipeline> from_text;     // null: none was named
  std::shared_ptr<const PicturePipeline> from_picture;  // likewise
};

// /v1/models, /v1/images/generations
void add_openai_routes(Router& router, const PicturePipelines& pipelines,
                       const std::shared_ptr<PictureRuns>& runs);

// /sdapi/v1/txt2img, img2img, samplers, schedulers, progress, interrupt, options, sd-models. `plugins`
// must outlive the router.
void add_a1111_routes(Router& router, const PicturePipelines& pipelines,
                      const std::shared_ptr<PictureRuns>& runs, ServedPlugins& plugins);

}  // namespace ksampler

#endif
