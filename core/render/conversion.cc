#include "absl/strings/str_cat.h"
#include "core/render/kind.h"
#include "core/render/words.h"
#include "core/sql/quote.h"

namespace ferry::render {
namespace {

using schema::Object;

void Create(const Object& object, const Context& /*context*/, Statements& out) {
  const auto& conversion = std::get<schema::Conversion>(object.body);
  out.push_back(Make(
      object.id,
      absl::StrCat("CREATE ", conversion.is_default ? "DEFAULT " : "", "CONVERSION ",
                   QualifiedName(object.id), " FOR ", sql::QuoteLiteral(conversion.source_encoding), " TO ",
                   sql::QuoteLiteral(conversion.target_encoding), " FROM ", conversion.function)));
}

}  // namespace

namespace internal {
const KindWriter kConversionWriter = {Create, nullptr, WriteDrop};
}  // namespace internal

}  // namespace ferry::render
