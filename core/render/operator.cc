#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/render/kind.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& body = std::get<schema::Operator>(object.body);
  const std::string symbol = object.id.name.substr(0, object.id.name.find('('));
  out.push_back(Make(object.id, absl::StrCat("CREATE OPERATOR ", sql::QuoteIdentifier(object.id.schema), ".",
                                             absl::StripTrailingAsciiWhitespace(symbol), " (",
                                             absl::StrJoin(body.properties, ", "), ")")));
}

}  // namespace

namespace internal {
const KindWriter kOperatorWriter = {Create, nullptr, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
