// Starting a program: an argument vector and a complete environment, no shell. What pg/backup's tools and the
// agent's programs have in common. Any thread; but the program gets SIGKILL from the kernel when the thread
// that started it ends.
#ifndef FERRY_PG_PROCESS_CHILD_H_
#define FERRY_PG_PROCESS_CHILD_H_

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace ferry::pg {

// A file descriptor that is closed with the object.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { Reset(-1); }
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  void Reset(int number);
  void Close() { Reset(-1); }

 private:
  int number_;
};

// Both ends closed on exec. False with errno when the system has none left.
bool Pipe(Descriptor& read, Descriptor& write);

struct ChildSpec {
  std::vector<std::string> argv;           // argv[0]: the program's path, with a slash
  std::map<std::string, std::string> env;  // all of it
  int image = -1;      // not -1: the file to execute instead of the one at argv[0]; a script finds itself as
                       // /proc/self/fd/3 then, which stays open
  int input = -1;      // -1: nothing to read
  int output = -1;     // stdout
  int error = -1;      // stderr
  std::string folder;  // to start in; "" = ours
};

struct Started {
  pid_t pid = -1;
  int problem = 0;  // errno, when there is no process
};

// The program leads a process group of its own, has default signal handling, an empty signal mask, SIGXFSZ
// ignored (so that a file size limit is an error it can tell), and none of our other descriptors.
Started StartChild(const ChildSpec& spec);

// Whether it has ended; its number stays taken until Reap.
bool HasEnded(pid_t pid);
// Kills what is left of its process group, waits for it, and returns its status as waitpid does.
int Reap(pid_t pid);

}  // namespace ferry::pg

#endif  // FERRY_PG_PROCESS_CHILD_H_
