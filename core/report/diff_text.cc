#include "core/report/diff_text.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/report/color.h"
#include "core/report/diff_letters.h"
#include "core/report/escape.h"
#include "core/report/object_name.h"
#include "core/report/side_by_side.h"
#include "core/report/table.h"
#include "core/report/text_change.h"

namespace ferry::report {
namespace {

using diff::Difference;
using diff::DiffResult;
using diff::FieldChange;
using schema::ObjectId;
using schema::ObjectKind;

constexpr size_t kMaxLine =
    100;  // columns of a `field: old -> new` line; longer ones are shown below each other

// The table or other object under which a difference is shown.
ObjectId GroupOf(const Difference& difference) {
  const ObjectId& id = difference.id;
  if (id.parent.empty()) return id;
  return {difference.parent_kind, id.schema, "", id.parent};
}

std::string Shown(const std::string& value) { return value.empty() ? "(none)" : Visible(value); }

std::string FieldTitle(absl::string_view field) {
  std::string title = Visible(field);
  std::replace(title.begin(), title.end(), '_', ' ');
  return title;
}

class TwoSources {
 public:
  TwoSources(const DiffPage& page, const TextOptions& options)
      : page_(page), result_(*page.result), color_(options.color), columns_(options.columns) {}

  std::string Text() {
    absl::StrAppend(&out_, Paint(absl::StrCat("--- ", Visible(result_.names[0])), Color::kRed, color_), "\n",
                    Paint(absl::StrCat("+++ ", Visible(result_.names[1])), Color::kGreen, color_), "\n\n");
    ObjectId group;
    for (const Difference* difference : InScreenOrder(result_)) {
      const bool child = !difference->id.parent.empty();
      const ObjectId own_group = GroupOf(*difference);
      if (child && !(own_group == group)) Line(0, '~', ObjectTitle(own_group));
      group = own_group;
      Object(*difference, child);
    }
    absl::StrAppend(&out_, "\n", count_[0], " only in ", Visible(result_.names[0]), ", ", count_[1],
                    " only in ", Visible(result_.names[1]), ", ", count_[2], " changed\n");
    const std::string counts = ReasonCounts(page_);
    if (!counts.empty()) absl::StrAppend(&out_, "why: ", counts, "\n");
    return std::move(out_);
  }

 private:
  void Line(size_t indent, char sign, absl::string_view text) {
    const Color color = sign == '-'   ? Color::kRed
                        : sign == '+' ? Color::kGreen
                        : sign == '~' ? Color::kYellow
                                      : Color::kNone;
    std::string line(1, sign);
    if (!text.empty()) absl::StrAppend(&line, " ", text);
    if (line == " ") {
      out_ += "\n";
    } else {
      absl::StrAppend(&out_, std::string(indent, ' '), Paint(line, color, color_), "\n");
    }
  }

  void Object(const Difference& difference, bool child) {
    const bool in_a = difference.fingerprints[0].has_value();
    const bool in_b = difference.fingerprints[1].has_value();
    const char sign = in_a && in_b ? '~' : in_a ? '-' : '+';
    ++count_[sign == '-' ? 0 : sign == '+' ? 1 : 2];
    const size_t indent = child ? 4 : 0;
    Line(indent, sign, child ? ShortTitle(difference.id) : ObjectTitle(difference.id));
    const std::string why = page_.Why(difference.id);
    if (!why.empty()) {
      absl::StrAppend(&out_, std::string(indent + 4, ' '), Paint(Visible(why), Color::kDim, color_), "\n");
    }
    for (const FieldChange& change : difference.fields) Field(change, indent + 4);
  }

  void Field(const FieldChange& change, size_t indent) {
    const std::string& before = change.values[0];
    const std::string& after = change.values[1];
    const std::string line = absl::StrCat(std::string(indent, ' '), FieldTitle(change.field), ": ",
                                          Shown(before), " -> ", Shown(after));
    const bool one_line = before.find('\n') == std::string::npos && after.find('\n') == std::string::npos;
    if (one_line && DisplayWidth(line) <= kMaxLine) {
      absl::StrAppend(&out_, line, "\n");
      return;
    }
    absl::StrAppend(&out_, std::string(indent, ' '), FieldTitle(change.field), ":\n");
    out_ += columns_ >= kSideBySideWidth
                ? SideBySide(VisibleLines(before), VisibleLines(after), indent + 2, columns_, color_)
                : TextChange(before, after, indent + 2, color_);
  }

