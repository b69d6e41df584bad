#include "host/serve/http/response_head.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

TEST(HeadOfAResponse, HasItsHeadersAndThenThoseOfTheServer) {
  HttpResponse response;
  response.status = 404;
  response.headers = {{"Content-Type", "text/plain"}, {"x-a", "route"}};
  EXPECT_EQ(response_head(response, "Not Found", {{"X-A", "server"}, {"X-B", "server"}}, {.length = 3}),
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nx-a: route\r\nX-B: server\r\n"
            "Content-Length: 3\r\nConnection: close\r\n\r\n");
}

TEST(HeadOfAResponse, SaysHowTheBodyIsFramed) {
  EXPECT_EQ(response_head({}, "OK", {}, {.chunked = true, .keep_alive = true}),
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(response_head({}, "OK", {}, {}), "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
}

TEST(HeadOfAResponse, LeavesNoFramingToTheRoute) {
  HttpResponse response;
  response.headers = {
      {"content-length", "7"}, {"Transfer-Encoding", "chunked"}, {"CONNECTION", "upgrade"}};
  EXPECT_EQ(response_head(response, "OK", {}, {.length = 0}),
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST(HeadOfAResponse, HasNoHeaderThatAValueBegins) {
  HttpResponse response;
  response.headers = {{"Location", "/a\r\nSet-Cookie: b"}, {"X\nY", "c"}};
  EXPECT_EQ(response_head(response, "OK", {}, {}),
            "HTTP/1.1 200 OK\r\nLocation: /a  Set-Cookie: b\r\nX Y: c\r\nConnection: close\r\n\r\n");
}

}  // namespace
}  // namespace ksampler
