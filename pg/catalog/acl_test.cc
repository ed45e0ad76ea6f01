#include "pg/catalog/acl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ferry::pg::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

TEST(AclTest, NoAclAndTheDefaultInAnyOrderAreNothingSpecial) {
  EXPECT_THAT(Grants("", "", "me"), Optional(IsEmpty()));
  EXPECT_THAT(Grants("{=X/me,me=X/me}", "{me=X/me,=X/me}", "me"), Optional(IsEmpty()));
  EXPECT_THAT(Grants("{}", "{}", "me"), Optional(IsEmpty()));
}

TEST(AclTest, GrantsAreNamedOneByOne) {
  EXPECT_THAT(Grants("{me=rw/me,=r/me,app=r*w/other}", "{me=rw/me}", "me"),
              Optional(ElementsAre("@owner=SELECT", "@owner=UPDATE", "PUBLIC=SELECT", "app=SELECT*/other",
                                   "app=UPDATE/other")));
}

TEST(AclTest, WhoTookAllAwayFromEverybodyHasNobody) {
  EXPECT_THAT(Grants("{}", "{me=X/me,=X/me}", "me"), Optional(ElementsAre("nobody")));
}

// As array_out prints the aclitem "Odd ""Role"", x"=U/me.
TEST(AclTest, OddRoleNamesStayWhole) {
  EXPECT_THAT(Grants("{\"\\\"Odd \\\"\\\"Role\\\"\\\", x\\\"=U/me\",\"\\\"PUBLIC\\\"=U/me\"}", "{}", "me"),
              Optional(ElementsAre("\"Odd \"\"Role\"\", x\"=USAGE", "\"PUBLIC\"=USAGE")));
}

TEST(AclTest, WhatNewerServersGiveTheOwnerIsNoDifference) {
  const auto older = Grants("{me=arwdDxt/me,app=r/me}", "{me=arwdDxt/me}", "me");
  EXPECT_EQ(Grants("{me=arwdDxtm/me,app=r/me}", "{me=arwdDxtm/me}", "me"), older);
  EXPECT_THAT(Grants("{me=rm/me}", "{me=arwdDxtm/me}", "me"),
              Optional(ElementsAre("@owner=MAINTAIN", "@owner=SELECT")));
}

TEST(AclTest, WhatIsNoAclIsRefused) {
  EXPECT_EQ(Grants("me=r/me", "{}", "me"), std::nullopt);
  EXPECT_EQ(Grants("{me=q/me}", "{}", "me"), std::nullopt);
  EXPECT_EQ(Grants("{me}", "{}", "me"), std::nullopt);
}

}  // namespace
}  // namespace ferry::pg::catalog
