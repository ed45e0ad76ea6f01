#include <string>
#include <utility>

#include "controller/store/chain.h"
#include "controller/store/rows.h"
#include "controller/store/sqlite_store.h"

namespace ferry::store {

absl::Status SqliteStore::PutTarget(const TargetRecord& target) {
  return database_->Write([&target](SQLite::Database& db) -> absl::Status {
    Run(db, "REPLACE INTO target (target_id, agent_id, status, updated_at) VALUES (?, ?, ?, ?)",
        target.target_id, target.agent_id, Bytes{target.status}, TimeText(target.updated_at));
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<TargetRecord>> SqliteStore::ListTargets() {
  return database_->Read([](SQLite::Database& db) -> absl::StatusOr<std::vector<TargetRecord>> {
    std::vector<TargetRecord> targets;
    SQLite::Statement rows(db,
                           "SELECT target_id, agent_id, status, updated_at FROM target ORDER BY target_id");
    while (rows.executeStep()) {
      TargetRecord target;
      target.target_id = rows.getColumn(0).getString();
      target.agent_id = rows.getColumn(1).getString();
      target.status = rows.getColumn(2).getString();
      ASSIGN_OR_RETURN(target.updated_at, TimeFromText(rows.getColumn(3).getString()));
      targets.push_back(std::move(target));
    }
    return targets;
  });
}

absl::Status SqliteStore::PutAgent(const AgentRecord& agent) {
  return database_->Write([&agent](SQLite::Database& db) -> absl::Status {
    Run(db,
        "REPLACE INTO agent (agent_id, software, peer, capabilities, target_ids, last_seen) VALUES (?, ?, ?, "
        "?, ?, ?)",
        agent.agent_id, agent.software, agent.peer, ListText(agent.capabilities), ListText(agent.target_ids),
        TimeText(agent.last_seen));
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<AgentRecord>> SqliteStore::ListAgents() {
  return database_->Read([](SQLite::Database& db) -> absl::StatusOr<std::vector<AgentRecord>> {
    std::vector<AgentRecord> agents;
    SQLite::Statement rows(
        db,
        "SELECT agent_id, software, peer, capabilities, target_ids, last_seen FROM agent ORDER BY agent_id");
    while (rows.executeStep()) {
      AgentRecord agent;
      agent.agent_id = rows.getColumn(0).getString();
      agent.software = rows.getColumn(1).getString();
      agent.peer = rows.getColumn(2).getString();
      ASSIGN_OR_RETURN(agent.capabilities, ListFromText(rows.getColumn(3).getString()));
      ASSIGN_OR_RETURN(agent.target_ids, ListFromText(rows.getColumn(4).getString()));
      ASSIGN_OR_RETURN(agent.last_seen, TimeFromText(rows.getColumn(5).getString()));
      agents.push_back(std::move(agent));
    }
    return agents;
  });
}

}  // namespace ferry::store
