#include "core/diff/reason.h"

#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ferry::diff {
namespace {

using schema::ObjectId;
using schema::ObjectKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const ObjectId kColumn = {ObjectKind::kColumn, "public", "prices", "adjusted_close"};
const ObjectId kIndex = {ObjectKind::kIndex, "public", "prices", "prices_day_idx"};
const ObjectId kView = {ObjectKind::kView, "public", "", "daily"};

// One object; "" = absent.
DiffResult Of(const ObjectId& id, const std::vector<std::string>& fingerprints,
              const std::vector<std::string>& fields = {}) {
  DiffResult result;
  result.names = {"dev", "staging", "prod"};
  result.names.resize(fingerprints.size());
  Difference difference;
  difference.id = id;
  for (const std::string& fingerprint : fingerprints) {
    difference.fingerprints.push_back(fingerprint.empty() ? std::nullopt : std::optional(fingerprint));
  }
  for (const std::string& field : fields) difference.fields.push_back({field, fingerprints});
  result.differences.push_back(std::move(difference));
  return result;
}

std::vector<SourceFacts> Applied(std::vector<std::set<std::string>> applied) {
  std::vector<SourceFacts> facts;
  for (auto& versions : applied) facts.push_back({"15.4", std::move(versions), {}});
  return facts;
}

KnownMigration Migration(const std::string& version, TouchedObject touched) {
  return {version, version, {std::move(touched)}};
}

std::vector<std::string> Texts(const Reasons& reasons) {
  std::vector<std::string> texts;
  for (const auto& [id, found] : reasons) {
    for (const Reason& reason : found) texts.push_back(reason.text);
  }
  return texts;
}

const TouchedObject kAddsColumn = {{"public"}, "prices", "adjusted_close", false};

TEST(Explain, AMigrationThatSomeDoNotHaveYet) {
  const auto facts = Applied({{"1.0.0", "1.1.0"}, {"1.0.0", "1.1.0"}, {"1.0.0"}});
  const Reasons reasons =
      Explain(Of(kColumn, {"a", "a", ""}), facts,
              {Migration("1.0.0", {{"public"}, "prices", "", true}), Migration("1.1.0", kAddsColumn)});
  EXPECT_THAT(Texts(reasons), ElementsAre("pending in prod: 1.1.0"));
  EXPECT_THAT(reasons.at(kColumn)[0].sources, ElementsAre("prod"));
}

TEST(Explain, SeveralMigrationsAndSeveralEnvironmentsBehind) {
  const auto facts = Applied({{"1.1.0", "1.2.0"}, {"1.1.0"}, {}});
  const Reasons reasons = Explain(Of(kColumn, {"a", "b", ""}), facts,
                                  {Migration("1.1.0", kAddsColumn), Migration("1.2.0", kAddsColumn)});
  EXPECT_THAT(Texts(reasons), ElementsAre("pending in prod: 1.1.0", "pending in staging, prod: 1.2.0"));
}

TEST(Explain, NotOneThatDoesNotTouchItNorOneThatMakesNoDifference) {
  const auto facts = Applied({{"1.1.0"}, {}, {}});
  EXPECT_THAT(Explain(Of(kColumn, {"a", "", ""}), facts, {Migration("1.1.0", {{"app"}, "prices", "", true})}),
              IsEmpty());
  EXPECT_THAT(
      Explain(Of(kColumn, {"a", "", ""}), facts, {Migration("1.1.0", {{"public"}, "prices", "", false})}),
      IsEmpty())
      << "a change of the table itself is none of its columns";
  EXPECT_THAT(Explain(Of(kColumn, {"a", "a", ""}), Applied({{"1.1.0"}, {"1.1.0"}, {"1.1.0"}}),
                      {Migration("1.1.0", kAddsColumn)}),
              IsEmpty());
}

TEST(Explain, AnIndexIsNamedWithAndWithoutItsTable) {
  const auto facts = Applied({{"1.1.0"}, {}});
  for (const TouchedObject& touched : {TouchedObject{{"public"}, "prices", "prices_day_idx", false},
                                       TouchedObject{{"public"}, "prices_day_idx", "", true}}) {
    EXPECT_THAT(Texts(Explain(Of(kIndex, {"a", ""}), facts, {Migration("1.1.0", touched)})),
                ElementsAre("pending in staging: 1.1.0"));
  }
}

TEST(Explain, SourcesOfWhichNoVersionsAreKnownCountNeitherWay) {
  std::vector<SourceFacts> facts = Applied({{"1.1.0"}, {}});
  facts[1].applied.reset();
  EXPECT_THAT(Explain(Of(kColumn, {"a", ""}), facts, {Migration("1.1.0", kAddsColumn)}), IsEmpty());
}

TEST(Explain, DriftWithWhoAndWhen) {
  std::vector<SourceFacts> facts = Applied({{}, {}});
  facts[1].drifted[kIndex] = "CREATE INDEX by joe, 2026-11-27 10:32";
  EXPECT_THAT(Texts(Explain(Of(kIndex, {"", "b"}), facts, {})),
              ElementsAre("drift in staging: CREATE INDEX by joe, 2026-11-27 10:32"));
}

TEST(Explain, TextsThatServersOfTwoVersionsPrintDifferently) {
  std::vector<SourceFacts> facts(3);
  facts[0].server_version = "15.4", facts[1].server_version = "15.9", facts[2].server_version = "16.1";
  EXPECT_THAT(Texts(Explain(Of(kView, {"a", "a", "b"}, {"definition"}), facts, {})),
              ElementsAre("perhaps only how PostgreSQL 15 and 16 print it"));
  EXPECT_THAT(Explain(Of(kView, {"a", "b", "b"}, {"definition"}), facts, {}), IsEmpty())
      << "two servers of version 15 do not agree";
  EXPECT_THAT(Explain(Of(kView, {"a", "a", "b"}, {"definition", "comment"}), facts, {}), IsEmpty());
  EXPECT_THAT(Explain(Of(kView, {"a", "a", ""}, {}), facts, {}), IsEmpty());
}

}  // namespace
}  // namespace ferry::diff
