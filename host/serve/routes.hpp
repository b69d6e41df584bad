// What a server answers to, a file each. All that is passed must outlive the server.
#ifndef KSAMPLER_SERVE_ROUTES_HPP
#define KSAMPLER_SERVE_ROUTES_HPP

#include "host/serve/changes.hpp"
#include "host/serve/run_book.hpp"
#include "host/serve/served_plugins.hpp"
#include "host/serve/server.hpp"

#include <httplib.h>

#include <string>

namespace ksampler {

// /runs, /runs/ID, and its files and previews
void add_run_routes(httplib::Server& http, const ServerOptions& options, RunBook& book,
                    ServedPlugins& plugins);

// /plugins
void add_plugin_routes(httplib::Server& http, ServedPlugins& plugins, Changes& changes);

// /events: server-sent events
void add_event_route(httplib::Server& http, const ServerOptions& options, RunBook& book,
                     ServedPlugins& plugins, Changes& changes);

// /
void add_page_route(httplib::Server& http, const ServerOptions& options);

}  // namespace ksampler

#endif
