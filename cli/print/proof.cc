#include "cli/print/proof.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "cli/print/text.h"
#include "core/report/color.h"
#include "core/report/diff_text.h"
#include "core/report/escape.h"

namespace ferry::cli {
namespace {

constexpr size_t kMostStatements = 20;
constexpr size_t kColumns = 98;

void Append(const std::vector<std::string>& statements, absl::string_view sign, report::Color shade,
            bool color, std::string& text) {
  for (size_t i = 0; i < std::min(statements.size(), kMostStatements); ++i) {
    absl::StrAppend(
        &text,
        report::Paint(absl::StrCat(sign, " ", Fit(report::Visible(OneLine(statements[i])), kColumns)), shade,
                      color),
        "\n");
  }
  if (statements.size() > kMostStatements) {
    absl::StrAppend(&text, sign, " … ", statements.size() - kMostStatements, " more\n");
  }
}

}  // namespace

std::string ProofText(const workbench::Proof& proof, bool color) {
  if (!proof.schemas.equal()) return report::DiffText(proof.schemas, color);
  std::string text;
  if (proof.schemas.names.size() == 2) {
    text = absl::StrCat("--- ", proof.schemas.names[0], "\n+++ ", proof.schemas.names[1], "\n\n");
  }
  Append(proof.only_first, "-", report::Color::kRed, color, text);
  Append(proof.only_second, "+", report::Color::kGreen, color, text);
  return text;
}

}  // namespace ferry::cli
