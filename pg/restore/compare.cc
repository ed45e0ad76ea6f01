#include "pg/restore/compare.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "pg/catalog/snapshot.h"

namespace ferry::restore {
namespace {

constexpr size_t kNamed = 5;

class Differences {
 public:
  void Add(std::string what) { all_.push_back(std::move(what)); }
  absl::Status Result() const {
    if (all_.empty()) return absl::OkStatus();
    const std::vector<std::string> named(all_.begin(),
                                         all_.begin() + static_cast<long>(std::min(kNamed, all_.size())));
    const std::string more =
        all_.size() > kNamed ? absl::StrCat("; and ", all_.size() - kNamed, " more differences") : "";
    return Error(ErrorCode::kRestoreDiffers,
                 absl::StrCat("the restored database is not what the backup's manifest says: ",
                              absl::StrJoin(named, "; "), more))
        .TargetState("unchanged: the restored database was dropped")
        .Next("ferry backup list, and restore another backup");
  }

 private:
  std::vector<std::string> all_;
};

// `found` may have the schema public where the original had dropped it: every new database has it.
void CompareShapes(const pg::Shape& wanted, const pg::Shape& found, Differences& out) {
  for (const auto& [name, hash] : wanted) {
    const auto object = found.find(name);
    if (object == found.end()) {
      out.Add(absl::StrCat(name, " is missing"));
    } else if (object->second != hash) {
      out.Add(absl::StrCat(name, " is another"));
    }
  }
  for (const auto& [name, hash] : found) {
    if (wanted.count(name) == 0 && name != "schema public")
      out.Add(absl::StrCat(name, " should not be there"));
  }
}

void CompareRows(const std::map<std::string, int64_t>& wanted, const std::map<std::string, int64_t>& found,
                 Differences& out) {
  for (const auto& [table, count] : wanted) {
    const auto rows = found.find(table);
    if (rows == found.end() || rows->second == count) continue;  // a missing table was named before
    out.Add(absl::StrCat(table, " has ", rows->second, " rows instead of ", count));
  }
}

}  // namespace

absl::Status Compare(pg::Session& session, const pg::Proof& proof, const std::function<bool()>& stop) {
  Differences differences;
  ASSIGN_OR_RETURN(const schema::Snapshot snapshot, pg::ReadSnapshot(session));
  if (snapshot.root != proof.fingerprint) CompareShapes(proof.objects, pg::ShapeOf(snapshot), differences);
  RETURN_IF_ERROR(session.Begin());
  const absl::StatusOr<std::map<std::string, int64_t>> rows = pg::CountRows(session, stop);
  session.Rollback();
  if (!rows.ok()) return rows.status();
  CompareRows(proof.rows, *rows, differences);
  return differences.Result();
}

}  // namespace ferry::restore