  const DiffPage& page_;
  const DiffResult& result_;
  const bool color_;
  const size_t columns_;
  std::string out_;
  size_t count_[3] = {0, 0, 0};  // only in A, only in B, changed
};

std::string Matrix(const DiffPage& page, bool color) {
  const DiffResult& result = *page.result;
  std::vector<TextTable::Column> columns = {{"OBJECT"}};
  for (const std::string& name : result.names) columns.push_back({name});
  if (!page.reasons.empty()) columns.push_back({"WHY"});
  TextTable table(std::move(columns));
  for (const Difference* difference : InScreenOrder(result)) {
    std::vector<TextTable::Cell> row = {{ObjectTitle(difference->id)}};
    for (std::string& letter : Letters(*difference)) {
      const Color cell = letter == "-" ? Color::kRed : letter == "A" ? Color::kNone : Color::kYellow;
      row.push_back({std::move(letter), cell});
    }
    row.push_back({page.Why(difference->id)});
    table.AddRow(std::move(row));
  }
  return table.Render(color);
}

// "A (dev, staging)" and the value those environments have, for every letter.
void AppendValues(const DiffResult& result, const FieldChange& change,
                  const std::vector<std::string>& letters, std::string& out) {
  for (size_t i = 0; i < letters.size(); ++i) {
    if (letters[i] == "-" ||
        std::find(letters.begin(), letters.end(), letters[i]) - letters.begin() < static_cast<int64_t>(i)) {
      continue;
    }
    std::vector<std::string> names;
    for (size_t j = i; j < letters.size(); ++j) {
      if (letters[j] == letters[i]) names.push_back(Visible(result.names[j]));
    }
    absl::StrAppend(&out, "    ", letters[i], " (", absl::StrJoin(names, ", "), "):");
    if (change.values[i].find('\n') == std::string::npos) {
      absl::StrAppend(&out, " ", Shown(change.values[i]), "\n");
      continue;
    }
    for (const std::string& line : VisibleLines(change.values[i])) {
      absl::StrAppend(&out, "\n", line.empty() ? "" : "      ", line);
    }
    out += "\n";
  }
}

std::string Details(const DiffResult& result, bool color) {
  std::string out;
  for (const Difference* difference : InScreenOrder(result)) {
    if (difference->fields.empty()) continue;
    absl::StrAppend(&out, "\n", Paint(ObjectTitle(difference->id), Color::kBold, color), "\n");
    const std::vector<std::string> letters = Letters(*difference);
    for (const FieldChange& change : difference->fields) {
      absl::StrAppend(&out, "  ", FieldTitle(change.field), "\n");
      AppendValues(result, change, letters, out);
    }
  }
  return out;
}

std::string NoDifference(const DiffResult& result) {
  std::vector<std::string> names;
  for (const std::string& name : result.names) names.push_back(Visible(name));
  const std::string last = names.empty() ? "" : names.back();
  if (!names.empty()) names.pop_back();
  return absl::StrCat("no difference between ", absl::StrJoin(names, ", "), " and ", last, "\n");
}

}  // namespace

std::vector<const Difference*> InScreenOrder(const DiffResult& result) {
  std::vector<std::tuple<ObjectId, bool, const Difference*>> order;
  for (const Difference& d : result.differences) order.emplace_back(GroupOf(d), !d.id.parent.empty(), &d);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    if (!(std::get<0>(a) == std::get<0>(b))) return std::get<0>(a) < std::get<0>(b);
    return std::get<1>(a) < std::get<1>(b);
  });
  std::vector<const Difference*> out;
  for (const auto& entry : order) out.push_back(std::get<2>(entry));
  return out;
}

std::string DiffText(const DiffPage& page, const TextOptions& options) {
  const DiffResult& result = *page.result;
  if (result.equal()) return NoDifference(result);
  if (result.names.size() == 2) return TwoSources(page, options).Text();
  const size_t count = result.differences.size();
  const std::string counts = ReasonCounts(page);
  return absl::StrCat(Matrix(page, options.color), Details(result, options.color), "\n", count,
                      count == 1 ? " object differs" : " objects differ", counts.empty() ? "" : ": ", counts,
                      "\n");
}

}  // namespace ferry::report
