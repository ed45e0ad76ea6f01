#include "tests/fault/proxy.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/clock.h"

namespace ferry::test {
namespace {

constexpr size_t kMostWaiting = 65536;
constexpr int kPollMs = 5;

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

void MakeQuick(int socket) {
  const int one = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);  // has no effect on a Unix socket
  fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
}

// -1 when nobody listens there.
int Dial(const std::string& upstream) {
  absl::string_view rest = upstream;
  int socket = -1;
  int connected = -1;
  if (absl::ConsumePrefix(&rest, "unix:")) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, rest.data(), std::min(rest.size(), sizeof address.sun_path - 1));
    socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    connected = ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
  } else {
    int port = 0;
    if (!absl::SimpleAtoi(rest.substr(rest.rfind(':') + 1), &port)) return -1;
    sockaddr_in address = Loopback(port);
    socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    connected = ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  if (connected == 0) {
    MakeQuick(socket);
    return socket;
  }
  ::close(socket);
  return -1;
}

// Closed so, the peer gets a reset, as from a host that has gone.
void Reset(int socket) {
  const linger now{1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(socket);
}

}  // namespace

Proxy::Proxy(const std::string& upstream)
    : upstream_(upstream), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof address;
  sockaddr* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    std::fprintf(stderr, "the proxy cannot listen: %s\n", std::strerror(errno));
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Run(); });
}

Proxy::~Proxy() {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
  }
  thread_.join();
  ::close(listener_);
}

std::string Proxy::address() const { return absl::StrCat("127.0.0.1:", port_); }

void Proxy::Cut() {
  MutexLock lock(&mutex_);
  for (Connection& connection : connections_) connection.dead = true;
  Bury();
}

void Proxy::CutAfter(int64_t bytes) {
  MutexLock lock(&mutex_);
  cut_after_ = bytes;
}

void Proxy::Refuse(bool refuse) {
  MutexLock lock(&mutex_);
  refuse_ = refuse;
}

void Proxy::Freeze(Way way) {
  MutexLock lock(&mutex_);
  frozen_to_server_ |= way != Way::kToClient;
  frozen_to_client_ |= way != Way::kToServer;
}

void Proxy::Thaw() {
  MutexLock lock(&mutex_);
  frozen_to_server_ = frozen_to_client_ = false;
}

void Proxy::DropReplyTo(const std::string& text, const std::string& mark) {
  MutexLock lock(&mutex_);
  drop_reply_to_ = text;
  mark_ = mark;
  for (Connection& connection : connections_) connection.marked = false;
}

void Proxy::Limit(int64_t bytes_a_second) {
  MutexLock lock(&mutex_);
  limit_ = bytes_a_second;
}

int64_t Proxy::cuts() const {
  MutexLock lock(&mutex_);
  return cuts_;
}
int64_t Proxy::dropped() const {
  MutexLock lock(&mutex_);
  return dropped_;
}
int64_t Proxy::passed() const {
  MutexLock lock(&mutex_);
  return passed_;
}
int Proxy::connections() const {
  MutexLock lock(&mutex_);
  return static_cast<int>(connections_.size());
}

void Proxy::Accept() {
  for (;;) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    MakeQuick(client);
    const int server = refuse_ ? -1 : Dial(upstream_);
    if (server < 0) {
      Reset(client);
      continue;
    }
    Connection connection;
    connection.to_server.from = connection.to_client.to = client;
    connection.to_server.to = connection.to_client.from = server;
    connections_.push_back(std::move(connection));
  }
}

bool Proxy::Stopped(const Connection& connection, const Flow& flow) const {
  return &flow == &connection.to_server ? frozen_to_server_ : frozen_to_client_;
}

void Proxy::Read(Connection& connection, Flow& flow) {
  if (flow.ended || flow.bytes.size() >= kMostWaiting) return;
  char buffer[kMostWaiting];
  const ssize_t got = ::recv(flow.from, buffer, sizeof buffer, 0);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
  if (got <= 0) {
    flow.ended = true;
    return;
  }
  const std::string text(buffer, static_cast<size_t>(got));
  if (&flow == &connection.to_client && connection.doomed) {
    ++dropped_;
    connection.dead = true;
    return;
  }
  if (&flow == &connection.to_server) Watch(connection, text);
  flow.bytes += text;
}

void Proxy::Watch(Connection& connection, const std::string& text) {
  if (drop_reply_to_.empty()) return;
  connection.marked |= text.find(mark_) != std::string::npos;
  if (!connection.marked || text.find(drop_reply_to_) == std::string::npos) return;
  drop_reply_to_.clear();
  connection.doomed = true;
}

void Proxy::Pass(Connection& connection, Flow& flow) {
  if (connection.dead) return;
  size_t some = flow.bytes.size();
  if (limit_ > 0) some = std::min(some, static_cast<size_t>(std::max(flow.allowance, 0.0)));
  if (cut_after_ >= 0) some = std::min(some, static_cast<size_t>(cut_after_));
  if (some > 0) {
    const ssize_t sent = ::send(flow.to, flow.bytes.data(), some, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) connection.dead = true;
    if (sent <= 0) return;
    flow.bytes.erase(0, static_cast<size_t>(sent));
    flow.allowance -= static_cast<double>(sent);
    passed_ += sent;
    if (cut_after_ >= 0) cut_after_ -= sent;
  }
  if (cut_after_ == 0) {
    cut_after_ = -1;
    connection.dead = true;
    return;
  }
  if (flow.ended && flow.bytes.empty()) connection.dead = true;
}

void Proxy::Refill(absl::Duration passed) {
  if (limit_ == 0) return;
  const double more = absl::ToDoubleSeconds(passed) * static_cast<double>(limit_);
  for (Connection& connection : connections_) {
    for (Flow* const flow : {&connection.to_server, &connection.to_client}) {
      flow->allowance = std::min(flow->allowance + more, static_cast<double>(limit_) / 10);
    }
  }
}

void Proxy::Bury() {
  for (auto at = connections_.begin(); at != connections_.end();) {
    if (!at->dead) {
      ++at;
      continue;
    }
    const bool by_itself = at->to_server.ended || at->to_client.ended;
    if (!by_itself) ++cuts_;
    Reset(at->to_server.from);
    Reset(at->to_server.to);
    at = connections_.erase(at);
  }
}

void Proxy::Run() {
  absl::Duration last = SystemClock().Elapsed();
  for (;;) {
    std::vector<pollfd> watched = {{listener_, POLLIN, 0}};
    {
      MutexLock lock(&mutex_);
      if (stop_) {
        for (Connection& connection : connections_) connection.dead = true;
        Bury();
        return;
      }
      for (const Connection& connection : connections_) {
        for (const Flow* const flow : {&connection.to_server, &connection.to_client}) {
          const bool reads = !Stopped(connection, *flow) && !flow->ended && flow->bytes.size() < kMostWaiting;
          if (reads) watched.push_back({flow->from, POLLIN, 0});
        }
      }
    }
    // A short wait is also what makes a new order and a limit take effect.
    ::poll(watched.data(), watched.size(), kPollMs);
    MutexLock lock(&mutex_);
    const absl::Duration now = SystemClock().Elapsed();
    Refill(now - last);
    last = now;
    if ((watched[0].revents & POLLIN) != 0) Accept();
    for (Connection& connection : connections_) {
      for (Flow* const flow : {&connection.to_server, &connection.to_client}) {
        if (Stopped(connection, *flow)) continue;
        Read(connection, *flow);
        Pass(connection, *flow);
      }
    }
    Bury();
  }
}

}  // namespace ferry::test
