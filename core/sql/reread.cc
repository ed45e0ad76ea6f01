#include "core/sql/reread.h"

#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/sql/reread_names.h"
#include "core/sql/tokens.h"

namespace ferry::sql {
namespace {

// One `(ARRAY[…])::type[]`, by bytes.
struct Cast {
  size_t begin = 0, end = 0;
  std::string replacement;
};

class Finder {
 public:
  Finder(absl::string_view text, const std::vector<Token>& tokens) : text_(text), tokens_(tokens) {}

  std::optional<Cast> First() const {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (!Is(i, "(") || !Is(i + 1, "ARRAY") || !Is(i + 2, "[")) continue;
      if (std::optional<Cast> cast = At(i)) return cast;
    }
    return std::nullopt;
  }

 private:
  absl::string_view Word(size_t i) const {
    return i < tokens_.size() ? text_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin) : "";
  }
  bool Is(size_t i, absl::string_view word) const { return Word(i) == word; }

  std::string Between(size_t first, size_t end) const {
    return std::string(text_.substr(tokens_[first].begin, tokens_[end - 1].end - tokens_[first].begin));
  }

  // Splits what stands from `i` to the bracket that closes it; returns that bracket's place.
  std::optional<size_t> Elements(size_t i, std::vector<std::string>& elements) const {
    int depth = 0;
    size_t first = i;
    for (; i < tokens_.size(); ++i) {
      const bool closes = Is(i, "]") || Is(i, ")");
      if (depth == 0 && (Is(i, ",") || Is(i, "]"))) {
        if (i == first || Is(first, "ARRAY")) return std::nullopt;
        elements.push_back(Between(first, i));
        first = i + 1;
        if (Is(i, "]")) return i;
      }
      depth += Is(i, "[") || Is(i, "(") ? 1 : closes ? -1 : 0;
      if (depth < 0) return std::nullopt;
    }
    return std::nullopt;
  }

  // The `[` of the `[]` that ends a type's name beginning at `i`.
  std::optional<size_t> TypeEnd(size_t i) const {
    for (const size_t first = i; i + 1 < tokens_.size(); ++i) {
      if (Is(i, "[")) return i > first && Is(i + 1, "]") ? std::optional<size_t>(i) : std::nullopt;
      const unsigned char c = static_cast<unsigned char>(Word(i)[0]);
      if (!absl::ascii_isalnum(c) && c < 0x80 && std::string("_\".(,)").find(Word(i)[0]) == std::string::npos)
        return std::nullopt;
    }
    return std::nullopt;
  }

  std::optional<Cast> At(size_t i) const {
    std::vector<std::string> elements;
    const std::optional<size_t> close = Elements(i + 3, elements);
    if (!close.has_value() || !Is(*close + 1, ")") || !Is(*close + 2, "::")) return std::nullopt;
    const std::optional<size_t> type_end = TypeEnd(*close + 3);
    if (!type_end.has_value() || Is(*type_end + 2, "[")) return std::nullopt;
    const std::string type = Between(*close + 3, *type_end);
    for (std::string& element : elements) element = absl::StrCat("(", element, ")::", type);
    return Cast{tokens_[i].begin, tokens_[*type_end + 1].end,
                absl::StrCat("ARRAY[", absl::StrJoin(elements, ", "), "]")};
  }

  absl::string_view text_;
  const std::vector<Token>& tokens_;
};

}  // namespace

std::string Reread(absl::string_view printed) {
  std::string text = WithoutImpliedNames(printed);
  while (absl::StrContains(text, "(ARRAY[")) {
    const absl::StatusOr<std::vector<Token>> tokens = Scan(text, "");
    if (!tokens.ok()) return text;
    const std::optional<Cast> cast = Finder(text, *tokens).First();
    if (!cast.has_value()) return text;
    text.replace(cast->begin, cast->end - cast->begin, cast->replacement);
  }
  return text;
}

}  // namespace ferry::sql
