/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KS_ENTRY_H
#define KS_ENTRY_H

#include "status.h"

KS_EXTERN_C_BEGIN

enum { KS_LOG_DEBUG = 0, KS_LOG_INFO = 1, KS_LOG_WARNING = 2, KS_LOG_ERROR = 3 };

/* The host, as a plugin sees it: valid from `init` to `deinit`. All functions: [any-thread] */
typedef struct ks_host ks_host;
struct ks_host {
  uint32_t size;
  uint32_t abi_major; /* KS_ABI_MAJOR of the headers that the host was built with */
  uint32_t abi_minor;
  uint32_t reserved;
  const char* name;    /* "ksampler" */
  const char* version; /* of the host, "0.1.0" */
  void* context;       /* the host's */

  /* The sentence for people, before `init` or a `create` returns an error. Copied. */
  void (*set_error)(const ks_host* host, const char* message);

  /* A line for the host's log. Copied. A plugin never prints by itself. */
  void (*log)(const ks_host* host, uint32_t level, const char* message);

  /* An extension of the host by id; null where it has none. */
  const void* (*extension)(const ks_host* host, const char* id);
};

/* The one symbol that a plugin exports: `const ks_plugin ks_plugin_entry`. Data, so that a host
 * can read the version before it runs any code of the plugin. */
typedef struct ks_plugin {
  uint32_t size;
  uint32_t abi_major; /* KS_ABI_MAJOR of the headers that it was built with */
  uint32_t abi_minor;
  uint32_t reserved;
  const char* name;    /* "k-diffusion": lower case letters, digits, '-' and '_' */
  const char* version; /* "1.2.0" */
  const char* licence; /* SPDX identifier */

  /* Called before anything else but the fields above. Counted: it may come more than once, each with
   * a `deinit` of its own. Not called at the same time as itself or `deinit`. May be null. */
  ks_status (*init)(const ks_host* host);

  /* Called when everything that came from the plugin is destroyed. May be null. */
  void (*deinit)(void);

  /* A factory by id, such as KS_SAMPLERS_1; null for an id that the plugin does not know.
   * [any-thread, after init] */
  const void* (*factory)(const char* id);
} ks_plugin;

#define KS_PLUGIN_ENTRY_SYMBOL "ks_plugin_entry"

KS_LAYOUT_SIZE(ks_host, 64);
KS_LAYOUT_OFFSET(ks_host, name, 16);
KS_LAYOUT_OFFSET(ks_host, extension, 56);
KS_LAYOUT_SIZE(ks_plugin, 64);
KS_LAYOUT_OFFSET(ks_plugin, name, 16);
KS_LAYOUT_OFFSET(ks_plugin, factory, 56);

KS_EXTERN_C_END

#endif
