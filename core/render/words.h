// Pieces of SQL and of text that the writers of several kinds share. Pure; any thread.
#ifndef FERRY_CORE_RENDER_WORDS_H_
#define FERRY_CORE_RENDER_WORDS_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/render/kind.h"

namespace ferry::render {

// "ALTER POLICY own ON public.orders …".
std::string AlterSql(const schema::Object& object, absl::string_view what);
// DROP as ReferenceTo names the object: a KindWriter's whole `drop` for most kinds.
void WriteDrop(const schema::Object& object, const Context& context, Statements& out);

// `lock`, or none where `child`'s relation is only made by this script.
Lock LockOnParent(const Context& context, const schema::ObjectId& child, Lock lock);

// "ENABLE", "DISABLE", "ENABLE REPLICA", "ENABLE ALWAYS" for the `enabled` of a trigger or rule.
std::string EnableWords(absl::string_view enabled);

// Of a validation that reads every row; the lock it waits under is weak.
absl::Duration LongTimeout();

// Where `wanted` stands first in `text` outside of quotes and parentheses; npos: nowhere.
size_t FindOutside(absl::string_view text, absl::string_view wanted, size_t from = 0);
// The pieces of `text` between the `separator`s that are outside of quotes and parentheses.
std::vector<std::string> SplitOutside(absl::string_view text, absl::string_view separator);
// From the first parenthesis outside of quotes to the one that closes it: "(integer, text)"; empty: none.
absl::string_view FirstParentheses(absl::string_view text);
// The id of the `kind` that "schema.name", quoted as needed, names; nothing when it is not in that form.
std::optional<schema::ObjectId> ParseQualified(absl::string_view text, schema::ObjectKind kind);

// "name=value" taken apart; `value` is empty where there is no "=".
struct NameValue {
  std::string name, value;
};
NameValue SplitOption(absl::string_view option);
// "name=value" entries as `name=value, …` for SET (…) and WITH (…), values quoted as literals.
std::string ParameterList(const std::vector<std::string>& options);
// The names of those of `from` that `to` has not, quoted, with commas: for RESET (…).
std::string LostNames(const std::vector<std::string>& from, const std::vector<std::string>& to);
// What `to` has and `from` has not, or has otherwise.
std::vector<std::string> NewEntries(const std::vector<std::string>& from, const std::vector<std::string>& to);
// True for "name=***", a value that was never read because it may hold a secret.
bool IsMasked(absl::string_view option);
// Notes in `context.remarks` every option of `object` that is masked in `to` and not the same in `from`.
void RemarkMasked(const schema::Object& object, const std::vector<std::string>& from,
                  const std::vector<std::string>& to, const Context& context);

}  // namespace ferry::render

#endif  // FERRY_CORE_RENDER_WORDS_H_
