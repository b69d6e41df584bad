/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_VERSION_H
#define KS_VERSION_H

#include <stddef.h>
#include <stdint.h>

/* The version of the ABI, not of the host. A host loads a plugin whose major version equals its own
 * and whose minor version is not above its own; it refuses any other before running its code.
 * Minor versions only add: fields at the end of structs, factories, extensions. */
#define KS_ABI_MAJOR 1u
#define KS_ABI_MINOR 2u

/* The minor version that a plugin asks for in its `abi_minor`: that of the headers, or an older one
 * whose hosts it is to load in, too, as it uses nothing newer (ks_add_plugin(... ABI 1.0) in CMake). */
#ifndef KS_PLUGIN_ABI_MINOR
#define KS_PLUGIN_ABI_MINOR KS_ABI_MINOR
#endif

#ifdef __cplusplus
#define KS_EXTERN_C extern "C"
#define KS_EXTERN_C_BEGIN extern "C" {
#define KS_EXTERN_C_END }
#define KS_STATIC_ASSERT(condition, message) static_assert(condition, message)
#else
#define KS_EXTERN_C extern
#define KS_EXTERN_C_BEGIN
#define KS_EXTERN_C_END
#define KS_STATIC_ASSERT(condition, message) _Static_assert(condition, message)
#endif

/* Marks the one symbol that a plugin exports. */
#if defined(_WIN32)
#define KS_EXPORT __declspec(dllexport)
#else
#define KS_EXPORT __attribute__((visibility("default")))
#endif

/* The layout of this version, frozen: a field that moved, or a struct that shrank, does not compile.
 * Stated for 64-bit targets, the only ones that hosts are built for. */
#define KS_LAYOUT_SIZE(type, bytes) \
  KS_STATIC_ASSERT(sizeof(void*) != 8 || sizeof(type) == (bytes), "layout of " #type " changed")
#define KS_LAYOUT_OFFSET(type, field, bytes)                               \
  KS_STATIC_ASSERT(sizeof(void*) != 8 || offsetof(type, field) == (bytes), \
                   "offset of " #type "." #field " changed")

/* Whether the struct at `object`, made by the other side, is large enough to hold `field`.
 * Read a field that was added after version 1.0 only where this holds. */
#define KS_HAS(type, object, field) ((object)->size >= offsetof(type, field) + sizeof((object)->field))

#endif
