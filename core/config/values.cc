#include "core/config/values.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/error.h"

namespace ferry::config {
namespace {

constexpr size_t kMaxEnvironmentName = 63;
constexpr size_t kMaxId = 100;

bool IsAddress(absl::string_view text) {
  if (absl::ConsumePrefix(&text, "unix:")) return absl::StartsWith(text, "/") && text.size() > 1;
  const size_t colon = text.rfind(':');
  int port = 0;
  if (colon == absl::string_view::npos || colon == 0) return false;
  const absl::string_view host = text.substr(0, colon);
  const bool bracketed = absl::StartsWith(host, "[") && absl::EndsWith(host, "]");
  if (absl::StrContains(host, ":") && !bracketed) return false;
  return absl::SimpleAtoi(text.substr(colon + 1), &port) && port >= 0 && port <= 65535;
}

}  // namespace

bool IsEnvironmentName(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxEnvironmentName &&
         absl::ascii_islower(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           const auto u = static_cast<unsigned char>(c);
           return absl::ascii_islower(u) || absl::ascii_isdigit(u) || c == '_' || c == '-';
         });
}

absl::StatusOr<TlsFiles> ReadTls(const ConfigNode& node) {
  TlsFiles files;
  ASSIGN_OR_RETURN(const std::optional<ConfigNode> tls, node.OptionalMap("tls"));
  if (!tls.has_value()) return files;
  RETURN_IF_ERROR(tls->RefuseUnknown({"certificate", "key", "ca"}));
  ASSIGN_OR_RETURN(files.certificate, ReadPath(*tls, "certificate"));
  ASSIGN_OR_RETURN(files.key, ReadPath(*tls, "key"));
  ASSIGN_OR_RETURN(files.ca, ReadPath(*tls, "ca"));
  return files;
}

absl::StatusOr<std::string> ReadLogLevel(const ConfigNode& node, absl::string_view key) {
  ASSIGN_OR_RETURN(std::string level, node.StringOr(key, "info"));
  if (level != "debug" && level != "info" && level != "warn" && level != "error") {
    return node.Complain(
        key, absl::StrCat("\"", key, "\" must be debug, info, warn or error, found \"", level, "\""));
  }
  return level;
}

absl::StatusOr<std::string> ReadAddress(const ConfigNode& node, absl::string_view key) {
  ASSIGN_OR_RETURN(std::string address, node.String(key));
  if (!IsAddress(address)) {
    return node.Complain(
        key, absl::StrCat("\"", key, "\" must be host:port or unix:/path, found \"", address, "\""));
  }
  return address;
}

absl::StatusOr<std::string> ReadEnvironmentName(const ConfigNode& node, absl::string_view key) {
  ASSIGN_OR_RETURN(std::string name, node.String(key));
  if (name == "register" || name == "list" || name == "show") {
    return node.Complain(
        key, absl::StrCat("an environment cannot be called \"", name, "\": the command line uses that word"));
  }
  if (!IsEnvironmentName(name)) {
    return node.Complain(key,
                         absl::StrCat("\"", name,
                                      "\" cannot name an environment: use small letters, digits, _ and -, "
                                      "a letter first, at most ",
                                      kMaxEnvironmentName));
  }
  return name;
}

bool IsId(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxId && absl::ascii_isalnum(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
         });
}

absl::StatusOr<std::string> ReadId(const ConfigNode& node, absl::string_view key) {
  ASSIGN_OR_RETURN(std::string id, node.String(key));
  if (!IsId(id)) {
    return node.Complain(key,
                         absl::StrCat("\"", id, "\" cannot be used as \"", key,
                                      "\": use letters, digits, '.', '_' and '-', a letter or digit first"));
  }
  return id;
}

std::string PathBeside(absl::string_view file, absl::string_view path) {
  const size_t slash = file.rfind('/');
  if (absl::StartsWith(path, "/") || slash == absl::string_view::npos) return std::string(path);
  return absl::StrCat(file.substr(0, slash + 1), path);
}

absl::StatusOr<std::string> ReadPath(const ConfigNode& node, absl::string_view key) {
  ASSIGN_OR_RETURN(const std::string path, node.String(key));
  return PathBeside(node.file(), path);
}

}  // namespace ferry::config
