// The exact denoiser of a set of pictures: the posterior mean of a clean picture given a noisy one.
// Sampling from it gives back pictures of the set, sharp; guidance chooses the class.
//
//   logit_k = log p(k | class) - |x - a*picture_k|^2 / (2 b^2);   D = sum_k softmax(logit)_k picture_k
//
// A class is a soft prior: pictures of other classes have e^-40 of its weight. So at high noise a class
// decides, while near a picture every class agrees on it: whatever the classes and the cfg, what comes
// out is a picture, not a caricature of two.
#ifndef KSAMPLER_MODEL_TOY_PICTURE_DENOISER_HPP
#define KSAMPLER_MODEL_TOY_PICTURE_DENOISER_HPP

#include "host/model/toy/exact_model.hpp"

#include <filesystem>

namespace ksampler {

// `file`: safetensors with `pictures` U8 [N,C,H,W], `labels` [N] whole numbers, and metadata `classes`,
// a JSON list of names. The latent is the picture itself, scaled to -1..1. Label -1 means any class.
Model load_picture_denoiser(const std::filesystem::path& file, ModelSampling sampling,
                            at::Device device);

}  // namespace ksampler

#endif
