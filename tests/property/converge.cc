#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/error.h"
#include "core/render/render.h"
#include "tests/property/trial.h"

namespace ferry::property {
namespace {

std::string Text(const render::Script& script) {
  return absl::StrJoin(script.statements, "", [](std::string* out, const render::Statement& statement) {
    absl::StrAppend(out, statement.sql, ";\n");
  });
}

// Takes `database`, which holds `from`, to `to`; "" when it then equals it.
std::string Converge(const Database& database, const schema::Snapshot& from, const schema::Snapshot& to,
                     schema::Snapshot& after, std::string& script_text) {
  render::Options options;
  options.allow_data_loss = true;
  const auto script = render::Render(from, to, options);
  if (!script.ok()) return absl::StrCat("no script: ", ErrorText(script.status()));
  script_text = Text(*script);
  std::vector<std::string> statements = {"SET check_function_bodies = off"};
  for (const render::Statement& statement : script->statements) statements.push_back(statement.sql);
  const absl::Status run = database.Run(statements);
  if (!run.ok()) return absl::StrCat("PostgreSQL refuses the script: ", ErrorText(run));
  auto read = database.Read();
  if (!read.ok()) return ErrorText(read.status());
  after = *std::move(read);
  const std::string left = Describe(diff::Compare({{"is", &after}, {"wanted", &to}}));
  return left.empty() ? "" : absl::StrCat("different afterwards:\n", left);
}

}  // namespace

Verdict TryConvergence(const Schema& a, const Schema& b) {
  Verdict verdict;
  Database source, target;
  for (const auto& [database, schema] : {std::pair(&source, &a), std::pair(&target, &b)}) {
    const absl::Status made = database->Run(Sql(*schema));
    if (!made.ok()) {
      verdict.failure = absl::StrCat("the generator's schema: ", made.message());
      return verdict;
    }
  }
  const auto before = source.Read(), wanted = target.Read();
  if (!before.ok() || !wanted.ok()) {
    verdict.failure = absl::StrCat("reading: ", ErrorText(before.ok() ? wanted.status() : before.status()));
    return verdict;
  }
  const auto nothing = render::Render(*wanted, *wanted);
  if (!nothing.ok() || !nothing->statements.empty()) {
    verdict.failure = "B to B is not nothing";
    verdict.script = nothing.ok() ? Text(*nothing) : ErrorText(nothing.status());
    return verdict;
  }
  schema::Snapshot there, back;
  verdict.failure = Converge(source, *before, *wanted, there, verdict.script);
  if (!verdict.holds()) {
    verdict.failure = "A to B: " + verdict.failure;
    return verdict;
  }
  verdict.failure = Converge(source, there, *before, back, verdict.script);
  if (!verdict.holds()) verdict.failure = "and back to A: " + verdict.failure;
  return verdict;
}

}  // namespace ferry::property
