#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/sql/classify.h"

namespace ferry::sql {
namespace {

// Settings that the agent sets itself for every segment, or on whose default the reading of this file relies.
constexpr std::array<const char*, 13> kProtectedSettings = {"role",
                                                            "session_authorization",
                                                            "session_replication_role",
                                                            "lock_timeout",
                                                            "statement_timeout",
                                                            "idle_in_transaction_session_timeout",
                                                            "idle_session_timeout",
                                                            "search_path",
                                                            "client_encoding",
                                                            "standard_conforming_strings",
                                                            "synchronous_commit",
                                                            "application_name",
                                                            "tcp_user_timeout"};

// "" when a migration may set it.
std::string WhyProtected(absl::string_view setting) {
  const std::string name = absl::AsciiStrToLower(setting);
  if (name == "search_path") return "it sets search_path: write `-- search_path: …` into the header instead";
  if (name == "role") return "it sets the role: write `-- role: …` into the header instead";
  const bool is_protected =
      std::find(kProtectedSettings.begin(), kProtectedSettings.end(), name) != kProtectedSettings.end() ||
      absl::StartsWith(name, "transaction") || absl::StartsWith(name, "default_transaction") ||
      absl::StartsWith(name, "session characteristics") || absl::StartsWith(name, "ferry.");
  return is_protected ? absl::StrCat("it sets ", name, ", which the agent sets itself") : "";
}

std::string WhySet(const PgQuery__VariableSetStmt& set) {
  if (set.kind == PG_QUERY__VARIABLE_SET_KIND__VAR_RESET_ALL) {
    return "RESET ALL undoes the settings that the agent relies on";
  }
  return WhyProtected(set.name);
}

std::string WhyCopy(const PgQuery__CopyStmt& copy) {
  if (copy.is_program) return "COPY … PROGRAM runs a program on the database server";
  if (!absl::string_view(copy.filename).empty()) return "";
  return copy.is_from ? "COPY FROM STDIN: a migration carries no copy data, use INSERT"
                      : "COPY TO STDOUT: nobody reads a migration's output";
}

// The text of a string constant; "" for any other expression.
absl::string_view ConstantString(const Node& node) {
  if (node.node_case == PG_QUERY__NODE__NODE_TYPE_CAST) return ConstantString(*node.type_cast->arg);
  if (node.node_case != PG_QUERY__NODE__NODE_A_CONST ||
      node.a_const->val_case != PG_QUERY__A__CONST__VAL_SVAL) {
    return "";
  }
  return node.a_const->sval->sval;
}

std::string WhyCall(const PgQuery__FuncCall& call) {
  const absl::string_view name = LastName(Nodes(call.funcname, call.n_funcname));
  if (absl::StartsWith(name, "pg_advisory_unlock")) {
    return absl::StrCat(name, "() could release the lock that the agent holds on the target");
  }
  if (name != "set_config" || call.n_args == 0) return "";
  const absl::string_view setting = ConstantString(*call.args[0]);
  if (setting.empty()) return "set_config() with a name that is no constant cannot be checked";
  return WhyProtected(setting);
}

// Calls that the statement makes now. What a function, view or default would call later is not looked at.
std::string WhyCalls(const Node& statement, Kind kind) {
  const bool runs = kind == Kind::kQuery || kind == Kind::kDml || kind == Kind::kUtility ||
                    statement.node_case == PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT;
  std::string why;
  if (!runs) return why;
  Walk(&statement.base, [&why](const ProtobufCMessage& m) {
    const auto* call = As<PgQuery__FuncCall>(m, pg_query__func_call__descriptor);
    if (call != nullptr && why.empty()) why = WhyCall(*call);
    return why.empty();
  });
  return why;
}

std::string WhyNode(const Node& statement, absl::string_view tag) {
  switch (statement.node_case) {
    case PG_QUERY__NODE__NODE_TRANSACTION_STMT:
      return absl::StrCat(tag, ": the agent begins and ends every transaction itself");
    case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT:
      return WhySet(*statement.variable_set_stmt);
    case PG_QUERY__NODE__NODE_COPY_STMT:
      return WhyCopy(*statement.copy_stmt);
    case PG_QUERY__NODE__NODE_ALTER_SYSTEM_STMT:
      return "ALTER SYSTEM changes the whole server, not this database";
    case PG_QUERY__NODE__NODE_LOAD_STMT:
      return "LOAD brings a library into the agent's session";
    case PG_QUERY__NODE__NODE_DISCARD_STMT:
    case PG_QUERY__NODE__NODE_LISTEN_STMT:
    case PG_QUERY__NODE__NODE_UNLISTEN_STMT:
    case PG_QUERY__NODE__NODE_PREPARE_STMT:
    case PG_QUERY__NODE__NODE_EXECUTE_STMT:
    case PG_QUERY__NODE__NODE_DEALLOCATE_STMT:
    case PG_QUERY__NODE__NODE_DECLARE_CURSOR_STMT:
    case PG_QUERY__NODE__NODE_FETCH_STMT:
    case PG_QUERY__NODE__NODE_CLOSE_PORTAL_STMT:
      return absl::StrCat(tag, " works on the state of a session, which is the agent's");
    default:
      return "";
  }
}

}  // namespace

std::string WhyForbidden(const Node& statement, const Classification& what) {
  std::string why = WhyNode(statement, what.tag);
  if (why.empty()) why = WhyCalls(statement, what.kind);
  if (why.empty() && TouchesLedgerSchema(statement)) {
    why = "it touches the schema \"ferry\", which holds Schemaferry's ledger";
  }
  return why;
}

}  // namespace ferry::sql
