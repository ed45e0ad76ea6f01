#include "core/migration/header.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "core/migration/file_name.h"
#include "core/migration/search_path.h"
#include "core/migration/squash.h"

namespace ferry::migration {
namespace {

constexpr std::array<const char*, 11> kKeys = {"migration",   "description", "author",   "date",
                                               "reviewed-by", "breaking",    "requires", "role",
                                               "search_path", "squashes",    "drift"};
constexpr absl::string_view kKeyList =
    "migration, description, author, date, reviewed-by, breaking, requires, role, search_path, squashes, "
    "drift";

// A repeatable file has no version, so it says nothing that goes with one.
constexpr std::array<const char*, 7> kRepeatableKeys = {"repeatable",  "description", "author",     "date",
                                                        "reviewed-by", "role",        "search_path"};
constexpr absl::string_view kRepeatableKeyList =
    "repeatable, description, author, date, reviewed-by, role, search_path";

template <typename Keys>
bool IsAmong(const Keys& keys, const std::string& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

struct Line {
  std::string key;
  absl::string_view value;
  size_t at = 0;        // of the comment
  size_t value_at = 0;  // of the value
};

// `comment` as `-- word: value`; nothing for a plain comment.
std::optional<Line> ReadLine(absl::string_view text, const sql::Token& comment) {
  size_t i = comment.begin + 2;
  const auto blank = [&] { return text[i] == ' ' || text[i] == '\t'; };
  while (i < comment.end && blank()) ++i;
  const size_t word = i;
  while (i < comment.end &&
         (absl::ascii_isalnum(static_cast<unsigned char>(text[i])) || text[i] == '_' || text[i] == '-')) {
    ++i;
  }
  if (i == word || i == comment.end || text[i] != ':' ||
      !absl::ascii_isalpha(static_cast<unsigned char>(text[word]))) {
    return std::nullopt;
  }
  Line line{std::string(text.substr(word, i - word)), "", comment.begin, 0};
  ++i;
  if (i < comment.end && !blank()) return std::nullopt;
  while (i < comment.end && blank()) ++i;
  line.value_at = i;
  line.value = absl::StripTrailingAsciiWhitespace(text.substr(i, comment.end - i));
  return line;
}

class HeaderReader {
 public:
  HeaderReader(Source& source, Migration& migration) : source_(source), migration_(migration) {}

  void Read(const Layout& layout) {
    for (const sql::Token& comment : layout.header_comments) {
      const std::optional<Line> line = ReadLine(source_.text, comment);
      if (line.has_value() && Accept(*line)) ReadValue(*line);
    }
    for (const char* key : {migration_.repeatable ? "repeatable" : "migration", "description"}) {
      if (seen_.count(key) > 0) continue;
      source_.Add(Error(ErrorCode::kMigrationHeader, absl::StrCat("the header has no line `-- ", key, ": …`"))
                      .At(source_.file, 1, 1));
    }
    CheckRequires();
  }

 private:
  bool Fail(size_t at, absl::string_view message, ErrorCode code = ErrorCode::kMigrationHeader) {
    source_.Add(source_.At(code, message, at));
    return false;
  }

  bool Accept(const Line& line) {
    const bool repeatable = migration_.repeatable;
    const bool known = repeatable ? IsAmong(kRepeatableKeys, line.key) : IsAmong(kKeys, line.key);
    if (!known && repeatable && IsAmong(kKeys, line.key)) {
      return Fail(line.at,
                  absl::StrCat("a repeatable file has no \"", line.key,
                               ":\", which belongs to a version: there are ", kRepeatableKeyList),
                  ErrorCode::kRepeatableShape);
    }
    if (!known) {
      source_.Add(source_
                      .At(ErrorCode::kMigrationHeader,
                          absl::StrCat("unknown header line \"", line.key, ":\": there are ",
                                       repeatable ? kRepeatableKeyList : kKeyList),
                          line.at)
                      .Next("write a plain comment without the colon"));
      return false;
    }
    if (line.at > 0 && source_.text[line.at - 1] != '\n') {
      return Fail(line.at, "a header line must stand at the start of its line");
    }
    if (!seen_.insert(line.key).second) {
      return Fail(line.at, absl::StrCat("the header says \"", line.key, ":\" twice"));
    }
    return true;
  }

  void ReadValue(const Line& line) {
    if (line.key == "migration") {
      ReadMigration(line);
    } else if (line.key == "repeatable") {
      if (line.value != migration_.name) {
        Fail(line.value_at,
             absl::StrCat("the header says ", line.value, ", but the file's name says ", migration_.name),
             ErrorCode::kRepeatableShape);
      }
    } else if (line.key == "description") {
      migration_.description = std::string(line.value);
      if (line.value.empty()) Fail(line.at, "the description is empty");
    } else if (line.key == "author") {
      migration_.author = std::string(line.value);
    } else if (line.key == "reviewed-by") {
      migration_.reviewed_by = std::string(line.value);
      if (line.value.empty()) Fail(line.at, "reviewed-by names who reviewed the migration");
    } else if (line.key == "date") {
      ReadDate(line);
    } else if (line.key == "breaking") {
      migration_.breaking = line.value == "yes";
      if (line.value != "yes" && line.value != "no") Fail(line.value_at, "breaking is either yes or no");
    } else if (line.key == "requires") {
      ReadRequires(line);
    } else if (line.key == "squashes") {
      const std::string wrong = ParseSquashes(line.value, migration_.version, migration_.squashes);
      if (!wrong.empty()) Fail(line.value_at, absl::StrCat("squashes: ", wrong), ErrorCode::kSquashShape);
    } else if (line.key == "drift") {
      ReadDrift(line);
    } else if (const std::optional<std::string> value = ValueOf(line); value.has_value()) {
      line.key == "role" ? ReadRole(line, *value) : ReadSearchPath(line, *value);
    }
  }

  void ReadMigration(const Line& line) {
    const std::vector<absl::string_view> words = absl::StrSplit(line.value, ' ', absl::SkipWhitespace());
    if (words.size() != 2) {
      Fail(line.at, "the first header line is `-- migration: VERSION name`");
      return;
    }
    const absl::StatusOr<Version> version = Version::Parse(words[0]);
    if (!version.ok()) {
      Fail(line.value_at, version.status().message(), ErrorCode::kBadVersion);
      return;
    }
    if (*version == migration_.version && words[1] == migration_.name) return;
    Fail(line.value_at,
         absl::StrCat("the header says ", words[0], " ", words[1], ", but the file's name says ",
                      migration_.version.ToString(), " ", migration_.name),
         ErrorCode::kBadVersion);
  }

  void ReadDate(const Line& line) {
    migration_.date = std::string(line.value);
    absl::CivilDay day;
    const bool good =
        line.value.empty() || (line.value.size() == 10 && absl::ParseCivilTime(line.value, &day) &&
                               absl::FormatCivilTime(day) == line.value);
    if (!good) Fail(line.value_at, absl::StrCat("\"", line.value, "\" is no date: it must be YYYY-MM-DD"));
  }

  void ReadRequires(const Line& line) {
    migration_.requires_line = source_.places.At(line.at).line;
    requires_at_ = line.value_at;
    std::set<Version> versions;
    for (const absl::string_view item : absl::StrSplit(line.value, ',')) {
      const absl::StatusOr<Version> version = Version::Parse(absl::StripAsciiWhitespace(item));
      if (!version.ok()) {
        Fail(line.value_at, version.status().message(), ErrorCode::kBadVersion);
      } else if (versions.insert(*version).second) {
        migration_.requires_versions.push_back(*version);
      } else {
        Fail(line.value_at, absl::StrCat("requires: names ", version->ToString(), " twice"));
      }
    }
  }

  // What the kinds of objects are is not known here: a word that no object has names nothing.
  void ReadDrift(const Line& line) {
    for (const absl::string_view item : absl::StrSplit(line.value, ';')) {
      const std::string object(absl::StripAsciiWhitespace(item));
      const size_t blank = object.find(' ');
      const bool good = blank != std::string::npos &&
                        absl::ascii_islower(static_cast<unsigned char>(object[0])) &&
                        object.find('*') == std::string::npos;
      if (!good) {
        Fail(line.value_at, absl::StrCat("drift: \"", object,
                                         "\" names no object: KIND schema.parent.name, separated by ;"));
      } else if (std::find(migration_.drift.begin(), migration_.drift.end(), object) !=
                 migration_.drift.end()) {
        Fail(line.value_at, absl::StrCat("drift: names \"", object, "\" twice"));
      } else {
        migration_.drift.push_back(object);
      }
    }
  }

  // The value with the environment's values in it; nothing when one is missing.
  std::optional<std::string> ValueOf(const Line& line) {
    std::vector<Placeholder> placeholders = FindPlaceholders(line.value);
    for (Placeholder& p : placeholders) {
      p.begin += line.value_at;
      p.end += line.value_at;
    }
    std::optional<FilledText> filled =
        source_.WithValues(line.value_at, line.value_at + line.value.size(), placeholders);
    if (!filled.has_value()) return std::nullopt;
    return std::move(filled->text);
  }

  void ReadRole(const Line& line, const std::string& role) {
    migration_.role = role;
    const bool good =
        !role.empty() && role.size() <= 63 && std::none_of(role.begin(), role.end(), [](char c) {
          return c == '"' || c == '\'' || absl::ascii_isspace(static_cast<unsigned char>(c)) ||
                 absl::ascii_iscntrl(static_cast<unsigned char>(c));
        });
    if (!good) Fail(line.value_at, "role: takes one role's name, without quotes and blanks");
  }

  void ReadSearchPath(const Line& line, const std::string& value) {
    const std::optional<std::string> path = ParseSearchPath(value);
    if (path.has_value()) {
      migration_.search_path = *path;
    } else {
      Fail(line.value_at, "search_path: takes schemas separated by commas, without \"ferry\" and pg_temp");
    }
  }

  void CheckRequires() {
    for (const Version& version : migration_.requires_versions) {
      if (version < migration_.version) continue;
      Fail(requires_at_,
           absl::StrCat("migration ", migration_.version.ToString(), " requires ", version.ToString(),
                        ", which does not come before it"),
           ErrorCode::kRequires);
    }
  }

  Source& source_;
  Migration& migration_;
  std::set<std::string> seen_;
  size_t requires_at_ = 0;
};

}  // namespace

void ReadHeader(Source& source, const Layout& layout, Migration& migration) {
  HeaderReader(source, migration).Read(layout);
}

}  // namespace ferry::migration
