#include "workbench/converge.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "workbench/copy.h"

namespace ferry::workbench {
namespace {

class Convergence {
 public:
  Convergence(const ConvergeRequest& request, const scratch::Running& running)
      : request_(request), running_(running), provable_(request.options.compare) {}

  absl::StatusOr<Converged> Run() {
    const bool tries = request_.prove || !request_.renames.empty();
    if (tries) RETURN_IF_ERROR(Prepare());
    schema::Snapshot renamed;
    const schema::Snapshot* start = request_.from;
    std::unique_ptr<scratch::Database> copy;
    if (!request_.renames.empty()) {
      ASSIGN_OR_RETURN(copy, Copy());
      RETURN_IF_ERROR(RunStatements(*copy, out_.script.statements, running_));
      ASSIGN_OR_RETURN(renamed, scratch::SnapshotOf(*copy, running_));
      start = &renamed;
    }
    ASSIGN_OR_RETURN(
        render::Script script,
        render::Render(*start, *request_.to, request_.renames.empty() ? request_.options : Provable()));
    if (request_.prove) RETURN_IF_ERROR(Prove(std::move(copy), *start));
    for (render::Statement& statement : script.statements)
      out_.script.statements.push_back(std::move(statement));
    out_.script.remarks = std::move(script.remarks);
    return std::move(out_);
  }

 private:
  absl::Status Prepare() {
    if (request_.scratch_url.empty()) {
      return Error(ErrorCode::kScratch,
                   "renames and proofs are tried in a scratch database, and nothing says where")
          .Next("give --scratch URL, a server where scratch databases may be made (or FERRY_SCRATCH)");
    }
    RETURN_IF_ERROR(render::CheckRenames(request_.renames, *request_.from, *request_.to));
    out_.script.statements = render::RenameStatements(request_.renames);
    if (!provable_.owners && !provable_.grants) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::vector<std::string> missing,
                     MissingRoles(request_.scratch_url, {request_.from, request_.to}));
    if (missing.empty()) return absl::OkStatus();
    provable_.owners = provable_.grants = false;
    out_.notes.push_back(absl::StrCat("owners and grants are not proven: the scratch server has no role ",
                                      absl::StrJoin(missing, ", ")));
    return absl::OkStatus();
  }

  render::Options Provable() const {
    render::Options options = request_.options;
    options.compare = provable_;
    return options;
  }

  absl::StatusOr<std::unique_ptr<scratch::Database>> Copy() const {
    return CopyOf(request_.scratch_url, *request_.from, request_.from_name, provable_, running_);
  }

  // `copy`, when there is one, has the schema `start` already.
  absl::Status Prove(std::unique_ptr<scratch::Database> copy, const schema::Snapshot& start) const {
    if (copy == nullptr) {
      ASSIGN_OR_RETURN(copy, Copy());
    }
    ASSIGN_OR_RETURN(const render::Script script, render::Render(start, *request_.to, Provable()));
    RETURN_IF_ERROR(RunStatements(*copy, script.statements, running_));
    ASSIGN_OR_RETURN(const schema::Snapshot made, scratch::SnapshotOf(*copy, running_));
    return CheckNothingLeft(
        diff::Compare({{request_.to_name, request_.to}, {"the SQL", &made}}, provable_),
        absl::StrCat("the SQL does not lead from ", request_.from_name, " to ", request_.to_name));
  }

  const ConvergeRequest& request_;
  const scratch::Running& running_;
  diff::CompareOptions provable_;
  Converged out_;
};

}  // namespace

absl::StatusOr<Converged> Converge(const ConvergeRequest& request, const scratch::Running& running) {
  return Convergence(request, running).Run();
}

}  // namespace ferry::workbench
