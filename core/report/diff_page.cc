#include "core/report/diff_page.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace ferry::report {

std::string DiffPage::Why(const schema::ObjectId& id) const {
  const auto found = reasons.find(id);
  if (found == reasons.end()) return "";
  return absl::StrJoin(found->second, "; ", [](std::string* out, const diff::Reason& reason) {
    absl::StrAppend(out, reason.text);
  });
}

std::string ReasonCounts(const DiffPage& page) {
  if (page.reasons.empty()) return "";
  size_t pending = 0, drift = 0, versions = 0, unexplained = 0;
  for (const diff::Difference& difference : page.result->differences) {
    const auto found = page.reasons.find(difference.id);
    if (found == page.reasons.end()) {
      ++unexplained;
      continue;
    }
    switch (found->second.front().kind) {
      case diff::Reason::Kind::kPending:
        ++pending;
        break;
      case diff::Reason::Kind::kDrift:
        ++drift;
        break;
      case diff::Reason::Kind::kServerVersions:
        ++versions;
        break;
    }
  }
  std::vector<std::string> counts;
  if (pending > 0) counts.push_back(absl::StrCat(pending, " pending"));
  if (drift > 0) counts.push_back(absl::StrCat(drift, " drift"));
  if (versions > 0) counts.push_back(absl::StrCat(versions, " perhaps of server versions"));
  if (unexplained > 0) counts.push_back(absl::StrCat(unexplained, " not explained"));
  return absl::StrJoin(counts, ", ");
}

}  // namespace ferry::report
