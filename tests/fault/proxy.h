// A relay between two programs that can be made to behave as a bad network does.
#ifndef FERRY_TESTS_FAULT_PROXY_H_
#define FERRY_TESTS_FAULT_PROXY_H_

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <thread>

#include "absl/time/time.h"
#include "core/base/mutex.h"

namespace ferry::test {

// Accepts on a free port of 127.0.0.1 and passes every connection on to `upstream`, "unix:/path" or
// "127.0.0.1:port". What it is told takes effect at once for the connections that are open and counts for
// those that come. Thread-safe. Aborts when it cannot listen.
class Proxy {
 public:
  enum class Way { kToServer, kToClient, kBoth };

  explicit Proxy(const std::string& upstream);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  int port() const { return port_; }
  std::string address() const;  // "127.0.0.1:port"

  // Ends what is open.
  void Cut();
  // Ends the next connection in which that many more bytes have passed, both ways together; once.
  void CutAfter(int64_t bytes);
  // Ends what comes at once, as a host does on which nobody listens.
  void Refuse(bool refuse);
  // Half-open: what is open stays open, and nothing passes that way; nothing is lost. Until Thaw.
  void Freeze(Way way);
  void Thaw();
  // Lets the next bytes to the server that hold `text` pass, takes the server's answer to them, and ends that
  // connection without passing it on; once, in a connection in which `mark` has passed that way. "": never.
  void DropReplyTo(const std::string& text, const std::string& mark = "");
  // Bytes a second in each direction of each connection; 0: as fast as it goes.
  void Limit(int64_t bytes_a_second);

  int64_t cuts() const;     // connections that it has ended
  int64_t dropped() const;  // replies that it has taken
  int64_t passed() const;   // bytes
  int connections() const;  // open now

 private:
  struct Flow {  // one direction of a connection
    int from = -1, to = -1;
    std::string bytes;
    bool ended = false;
    double allowance = 0;
  };
  struct Connection {
    Flow to_server, to_client;
    bool marked = false;
    bool doomed = false;  // its next answer is taken
    bool dead = false;
  };

  void Run();
  void Accept() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Read(Connection& connection, Flow& flow) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Watch(Connection& connection, const std::string& text) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Pass(Connection& connection, Flow& flow) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Stopped(const Connection& connection, const Flow& flow) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Refill(absl::Duration passed) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Bury() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string upstream_;
  int listener_ = -1, port_ = 0;
  mutable Mutex mutex_;
  std::list<Connection> connections_ ABSL_GUARDED_BY(mutex_);
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  bool refuse_ ABSL_GUARDED_BY(mutex_) = false;
  bool frozen_to_server_ ABSL_GUARDED_BY(mutex_) = false, frozen_to_client_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t cut_after_ ABSL_GUARDED_BY(mutex_) = -1;
  std::string drop_reply_to_ ABSL_GUARDED_BY(mutex_), mark_ ABSL_GUARDED_BY(mutex_);
  int64_t limit_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t cuts_ ABSL_GUARDED_BY(mutex_) = 0, dropped_ ABSL_GUARDED_BY(mutex_) = 0,
                passed_ ABSL_GUARDED_BY(mutex_) = 0;
  std::thread thread_;
};

}  // namespace ferry::test

#endif  // FERRY_TESTS_FAULT_PROXY_H_
