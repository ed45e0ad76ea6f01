#include "core/migration/values.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/config/config_node.h"
#include "core/config/values.h"

namespace ferry::migration {
namespace {

using config::ConfigNode;

bool IsValueName(absl::string_view name) {
  const auto lower = [](char c) { return absl::ascii_islower(static_cast<unsigned char>(c)) || c == '_'; };
  return !name.empty() && lower(name[0]) && std::all_of(name.begin(), name.end(), [&lower](char c) {
    return lower(c) || absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

absl::Status CheckText(const ConfigNode& node, absl::string_view name, absl::string_view text) {
  if (text.size() > kMaxValueBytes) {
    return node.Complain(name, absl::StrCat("a value has at most ", kMaxValueBytes, " bytes"));
  }
  const bool control = std::any_of(text.begin(), text.end(),
                                   [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); });
  if (control) return node.Complain(name, "a value is one line of text, without control characters");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Values> Values::Parse(absl::string_view bytes) {
  ASSIGN_OR_RETURN(const ConfigNode root, ConfigNode::Parse(kValuesFileName, bytes));
  Values out;
  out.exists_ = true;
  for (const std::string& environment : root.Keys()) {
    if (!config::IsEnvironmentName(environment)) {
      return root.Complain(environment, absl::StrCat("\"", environment, "\" cannot name an environment"));
    }
    ASSIGN_OR_RETURN(const ConfigNode node, root.Map(environment));
    out.order_.push_back(environment);
    std::map<std::string, Value>& values = out.values_[environment];
    for (const std::string& name : node.Keys()) {
      if (!IsValueName(name)) {
        return node.Complain(name, absl::StrCat("\"", name,
                                                "\" cannot name a value: use small letters, digits and _, "
                                                "a letter or _ first"));
      }
      ASSIGN_OR_RETURN(std::string text, node.String(name));
      RETURN_IF_ERROR(CheckText(node, name, text));
      const ErrorDetail place = DetailOf(node.Complain(name, "here"));
      values[name] = {std::move(text), place.line, place.column};
    }
  }
  if (out.order_.empty()) {
    return root.Complain("values.yaml names no environment: write ENVIRONMENT: { name: value }");
  }
  return out;
}

absl::StatusOr<std::string> Values::Get(absl::string_view environment, absl::string_view name) const {
  const auto missing = [&](absl::string_view message, absl::string_view next) {
    return Error(ErrorCode::kPlaceholder, message).Next(next);
  };
  if (!exists_) {
    return missing(absl::StrCat("${", name, "} has no value: there is no ", kValuesFileName, " here"),
                   absl::StrCat("write ", kValuesFileName,
                                " beside the migrations, with a line for each "
                                "environment: dev: { ",
                                name, ": … }; or $${", name, "} for the text itself"));
  }
  const auto found = values_.find(std::string(environment));
  if (found == values_.end()) {
    return missing(absl::StrCat("${", name, "} has no value in environment \"", environment,
                                "\": ", kValuesFileName, " does not name that environment"),
                   absl::StrCat("add it to ", kValuesFileName, ": ", environment, ": { ", name, ": … }"));
  }
  const auto value = found->second.find(std::string(name));
  if (value == found->second.end()) {
    return missing(absl::StrCat("${", name, "} has no value in environment \"", environment, "\""),
                   absl::StrCat("add it to ", kValuesFileName, " under ", environment, ": ", name, ": …"));
  }
  return value->second.text;
}

std::string Values::Fingerprint(const std::set<std::string>& names) const {
  Sha256 hash;
  for (const auto& [environment, values] : values_) {
    for (const auto& [name, value] : values) {
      if (names.count(name) == 0) continue;
      for (const std::string& piece : {environment, name, value.text}) hash.UpdateFramed(piece);
    }
  }
  return hash.HexDigest();
}

std::vector<absl::Status> Values::Unused(const std::set<std::string>& used) const {
  std::vector<absl::Status> problems;
  for (const std::string& environment : order_) {
    for (const auto& [name, value] : values_.at(environment)) {
      if (used.count(name) > 0) continue;
      problems.push_back(Error(ErrorCode::kPlaceholder,
                               absl::StrCat("no migration uses the value \"", name, "\" of environment \"",
                                            environment, "\": ${", name, "} stands in no section"))
                             .At(kValuesFileName, value.line, value.column)
                             .Next("take it out, or mend the name"));
    }
  }
  return problems;
}

}  // namespace ferry::migration
