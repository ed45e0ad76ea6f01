#include "tests/fault/nemesis.h"

#include <signal.h>

#include <cstdio>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "core/base/wait.h"
#include "tests/fault/points.h"
#include "tests/support/wait.h"

namespace ferry::test {
namespace {

constexpr char kDev[] = "dev";
constexpr int kSmallKilobytes = 65536;
constexpr int kDeepest = 6;  // the time a fail point is reached at which it kills

std::vector<std::string> With(std::vector<std::string> points, const std::string& file) {
  points.push_back(file + ".commit.before");
  points.push_back(file + ".commit.after");
  return points;
}

}  // namespace

Nemesis::Nemesis(const Prey& prey, Random* random, Figures* figures)
    : prey_(prey),
      random_(random),
      figures_(figures),
      agent_points_(With(FaultPoints({"agent", "pg"}), "journal")),
      controller_points_(With(FaultPoints({"controller"}), "store")),
      small_(Tmpfs::Mount(prey.world->dir().File("state-dev"), kSmallKilobytes)) {
  if (small_ != nullptr) prey.world->SetBackupFolder(kDev, small_->folder() + "/backups");
}

pg::Session* Nemesis::Database() {
  if (database_ != nullptr && database_->Query("SELECT 1").ok()) return database_.get();
  const PgCluster::Login login = prey_.cluster->LoginOf("postgres", prey_.world->DatabaseName(kDev));
  WaitUntil([&] {
    absl::StatusOr<std::unique_ptr<pg::Session>> opened = pg::Session::Open({login}, "campaign");
    database_ = opened.ok() ? *std::move(opened) : nullptr;
    return database_ != nullptr;
  });
  return database_.get();
}

std::string Nemesis::Armed(const std::vector<std::string>& points) {
  const auto which = static_cast<size_t>(Below(*random_, static_cast<int>(points.size())));
  return absl::StrCat(points[which], "=kill:", 1 + Below(*random_, kDeepest));
}

void Nemesis::StartWhatHasDied(bool armed) {
  World& world = *prey_.world;
  const auto count = [this](const char* who, bool killed, Process& process) {
    if (killed) return;
    const int code = process.Wait().value_or(-1);
    if (code == 128 + SIGKILL) {
      figures_->Count(absl::StrCat("kill ", who, " at a fail point"));
      return;
    }
    figures_->Count(absl::StrCat(who, " ended by itself"));
    std::printf("%s ended by itself with %d:\n%s\n", who, code, process.Stderr().c_str());
  };
  if (!world.controller().Running()) {
    count("controller", controller_killed_, world.controller());
    controller_killed_ = false;
    world.LaunchController(armed && Below(*random_, 2) == 0 ? Armed(controller_points_) : "");
  }
  if (!world.agent(kDev).Running()) {
    count("agent", agent_killed_, world.agent(kDev));
    agent_killed_ = false;
    world.LaunchAgent(kDev, armed && Below(*random_, 2) == 0 ? Armed(agent_points_) : "");
    agent_started_ = SystemClock().Elapsed();
  }
}

void Nemesis::NoteResumed() {
  if (agent_started_ == absl::InfiniteDuration()) return;
  if (waits_ || !absl::StrContains(prey_.world->Log("agent-dev"), " attempt ")) return;
  figures_->Resumed(SystemClock().Elapsed() - agent_started_);
  agent_started_ = absl::InfiniteDuration();
}

void Nemesis::Say(const std::vector<std::string>& arguments) {
  if (Below(*random_, 10) > 0) {
    prey_.world->Ferry(arguments);
    return;
  }
  const std::unique_ptr<Process> ferry = prey_.world->StartFerry(arguments);
  if (ferry->Wait(Moment(100)).has_value()) return;
  ferry->Kill();
  figures_->Count("kill cli");
}

void Nemesis::Hurt() {
  WaitFor(Moment(120));
  const int what = Below(*random_, 100);
  if (what < 70) {
    Kill();
  } else if (what < 78) {
    Stop();
  } else if (what < 84) {
    HurtDatabase();
  } else if (what < 89) {
    HurtNetwork(*prey_.to_database, "database", true);
  } else if (what < 98) {
    HurtNetwork(*prey_.to_controller, "controller", false);
  } else {
    Fill();
  }
}

void Nemesis::Kill() {
  if (Below(*random_, 4) > 0) {
    if (!prey_.world->agent(kDev).Running()) return;
    prey_.world->KillAgent(kDev);
    agent_killed_ = true;
    figures_->Count("kill agent at random");
  } else {
    if (!prey_.world->controller().Running()) return;
    prey_.world->KillController();
    controller_killed_ = true;
    figures_->Count("kill controller at random");
  }
}

void Nemesis::Stop() {
  const bool agent = Below(*random_, 2) == 0;
  Process& process = agent ? prey_.world->agent(kDev) : prey_.world->controller();
  process.Signal(SIGSTOP);
  WaitFor(Moment(400));
  process.Signal(SIGCONT);
  figures_->Count(agent ? "agent stopped for a while" : "controller stopped for a while");
}

void Nemesis::HurtDatabase() {
  waits_ = true;
  const int what = Below(*random_, 10);
  if (what == 0) {
    prey_.cluster->Restart();
    figures_->Count("server stopped (immediate)");
    return;
  }
  pg::Session* const session = Database();
  if (session == nullptr) return;
  const bool hard = what < 3;
  const absl::StatusOr<pg::Rows> rows =
      session->Query(absl::StrCat("SELECT pid", hard ? "" : ", pg_terminate_backend(pid)",
                                  " FROM pg_stat_activity WHERE application_name LIKE 'ferry%' AND datname = "
                                  "current_database() ORDER BY random() LIMIT 1"));
  int pid = 0;
  if (!rows.ok() || rows->empty() || !absl::SimpleAtoi(rows->at(0, 0).value_or(""), &pid)) return;
  figures_->Count(hard ? "kill backend" : "backend terminated");
  if (hard) ::kill(pid, SIGKILL);
}

void Nemesis::HurtNetwork(Proxy& proxy, const std::string& where, bool of_database) {
  waits_ = waits_ || of_database;
  const std::string way = absl::StrCat(" on the way to the ", where);
  switch (Below(*random_, of_database ? 5 : 4)) {
    case 0:
      proxy.Cut();
      figures_->Count("cut" + way);
      break;
    case 1:
      proxy.CutAfter(1 + Below(*random_, 8000));
      figures_->Count("cut after some bytes" + way);
      break;
    case 2:
    case 3: {
      constexpr Proxy::Way kWays[] = {Proxy::Way::kToServer, Proxy::Way::kToClient, Proxy::Way::kBoth};
      proxy.Freeze(kWays[Below(*random_, 3)]);
      WaitFor(Moment(400));
      if (Below(*random_, 2) == 0) proxy.Cut();
      proxy.Thaw();
      figures_->Count("half open for a while" + way);
      break;
    }
    default:
      proxy.DropReplyTo("COMMIT", "INTO ferry.");
      figures_->Count("answer to COMMIT to be lost");
  }
}

void Nemesis::Fill() {
  if (small_ == nullptr) return;
  small_->Fill();
  figures_->Count("disk of the agent full for a while");
  WaitFor(Moment(500));
  small_->Free();
}

void Nemesis::MakePeace() {
  for (Proxy* const proxy : {prey_.to_database, prey_.to_controller}) {
    proxy->Thaw();
    proxy->Refuse(false);
    proxy->CutAfter(-1);
    proxy->DropReplyTo("");
  }
  if (small_ != nullptr) small_->Free();
}

}  // namespace ferry::test
