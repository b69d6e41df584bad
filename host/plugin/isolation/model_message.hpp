// A ks_model_sampling as a message; its three functions are calls back to the host.
#ifndef KSAMPLER_PLUGIN_ISOLATION_MODEL_MESSAGE_HPP
#define KSAMPLER_PLUGIN_ISOLATION_MODEL_MESSAGE_HPP

#include "host/plugin/isolation/wire.hpp"

#include <ks/model.h>

namespace ksampler::isolation {

inline void put_model(Message& message, const ks_model_sampling& model) {
  message.put(model.noising).put(model.prediction).put(model.sigma_min).put(model.sigma_max);
  message.put(model.shift).put_list(std::span(model.sigmas, model.sigma_count));
}

// `sigmas` holds the table, and must live as long as the result is used.
inline ks_model_sampling get_model(Received& message, std::vector<double>& sigmas) {
  ks_model_sampling model{};
  model.size = sizeof model;
  model.noising = message.get<std::uint32_t>();
  model.prediction = message.get<std::uint32_t>();
  model.sigma_min = message.get<double>();
  model.sigma_max = message.get<double>();
  model.shift = message.get<double>();
  sigmas = message.get_list<double>();
  model.sigmas = sigmas.data();
  model.sigma_count = static_cast<std::uint32_t>(sigmas.size());
  return model;
}

}  // namespace ksampler::isolation

#endif
