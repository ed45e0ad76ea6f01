#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "core/render/kind.h"
#include "core/render/words.h"

namespace ferry::render {
namespace {

using schema::Object;

// What CREATE ROLE takes to say that an attribute is not there.
std::string Without(absl::string_view attribute) {
  if (absl::StartsWith(attribute, "CONNECTION LIMIT")) return "CONNECTION LIMIT -1";
  if (absl::StartsWith(attribute, "VALID UNTIL")) return "VALID UNTIL 'infinity'";
  absl::string_view rest = attribute;
  if (absl::ConsumePrefix(&rest, "NO")) return std::string(rest);
  return absl::StrCat("NO", attribute);
}

// The first word, or the two of CONNECTION LIMIT: a new value replaces the old one.
bool SameAttribute(absl::string_view a, absl::string_view b) { return Without(a) == Without(b); }

// "app WITH ADMIN OPTION" as GRANT writes it.
void Join(const Object& object, const std::string& membership, Statements& out) {
  const size_t with = FindOutside(membership, " WITH ");
  const std::string options = with == absl::string_view::npos ? "" : membership.substr(with);
  out.push_back(
      Make(object.id,
           absl::StrCat("GRANT ", membership.substr(0, with), " TO ", QualifiedName(object.id), options),
           Lock::kNone, {Hazard::kAccessChange}));
}

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& role = std::get<schema::Role>(object.body);
  out.push_back(Make(object.id,
                     absl::StrCat("CREATE ROLE ", QualifiedName(object.id),
                                  role.attributes.empty() ? "" : " ", absl::StrJoin(role.attributes, " ")),
                     Lock::kNone, {Hazard::kAccessChange}));
  for (const std::string& membership : role.member_of) Join(object, membership, out);
}

void Alter(const Object& from, const Object& to, const Context& /*context*/, Statements& out) {
  const auto& before = std::get<schema::Role>(from.body);
  const auto& after = std::get<schema::Role>(to.body);
  std::vector<std::string> parts = NewEntries(before.attributes, after.attributes);
  for (const std::string& attribute : before.attributes) {
    const bool replaced =
        std::any_of(after.attributes.begin(), after.attributes.end(),
                    [&](const std::string& other) { return SameAttribute(attribute, other); });
    if (!replaced) parts.push_back(Without(attribute));
  }
  if (!parts.empty()) {
    out.push_back(Make(to.id, AlterSql(to, absl::StrJoin(parts, " ")), Lock::kNone, {Hazard::kAccessChange}));
  }
  for (const std::string& membership : NewEntries(after.member_of, before.member_of)) {
    out.push_back(Make(to.id,
                       absl::StrCat("REVOKE ", membership.substr(0, FindOutside(membership, " WITH ")),
                                    " FROM ", QualifiedName(to.id)),
                       Lock::kNone, {Hazard::kAccessChange}));
  }
  for (const std::string& membership : NewEntries(before.member_of, after.member_of))
    Join(to, membership, out);
}

}  // namespace

namespace internal {
const KindWriter kRoleWriter = {Create, Alter, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
