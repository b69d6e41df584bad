// What a server answers to, a file each. All that is passed must outlive the server.
#ifndef KSAMPLER_SERVE_ROUTES_HPP
#define KSAMPLER_SERVE_ROUTES_HPP

#include "host/serve/changes.hpp"
#include "host/serve/http/router.hpp"
#include "host/serve/run_book.hpp"
#include "host/serve/served_plugins.hpp"
#include "host/serve/server.hpp"

namespace ksampler {

// /runs, /runs/ID, and its files and previews
void add_run_routes(Router& router, const ServerOptions& options, RunBook& book,
                    ServedPlugins& plugins);

// /plugins
void add_plugin_routes(Router& router, ServedPlugins& plugins, Changes& changes);

// /events: server-sent events
void add_event_route(Router& router, RunBook& book, ServedPlugins& plugins, Changes& changes);

// /
void add_page_route(Router& router, const ServerOptions& options);

}  // namespace ksampler

#endif
