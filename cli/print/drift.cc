#include "cli/print/drift.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/print/text.h"
#include "core/drift/select.h"
#include "core/report/color.h"
#include "core/report/escape.h"
#include "core/report/text_change.h"
#include "rpc/convert.h"

namespace ferry::cli {
namespace {

using report::Color;
using report::Paint;
using report::Visible;

constexpr size_t kMostFields = 6;  // of an object that only one side has
constexpr size_t kMostLines = 4;   // of a statement

std::string At(const google::protobuf::Timestamp& time, const Screen& screen) {
  return Clock24(rpc::FromProto(time), screen.now, screen.zone);
}

std::string Title(absl::string_view field) {
  std::string title = Visible(field);
  std::replace(title.begin(), title.end(), '_', ' ');
  return title;
}

// `text`, made Visible, in lines of at most `columns`, broken at blanks as far as there are any. What does
// not fit into kMostLines is cut off and shown by "…".
std::vector<std::string> Wrapped(absl::string_view text, size_t columns) {
  std::vector<std::string> lines(1);
  for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    const std::string shown = Visible(word);
    std::string& line = lines.back();
    const bool fits = report::DisplayWidth(line) + 1 + report::DisplayWidth(shown) <= columns;
    if (line.empty() || fits || lines.size() == kMostLines) {
      absl::StrAppend(&line, line.empty() ? "" : " ", shown);
    } else {
      lines.push_back(shown);
    }
  }
  for (std::string& line : lines) line = Fit(line, columns);
  return lines;
}

std::string Shown(const std::string& value) { return value.empty() ? "(none)" : Visible(value); }

class TargetText {
 public:
  TargetText(const std::string& environment, const DriftedTarget& target, const Screen& screen)
      : environment_(environment),
        target_(target),
        screen_(screen),
        name_(Visible(target.message.target_id())) {
    if (name_ != Visible(environment)) absl::StrAppend(&name_, " (", Visible(environment), ")");
  }

  std::string Text() {
    if (!target_.answered()) {
      NoAnswer();
    } else {
      Head();
      for (const DriftedObject& object : target_.objects) {
        if (!object.ignored && !GoesWithItsParent(object)) Object(object);
      }
      Ignored();
    }
    return std::move(out_);
  }

 private:
  const v1::DriftReport& report() const { return target_.message.report(); }
  void Line(size_t indent, absl::string_view text, Color color = Color::kNone) {
    std::string blanks(indent, ' ');
    for (const std::string& line : Wrapped(text, screen_.columns - indent - 2)) {
      absl::StrAppend(&out_, blanks, Paint(line, color, screen_.color), "\n");
      blanks = std::string(indent + 2, ' ');
    }
  }

  void NoAnswer() {
    const v1::DriftStatus& last = target_.message.status();
    absl::StrAppend(&out_, Paint(name_, Color::kRed, screen_.color), ": cannot be looked at\n");
    Line(2, absl::StrCat(target_.message.error().code(), ": ", target_.message.error().message()));
    if (last.has_checked_at()) {
      const std::string what = last.state() == v1::DRIFT_STATE_DRIFTED
                                   ? absl::StrCat(Count(last.objects(), "object"), " differed")
                               : last.state() == v1::DRIFT_STATE_NONE ? std::string("all was as it should be")
                                                                      : std::string("nothing was known");
      Line(2, absl::StrCat(Ago(rpc::FromProto(last.checked_at()), screen_.now), " ", what));
    }
    if (!target_.message.error().next().empty()) Line(2, "next: " + target_.message.error().next());
  }

  void Head() {
    if (report().state() == v1::DRIFT_STATE_NOT_KNOWN) {
      absl::StrAppend(&out_, name_, ": nothing says yet what should be there\n");
    } else if (report().state() != v1::DRIFT_STATE_DRIFTED) {
      absl::StrAppend(&out_, Paint(name_, Color::kGreen, screen_.color), ": as it should be", After(), "\n");
    } else {
      const size_t open = target_.objects.size() - target_.ignored();
      const std::string what = report().objects().empty() ? "the schema is not what it should be"
                               : target_.objects.empty()  ? "nothing that has drifted is called so"
                               : open == 0                ? "no drift but what is ignored"
                               : open == 1                ? "1 object is not what it should be"
                                           : absl::StrCat(open, " objects are not what they should be");
      const std::string since = open == 0 ? "" : Since();
      const std::string head = absl::StrCat(": ", what, open == 0 ? "" : After());
      const bool fits = report::DisplayWidth(name_ + head + since) + 2 <= screen_.columns;
      absl::StrAppend(&out_, Paint(name_, open == 0 ? Color::kYellow : Color::kRed, screen_.color), head,
                      since.empty() ? ""
                      : fits        ? ", "
                                    : ",\n  ",
                      since, "\n");
    }
    if (!report().note().empty()) Line(2, report().note());
    if (report().state() == v1::DRIFT_STATE_DRIFTED && !report().watched()) {
      Line(2,
           absl::StrCat("who did it is not known: nothing watches DDL here. To record it from now on, on the "
                        "database's host: ferry-agent watch-ddl --config FILE --target ",
                        target_.message.target_id()));
    }
    if (report().state() == v1::DRIFT_STATE_DRIFTED && report().objects().empty()) {
      const std::string& version = report().expected_version();
      Line(2, absl::StrCat("to see what differs: ferry diff plan:", version.empty() ? "newest" : version, " ",
                           environment_));
    }
  }

  std::string After() const {
    return report().expected_version().empty()
               ? ""
               : absl::StrCat(" after ", Visible(report().expected_version()));
  }

  std::string Since() const {
    if (!target_.message.status().has_since()) return "";
    const absl::Time since = rpc::FromProto(target_.message.status().since());
    return absl::StrCat("seen since ", Clock24(since, screen_.now, screen_.zone), " (",
                        Ago(since, screen_.now), ")");
  }

