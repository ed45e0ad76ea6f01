#include "core/render/words.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::ObjectId;
using schema::ObjectKind;

// Past the quoted piece that starts at `at`.
size_t PastQuotes(absl::string_view text, size_t at) {
  const char quote = text[at];
  const bool escapes = quote == '\'' && at > 0 && (text[at - 1] == 'E' || text[at - 1] == 'e');
  for (++at; at < text.size(); ++at) {
    if (escapes && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      return at + 1;  // a doubled quote starts the next quoted piece at once
    }
  }
  return text.size();
}

std::vector<Hazard> HazardsOfDrop(const ObjectId& id, const Context& context) {
  if (context.IsNew(id)) return {Hazard::kGap};
  switch (id.kind) {
    case ObjectKind::kPolicy:
    case ObjectKind::kUserMapping:
    case ObjectKind::kRole:
      return {Hazard::kAccessChange};
    case ObjectKind::kStatistics:
      return {};
    default:
      return {Hazard::kBreaksOldCode};
  }
}

Lock LockOfDrop(const ObjectId& id, const Context& context) {
  if (id.kind == ObjectKind::kStatistics) return Lock::kShareUpdateExclusive;
  if (id.kind == ObjectKind::kPolicy || id.kind == ObjectKind::kRule) {
    return LockOnParent(context, id, Lock::kAccessExclusive);
  }
  return Lock::kNone;
}

}  // namespace

std::string AlterSql(const schema::Object& object, absl::string_view what) {
  const Reference reference = ReferenceTo(object);
  return absl::StrCat("ALTER ", reference.type, " ", reference.name, " ", what);
}

void WriteDrop(const schema::Object& object, const Context& context, Statements& out) {
  const Reference reference = ReferenceTo(object);
  out.push_back(Make(object.id, absl::StrCat("DROP ", reference.type, " ", reference.name),
                     LockOfDrop(object.id, context), HazardsOfDrop(object.id, context)));
}

Lock LockOnParent(const Context& context, const ObjectId& child, Lock lock) {
  return context.IsOfNewParent(child) ? Lock::kNone : lock;
}

std::string EnableWords(absl::string_view enabled) {
  if (enabled == "disabled") return "DISABLE";
  if (enabled == "replica") return "ENABLE REPLICA";
  if (enabled == "always") return "ENABLE ALWAYS";
  return "ENABLE";
}

absl::Duration LongTimeout() { return absl::Hours(2); }

size_t FindOutside(absl::string_view text, absl::string_view wanted, size_t from) {
  int depth = 0;
  for (size_t at = from; at < text.size();) {
    if (depth == 0 && absl::StartsWith(text.substr(at), wanted)) return at;
    const char c = text[at];
    if (c == '\'' || c == '"') {
      at = PastQuotes(text, at);
      continue;
    }
    if (c == '(') ++depth;
    if (c == ')') --depth;
    ++at;
  }
  return absl::string_view::npos;
}

std::vector<std::string> SplitOutside(absl::string_view text, absl::string_view separator) {
  std::vector<std::string> pieces;
  size_t start = 0;
  while (true) {
    const size_t end = FindOutside(text, separator, start);
    pieces.emplace_back(text.substr(start, end == absl::string_view::npos ? end : end - start));
    if (end == absl::string_view::npos) return pieces;
    start = end + separator.size();
  }
}

absl::string_view FirstParentheses(absl::string_view text) {
  const size_t open = FindOutside(text, "(");
  if (open == absl::string_view::npos) return {};
  const size_t close = FindOutside(text, ")", open + 1);
  if (close == absl::string_view::npos) return {};
  return text.substr(open, close + 1 - open);
}

std::optional<ObjectId> ParseQualified(absl::string_view text, ObjectKind kind) {
  const std::vector<std::string> parts = SplitOutside(text, ".");
  if (parts.size() != 2) return std::nullopt;
  const auto unquoted = [](const std::string& part) {
    if (part.size() < 2 || part.front() != '"') return part;
    return absl::StrReplaceAll(part.substr(1, part.size() - 2), {{"\"\"", "\""}});
  };
  return ObjectId{kind, unquoted(parts[0]), "", unquoted(parts[1])};
}

NameValue SplitOption(absl::string_view option) {
  const size_t equals = option.find('=');
  if (equals == absl::string_view::npos) return {std::string(option), ""};
  return {std::string(option.substr(0, equals)), std::string(option.substr(equals + 1))};
}

std::string ParameterList(const std::vector<std::string>& options) {
  return absl::StrJoin(options, ", ", [](std::string* out, const std::string& option) {
    const NameValue parts = SplitOption(option);
    absl::StrAppend(out, parts.name, "=", sql::QuoteLiteral(parts.value));
  });
}

std::string LostNames(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  std::vector<std::string> lost;
  for (const std::string& entry : from) {
    const std::string name = SplitOption(entry).name;
    const bool kept = std::any_of(to.begin(), to.end(),
                                  [&](const std::string& other) { return SplitOption(other).name == name; });
    if (!kept) lost.push_back(name);
  }
  return absl::StrJoin(lost, ", ");
}

std::vector<std::string> NewEntries(const std::vector<std::string>& from,
                                    const std::vector<std::string>& to) {
  std::vector<std::string> result;
  for (const std::string& entry : to) {
    if (std::find(from.begin(), from.end(), entry) == from.end()) result.push_back(entry);
  }
  return result;
}

bool IsMasked(absl::string_view option) { return absl::EndsWith(option, "=***"); }

void RemarkMasked(const schema::Object& object, const std::vector<std::string>& from,
                  const std::vector<std::string>& to, const Context& context) {
  for (const std::string& entry : NewEntries(from, to)) {
    if (!IsMasked(entry)) continue;
    const Reference reference = ReferenceTo(object);
    context.remarks.push_back(absl::StrCat("the option ", SplitOption(entry).name, " of ", reference.type,
                                           " ", reference.name,
                                           " may be a secret and was not read: set it by hand"));
  }
}

}  // namespace ferry::render
