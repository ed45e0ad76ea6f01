#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/report/diff_json.h"
#include "core/report/diff_text.h"
#include "core/report/side_by_side.h"

namespace ferry::report {
namespace {

using schema::MakeObject;
using schema::Object;
using schema::ObjectKind;
using schema::Snapshot;

// Compares with testdata/<name>.golden; with FERRY_UPDATE_GOLDEN=1 writes that file instead.
void ExpectGolden(const std::string& name, const std::string& actual) {
  const char* root = std::getenv("FERRY_SOURCE_DIR");
  const std::string path =
      std::string(root == nullptr ? "." : root) + "/core/report/testdata/" + name + ".golden";
  if (std::getenv("FERRY_UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << actual;
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file.good()) << "no " << path
                           << ": run with FERRY_UPDATE_GOLDEN=1 from ctest or with FERRY_SOURCE_DIR set";
  std::ostringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(actual, expected.str()) << "screen " << name << " changed; FERRY_UPDATE_GOLDEN=1 writes it again";
  EXPECT_EQ(actual.find(" \n"), std::string::npos) << "trailing blank";
}

Object Make(ObjectKind kind, std::string parent, std::string name, schema::Body body,
            std::string space = "public") {
  return MakeObject({kind, std::move(space), std::move(parent), std::move(name)}, std::move(body));
}
Object Table(const std::string& name) { return Make(ObjectKind::kTable, "", name, schema::Table{}); }
Object Column(const std::string& table, const std::string& name, const std::string& type,
              bool not_null = false, const std::string& fallback = "") {
  schema::Column column;
  column.type = type;
  column.not_null = not_null;
  column.default_expression = fallback;
  return Make(ObjectKind::kColumn, table, name, column);
}
Object Index(const std::string& table, const std::string& name, bool valid = true) {
  schema::Index index;
  index.definition = "USING btree (id)";
  index.valid = valid;
  return Make(ObjectKind::kIndex, table, name, index);
}
Object Function(const std::string& body) {
  return Make(ObjectKind::kFunction, "", "tax(numeric)",
              schema::Function{"function",
                               "CREATE OR REPLACE FUNCTION public.tax(numeric)\n RETURNS numeric\n LANGUAGE "
                               "plpgsql\nAS $function$\nBEGIN\n" +
                                   body + "END\n$function$"});
}
Object View(const std::string& name, const std::string& definition) {
  return Make(ObjectKind::kView, "", name, schema::View{true, definition});
}

Snapshot Of(std::vector<Object> objects) {
  return schema::MakeSnapshot(std::move(objects), "15.20", absl::UnixEpoch());
}

Snapshot Dev() {
  schema::Table orders;
  orders.options = {"fillfactor=70"};
  return Of({Make(ObjectKind::kSchema, "", "sales", schema::SchemaNamespace{}, "sales"),
             Make(ObjectKind::kTable, "", "orders", orders), Column("orders", "id", "bigint", true),
             Column("orders", "currency", "text", true, "'EUR'::text"),
             Column("orders", "amount", "numeric(12,2)"), Index("orders", "orders_currency"), Table("audit"),
             Column("audit", "id", "bigint"), Table("prices"), Column("prices", "close", "numeric"),
             Index("prices", "prices_close"), Function("  -- rates of 2026\n  RETURN $1 * 0.19;\n"),
             View("totals", " SELECT 1;"), Index("totals", "totals_day"),
             Make(ObjectKind::kEnum, "", "mood", schema::Enum{{"sad", "ok", "happy"}})});
}
Snapshot Prod() {
  return Of({Table("orders"), Column("orders", "id", "bigint", true),
             Column("orders", "amount", "numeric(10,2)"),
             Column("orders", "line\nbreak \xE2\x80\xAE", "text"), Index("orders", "orders_tmp"),
             Table("prices"), Column("prices", "close", "numeric"), Index("prices", "prices_close", false),
             Table("Old orders"), Function("  RETURN $1 * 0.16; \n"), View("totals", " SELECT 1;"),
             Make(ObjectKind::kEnum, "", "mood", schema::Enum{{"sad", "happy"}})});
}

TEST(DiffTextTest, TwoEnvironmentsGroupedByTable) {
  const Snapshot dev = Dev();
  const Snapshot prod = Prod();
  const diff::DiffResult result = diff::Compare({{"prod", &prod}, {"dev", &dev}});
  ExpectGolden("two", DiffText(result, false));
  ExpectGolden("two_color", DiffText(result, true));
  ExpectGolden("two_json", DiffJson(result));
}

TEST(DiffTextTest, ThreeEnvironmentsAsAMatrix) {
  const Snapshot dev = Dev();
  const Snapshot staging = Dev();
  const Snapshot prod = Prod();
  const Snapshot eu =
      Of({Table("orders"), Column("orders", "id", "integer"), Column("orders", "amount", "money")});
  const diff::DiffResult result =
      diff::Compare({{"dev", &dev}, {"staging", &staging}, {"prod", &prod}, {"prod-eu", &eu}});
  ExpectGolden("matrix", DiffText(result, false));
  ExpectGolden("matrix_color", DiffText(result, true));
  ExpectGolden("matrix_json", DiffJson(result));
}

// A migration behind two of the differences, drift behind one, and an allowed difference.
DiffPage WithReasons(const diff::DiffResult& result, const diff::AllowedDifference& allowed) {
  DiffPage page(result);
  using Kind = diff::Reason::Kind;
  const std::string& last = result.names.back();
  const diff::Reason pending{Kind::kPending, {"1.1.0"}, {last}, "pending in " + last + ": 1.1.0"};
  page.reasons[{ObjectKind::kColumn, "public", "orders", "currency"}] = {pending};
  page.reasons[{ObjectKind::kFunction, "public", "", "tax(numeric)"}] = {
      pending, {Kind::kDrift, {}, {last}, "drift in " + last}};
  page.reasons[{ObjectKind::kIndex, "public", "orders", "orders_tmp"}] = {
      {Kind::kDrift, {}, {last}, "drift in " + last + ": CREATE INDEX by joe, 2026-11-27 10:32"}};
  diff::Difference meant;
  meant.id = {ObjectKind::kIndex, "public", "prices", "tried"};
  page.intentional = {{meant, &allowed}};
  page.expired = {&allowed};
  return page;
}

TEST(DiffTextTest, WhyIsShownWhereItIsKnown) {
  const Snapshot dev = Dev();
  const Snapshot prod = Prod();
  const diff::AllowedDifference allowed{"index public.prices.tried", "", {"prod"}, "ana", "being tried",
                                        absl::CivilDay(2026, 12, 31)};
  const diff::DiffResult two = diff::Compare({{"dev", &dev}, {"prod", &prod}});
  ExpectGolden("two_why", DiffText(WithReasons(two, allowed), {}));
  ExpectGolden("two_why_json", DiffJson(WithReasons(two, allowed)));
  const diff::DiffResult three = diff::Compare({{"dev", &dev}, {"staging", &dev}, {"prod", &prod}});
  ExpectGolden("matrix_why", DiffText(WithReasons(three, allowed), {}));
}

TEST(DiffTextTest, TextsStandSideBySideInAWideTerminal) {
  const Snapshot dev = Dev();
  const Snapshot prod = Prod();
  const diff::DiffResult result = diff::Compare({{"prod", &prod}, {"dev", &dev}});
  ExpectGolden("two_wide", DiffText(result, TextOptions{false, kSideBySideWidth}));
}

TEST(DiffTextTest, SaysInASentenceThatNothingDiffers) {
  const Snapshot dev = Dev();
  const diff::DiffResult two = diff::Compare({{"dev", &dev}, {"prod", &dev}});
  EXPECT_EQ(DiffText(two, true), "no difference between dev and prod\n");
  const diff::DiffResult three = diff::Compare({{"dev", &dev}, {"staging", &dev}, {"prod", &dev}});
  EXPECT_EQ(DiffText(three, false), "no difference between dev, staging and prod\n");
  ExpectGolden("equal_json", DiffJson(two));
}

TEST(DiffTextTest, NamesFromADatabaseCannotDriveTheTerminal) {
  const Snapshot a = Of({});
  const Snapshot b = Of({Table("x\x1b[2J\ny"), Column("x\x1b[2J\ny", "c", "text")});
  const std::string text = DiffText(diff::Compare({{"dev\x1b[0m", &a}, {"prod", &b}}), false);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_THAT(text, ::testing::HasSubstr("+ table public.\"x\\x1b[2J\\ny\"\n"));
}

}  // namespace
}  // namespace ferry::report