  // A column of a table that is itself not there: the table says it.
  bool GoesWithItsParent(const DriftedObject& object) const {
    if (object.id.parent.empty() || object.sign() == '~') return false;
    const schema::ObjectId parent = drift::ParentOf(object.id, object.parent_kind);
    return std::any_of(target_.objects.begin(), target_.objects.end(), [&](const DriftedObject& other) {
      return other.id == parent && other.sign() == object.sign() && other.ignored == object.ignored;
    });
  }

  // " with 4 columns, 1 index"
  std::string Parts(const DriftedObject& object) const {
    std::map<schema::ObjectKind, int64_t> parts;
    for (const DriftedObject& other : target_.objects) {
      const bool part = !other.id.parent.empty() && GoesWithItsParent(other) &&
                        drift::ParentOf(other.id, other.parent_kind) == object.id;
      if (part) ++parts[other.id.kind];
    }
    std::vector<std::string> words;
    for (const auto& [kind, count] : parts) {
      std::string name(schema::KindName(kind));
      if (count > 1 && name.back() == 'x') name += 'e';  // indexes
      words.push_back(Count(count, name));
    }
    return words.empty() ? "" : absl::StrCat(", with ", absl::StrJoin(words, ", "));
  }

  void Object(const DriftedObject& object) {
    const char sign = object.sign();
    const Color color = sign == '+' ? Color::kGreen : sign == '-' ? Color::kRed : Color::kYellow;
    const char* what = sign == '+'   ? "should not be there"
                       : sign == '-' ? "is gone"
                                     : "is another one (should be -> is)";
    absl::StrAppend(
        &out_, "\n",
        Paint(absl::StrCat(std::string(1, sign), " ", Visible(object.word())), color, screen_.color), ": ",
        what, Parts(object), "\n");
    std::vector<diff::FieldChange> fields = object.fields();
    const bool one_side = sign != '~';
    const size_t shown = one_side ? std::min(fields.size(), kMostFields) : fields.size();
    for (size_t i = 0; i < shown; ++i) one_side ? OneSided(fields[i]) : Field(fields[i]);
    if (shown < fields.size()) Line(4, absl::StrCat("… ", fields.size() - shown, " more: -o json has all"));
    Causes(object);
    if (object.decision.has_value()) {
      Line(4, absl::StrCat("was ignored until ", At(object.decision->until(), screen_), " (",
                           object.decision->decided_by(), ": ", object.decision->reason(), ")"));
    }
  }

  void OneSided(const diff::FieldChange& change) {
    const std::string& value = change.values[0].empty() ? change.values[1] : change.values[0];
    Line(4, absl::StrCat(Title(change.field), ": ", OneLine(value)));
  }

  void Field(const diff::FieldChange& change) {
    const std::string& before = change.values[0];
    const std::string& after = change.values[1];
    const std::string line =
        absl::StrCat("    ", Title(change.field), ": ", Shown(before), " -> ", Shown(after));
    const bool one_line = before.find('\n') == std::string::npos && after.find('\n') == std::string::npos;
    if (one_line && report::DisplayWidth(line) <= screen_.columns) {
      absl::StrAppend(&out_, line, "\n");
    } else {
      absl::StrAppend(&out_, "    ", Title(change.field), ":\n",
                      report::TextChange(before, after, 6, screen_.color));
    }
  }

  void Causes(const DriftedObject& object) {
    for (const v1::ForeignStatement& cause : object.causes) {
      std::string who = absl::StrCat("by ", cause.login());
      if (!cause.role().empty() && cause.role() != cause.login()) absl::StrAppend(&who, " as ", cause.role());
      absl::StrAppend(&who, " at ", At(cause.at(), screen_), ": ", cause.tag());
      if (!cause.application().empty()) absl::StrAppend(&who, ", with ", cause.application());
      absl::StrAppend(&who, cause.client().empty() ? ", on the database's host" : ", from " + cause.client());
      if (!said_.insert(cause.id()).second) {
        Line(4, absl::StrCat(who, " (as above)"));
        continue;
      }
      Line(4, who, Color::kBold);
      Line(6, cause.statement().empty() ? "(the statement was not kept: it may hold a secret)"
                                        : OneLine(cause.statement()));
    }
    if (object.causes.empty() && report().watched()) Line(4, "by: not known");
  }

  void Ignored() {
    bool first = true;
    for (const DriftedObject& object : target_.objects) {
      if (!object.ignored || GoesWithItsParent(object)) continue;
      if (first) out_ += "\n";
      first = false;
      absl::StrAppend(&out_, "ignored: ", Visible(object.word()), Parts(object), "\n");
      Line(4, absl::StrCat("until ", At(object.decision->until(), screen_), " by ",
                           object.decision->decided_by(), ": ", object.decision->reason()));
    }
  }

  const std::string& environment_;
  const DriftedTarget& target_;
  const Screen& screen_;
  std::string name_;
  std::string out_;
  std::set<int64_t> said_;  // statements whose text was shown
};

}  // namespace

std::string DriftScreen(const std::vector<DriftedEnvironment>& environments, const Screen& screen) {
  std::string out;
  bool after_paragraph = false;
  for (const DriftedEnvironment& environment : environments) {
    for (const DriftedTarget& target : environment.targets) {
      const bool paragraph = target.drifted() || !target.answered() || !target.objects.empty();
      if (!out.empty() && (paragraph || after_paragraph)) out += "\n";
      after_paragraph = paragraph;
      out += TargetText(environment.name, target, screen).Text();
    }
    if (environment.drifted()) out += DriftWays(environment, screen);
  }
  return out;
}

}  // namespace ferry::cli
