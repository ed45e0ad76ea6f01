#include "core/diff/verdict.h"

namespace ferry::diff {
namespace {

// Every kind without an overload of its own is created again.
template <class Body>
Verdict Judge(const Body&, const Body&) {
  return {};
}
#define FERRY_VERDICT(Kind)                                         \
  Verdict Judge(const schema::Kind& from, const schema::Kind& to) { \
    return internal::VerdictOf##Kind(from, to);                     \
  }
FERRY_VERDICT(Table)
FERRY_VERDICT(Column)
FERRY_VERDICT(Constraint)
FERRY_VERDICT(Index)
FERRY_VERDICT(Sequence)
FERRY_VERDICT(Trigger)
FERRY_VERDICT(View)
FERRY_VERDICT(Function)
FERRY_VERDICT(Enum)
FERRY_VERDICT(Domain)
FERRY_VERDICT(Policy)
FERRY_VERDICT(Rule)
FERRY_VERDICT(Statistics)
FERRY_VERDICT(OperatorFamily)
FERRY_VERDICT(TextSearchDictionary)
FERRY_VERDICT(TextSearchConfiguration)
FERRY_VERDICT(Extension)
FERRY_VERDICT(ForeignDataWrapper)
FERRY_VERDICT(ForeignServer)
FERRY_VERDICT(UserMapping)
FERRY_VERDICT(Publication)
FERRY_VERDICT(Subscription)
FERRY_VERDICT(EventTrigger)
FERRY_VERDICT(Role)
FERRY_VERDICT(Setting)
FERRY_VERDICT(Tablespace)
#undef FERRY_VERDICT

}  // namespace

Verdict VerdictOf(const schema::Object& from, const schema::Object& to) {
  return std::visit(
      [&](const auto& body) -> Verdict {
        const auto* other = std::get_if<std::decay_t<decltype(body)>>(&to.body);
        return other == nullptr ? Verdict{} : Judge(body, *other);
      },
      from.body);
}

}  // namespace ferry::diff
