// Hurts a World: kills, stops, cuts and fills, and starts again what has died.
#ifndef FERRY_TESTS_FAULT_NEMESIS_H_
#define FERRY_TESTS_FAULT_NEMESIS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "pg/session/session.h"
#include "tests/e2e/world.h"
#include "tests/fault/figures.h"
#include "tests/fault/proxy.h"
#include "tests/fault/tmpfs.h"
#include "tests/fault/workload.h"

namespace ferry::test {

// Of a world with the one environment dev. All that is given outlives it.
class Nemesis {
 public:
  struct Prey {
    World* world = nullptr;
    PgCluster* cluster = nullptr;
    Proxy* to_database = nullptr;
    Proxy* to_controller = nullptr;
  };
  Nemesis(const Prey& prey, Random* random, Figures* figures);

  // One thing at random, after a random moment.
  void Hurt();
  // Runs `ferry` as somebody whose terminal may be closed at any time.
  void Say(const std::vector<std::string>& arguments);
  // Starts agent and controller when they are dead. `armed`: perhaps with a fail point that kills them.
  void StartWhatHasDied(bool armed);
  // Keeps how long a started agent took to its first step.
  void NoteResumed();
  // A new promotion: none of its waits is due to the database yet.
  void Begin() { waits_ = false; }
  // As superuser; null when the server does not answer.
  pg::Session* Database();
  // Nothing is frozen, refused or full any more.
  void MakePeace();

 private:
  void Kill();
  void Stop();
  void HurtDatabase();
  void HurtNetwork(Proxy& proxy, const std::string& where, bool of_database);
  void Fill();
  std::string Armed(const std::vector<std::string>& points);
  absl::Duration Moment(int most_ms) { return absl::Milliseconds(Below(*random_, most_ms)); }

  const Prey prey_;
  Random* const random_;
  Figures* const figures_;
  const std::vector<std::string> agent_points_, controller_points_;
  std::unique_ptr<Tmpfs> small_;  // the agent's state and backups; null where nothing may be mounted
  std::unique_ptr<pg::Session> database_;
  bool agent_killed_ = false, controller_killed_ = false;  // by us: counted already
  bool waits_ = false;                                     // for the database, which was hurt
  absl::Duration agent_started_ = absl::InfiniteDuration();
};

}  // namespace ferry::test

#endif  // FERRY_TESTS_FAULT_NEMESIS_H_
