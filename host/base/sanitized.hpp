// Whether a sanitizer looks on: KSAMPLER_SANITIZED, and KSAMPLER_SANITIZES_ADDRESSES, 0 or 1.
#ifndef KSAMPLER_BASE_SANITIZED_HPP
#define KSAMPLER_BASE_SANITIZED_HPP

#ifndef __has_feature  // clang's; g++ defines a macro for each
#define __has_feature(feature) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define KSAMPLER_SANITIZES_ADDRESSES 1
#else
#define KSAMPLER_SANITIZES_ADDRESSES 0
#endif

#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define KSAMPLER_SANITIZES_THREADS 1
#else
#define KSAMPLER_SANITIZES_THREADS 0
#endif

#if KSAMPLER_SANITIZES_ADDRESSES || KSAMPLER_SANITIZES_THREADS
#define KSAMPLER_SANITIZED 1
#else
#define KSAMPLER_SANITIZED 0
#endif

#endif
