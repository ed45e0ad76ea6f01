#include "core/render/statement.h"

#include <algorithm>

namespace ferry::render {

absl::string_view HazardName(Hazard hazard) {
  switch (hazard) {
    case Hazard::kDataLoss:
      return "data loss";
    case Hazard::kTableRewrite:
      return "table rewrite";
    case Hazard::kFullScan:
      return "full scan";
    case Hazard::kIndexBuild:
      return "index build";
    case Hazard::kMayFail:
      return "may fail";
    case Hazard::kBreaksOldCode:
      return "breaks old code";
    case Hazard::kAccessChange:
      return "access change";
    case Hazard::kGap:
      return "gap";
  }
  return "";
}

bool Statement::Has(Hazard hazard) const {
  return std::find(hazards.begin(), hazards.end(), hazard) != hazards.end();
}

}  // namespace ferry::render
