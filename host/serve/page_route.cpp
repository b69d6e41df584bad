#include "host/base/sentence.hpp"
#include "host/serve/http/answer.hpp"
#include "host/serve/page.hpp"
#include "host/serve/routes.hpp"

#include <array>
#include <random>

namespace ksampler {
namespace {

// A word that nobody guesses: only the page's own script and style, which carry it, are obeyed.
std::string nonce() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device random;
  std::string text;
  for (int i = 0; i < 32; ++i) text += digits[random() % digits.size()];
  return text;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

// Text within HTML.
std::string in_html(std::string text) {
  replace_all(text, "&", "&amp;");
  replace_all(text, "<", "&lt;");
  replace_all(text, "\"", "&quot;");
  return text;
}

// A name within YAML's single quotes, within a literal of JavaScript, within HTML.
std::string in_script(const std::string& text) {
  std::string literal = "'";
  for (const char c : text) {
    if (c == '\'')
      literal += "''";
    else if (c == '`' || c == '\\' || c == '$')
      literal += {'\\', c};
    else if (c == '<')
      literal += "\\x3c";
    else
      literal += c;
  }
  return literal + "'";
}

}  // namespace

void add_page_route(Router& router, const ServerOptions& options) {
  router.route("GET", "/", [&options](const auto&, const auto&) {
    const std::string word = nonce();
    std::string page(page_html());
    replace_all(page, "@nonce@", word);
    replace_all(page, "@runtime@", in_html(options.runtime));
    replace_all(page, "@icons@", in_script(options.icons));
    HttpResponse response = text_answer(kOk, page, "text/html; charset=utf-8");
    response.headers.emplace_back(
        "Content-Security-Policy",
        sentence("default-src 'none'; img-src 'self' data:; connect-src 'self'; script-src "
                 "'nonce-{}'; style-src 'nonce-{}'; base-uri 'none'; form-action 'none'; "
                 "frame-ancestors 'none'",
                 word, word));
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
  });
}

}  // namespace ksampler
