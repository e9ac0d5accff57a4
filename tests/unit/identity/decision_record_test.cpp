// SPDX-License-Identifier: Apache-2.0
#include "identity/decision_record.h"

#include <algorithm>
#include <functional>
#include <set>

#include "base/error_detail.h"
#include "facts_generator.h"
#include "sso/error.h"
#include "sso/storage.h"

namespace sso::detail::test {
namespace {

using nlohmann::json;

/// Every member has another value than in Facts{}.
Facts nothingNeutral() {
  Facts facts;
  facts.origin = LoginOrigin::kIdentityProvider;
  facts.stateReturned = facts.organizationMatches = facts.connectionMatches = true;
  facts.issuedAt = kNow - seconds(4);
  facts.authenticatedAt = kNow - seconds(3);
  facts.verifiedAt = kNow - seconds(2);
  facts.now = kNow;
  facts.clockSkew = seconds(61);
  facts.maxAssertionAge = seconds(601);
  facts.organization = OrganizationStanding::kActive;
  facts.connection = ConnectionStanding::kInactive;
  facts.mode = SsoMode::kRequired;
  facts.jitProvisioning = facts.approvalRequired = facts.updateAttributes = facts.directoryActive = true;
  facts.connectionTrusted = facts.believedWhenSilent = true;
  facts.linkExisting = LinkRule::kAutomatic;
  facts.defaultRole = DefaultRole::kUnknown;
  facts.defaultRoleName = "viewer";
  facts.approval = Approval::kDeclined;
  facts.seats = Seats::kUnknown;
  facts.creations = Creations::kSpent;
  facts.email = EmailAssertion::kValid;
  facts.emailVerified = EmailVerification::kYes;
  facts.emailDomain = DomainOwner::kPublicMail;
  facts.groups = GroupsAssertion::kTruncated;
  facts.groupMappingConfigured = true;
  facts.roleCeiling = RoleCeiling::kAdmin;
  facts.mappedRoles = {{"editor \"quoted\" \xC3\xA9", RoleKind::kOwner}};
  facts.grantedRoles = SsoRoles{{"viewer"}, true, true};
  facts.directory = DirectoryRecord::kDeprovisioned;
  facts.invitation = InvitationStanding::kExpired;
  facts.invitationRole = "guest";
  facts.tombstone = facts.identityKnown = facts.identityOfThisOrganization = true;
  facts.linked = memberAccount("acc_linked");
  facts.linkedDormant = facts.linkedEmailOwned = facts.emailDiffers = facts.displayNameDiffers = true;
  facts.holder = memberAccount("acc_holder");
  facts.holder->state = AccountState::kDeprovisioned;
  facts.holder->privileged = facts.holder->breakGlass = true;
  facts.holderIdentities = HolderIdentities::kRetiredConnection;
  facts.holderElsewhere = facts.holderDormant = facts.holderByExternalId = true;
  facts.holderAddressProvenAt = kNow - seconds(1);
  facts.externalIdContradicts = facts.externalIdAmbiguous = true;
  facts.migration = Migration::kAutomatic;
  facts.proof = proofFor("acc_holder", kNow - seconds(1));
  facts.addressProvenAt = kNow - seconds(1);
  return facts;
}

Facts readBack(const Facts& facts) { return readDecisionRecord(decisionRecord(facts, decide(facts))).facts; }

TEST(DecisionRecord, ComesToTheSameDecisionForTenThousandFacts) {
  FactsGenerator generator;
  std::set<int> rows;
  for (int round = 0; round < 10'000; ++round) {
    const Facts facts = generator.next();
    const Decision decision = decide(facts);
    const auto text = decisionRecord(facts, decision);
    ASSERT_LE(text.size(), AuditEvent::kMostDecisionBytes);
    const auto read = readDecisionRecord(text);
    ASSERT_EQ(read.decision, decision) << text;
    ASSERT_EQ(decide(read.facts), decision) << text;
    ASSERT_EQ(decisionRecord(read.facts, decision), text) << "what is read says the same again";
    rows.insert(decision.row);
  }
  EXPECT_GT(rows.size(), 15U);
}

TEST(DecisionRecord, KeepsEveryFact) {
  const auto neutral = factsInWords(Facts{});
  const Facts facts = nothingNeutral();
  const auto told = factsInWords(facts), back = factsInWords(readBack(facts));
  EXPECT_EQ(told, back);
  for (const auto& one : neutral) {
    EXPECT_EQ(std::count(told.begin(), told.end(), one), 0) << one.first << " is as in neutral facts: set it above";
  }
  const auto record = json::parse(decisionRecord(facts, {}));
  const auto neutralRecord = json::parse(decisionRecord(Facts{}, {}));
  for (const auto& [name, value] : neutralRecord["facts"].items()) {
    EXPECT_NE(record["facts"].at(name), value) << name;
  }
}

TEST(DecisionRecord, KeepsEveryPartOfADecision) {
  Decision decision;
  decision.outcome = Outcome::kUseInvitation;
  decision.code = DenyCode::kCreationLimit;
  decision.row = 28;
  decision.whom = Whom::kNewAccount;
  decision.proven = decision.takeEmail = decision.takeDisplayName = true;
  decision.relink = decision.join = decision.reclaim = true;
  decision.roles = {{"guest", "viewer"}};
  decision.notices.add(Notice::kLastSeat);
  decision.notices.add(Notice::kEmailChanged);
  EXPECT_EQ(readDecisionRecord(decisionRecord({}, decision)).decision, decision);
  EXPECT_EQ(readDecisionRecord(decisionRecord({}, {})).decision, Decision{});
  for (const auto& info : allDenials()) {
    decision.code = info.code;
    EXPECT_EQ(readDecisionRecord(decisionRecord({}, decision)).decision.code, info.code);
  }
}

TEST(DecisionRecord, HoldsNothingOfAPerson) {
  Facts facts = nothingNeutral();
  for (auto* account : {&*facts.linked, &*facts.holder}) {
    account->id = "acc_MARKER";
    account->email = "MARKER@acme.example";
    account->displayName = "MARKER";
    account->creationKey = "MARKER";
  }
  facts.proof = proofFor("acc_MARKER");
  EXPECT_EQ(decisionRecord(facts, decide(facts)).find("MARKER"), std::string::npos);
  for (const auto& [name, value] : factsInWords(facts)) EXPECT_EQ(value.find("MARKER"), std::string::npos) << name;
}

TEST(DecisionRecord, SaysWhichAccountAProofIsOf) {
  Facts facts = existingAccount();
  facts.linked = memberAccount("acc_2");
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"acc_1", "holder"}, {"acc_2", "linked"}, {"acc_3", "other"}, {"", "other"}};
  for (const auto& [id, word] : cases) {
    facts.proof = proofFor(id);
    EXPECT_EQ(json::parse(decisionRecord(facts, {}))["facts"]["proof"]["account"], word);
    EXPECT_EQ(decide(readBack(facts)).proven, decide(facts).proven);
  }
}

TEST(DecisionRecord, IsBoundedAndNeverFailsALogin) {
  Facts facts = knownLogin();
  facts.grantedRoles.emplace();
  facts.grantedRoles->roles.assign(40, std::string(1000, 'r'));
  EXPECT_EQ(decisionRecord(facts, {}), R"({"format":1,"omitted":"too_large"})");
  facts.grantedRoles->roles = {"\xFF"};
  EXPECT_EQ(decisionRecord(facts, {}), R"({"format":1,"omitted":"unknown_value"})");
  facts.grantedRoles.reset();
  facts.linked->state = static_cast<AccountState>(77);
  EXPECT_EQ(decisionRecord(facts, {}), R"({"format":1,"omitted":"unknown_value"})");
}

/// What reading says of a record that this changes.
std::string problemOf(const std::function<void(json&)>& change) {
  json record = json::parse(decisionRecord(nothingNeutral(), decide(nothingNeutral())));
  change(record);
  try {
    readDecisionRecord(record.dump());
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidRequest);
    return detailOf(error);
  }
  return "read";
}

TEST(DecisionRecord, IsReadStrictly) {
  const auto with = [](const char* name, const json& value) {
    return problemOf([&](json& record) { record["facts"][name] = value; });
  };
  EXPECT_EQ(problemOf([](json&) {}), "read");
  EXPECT_EQ(with("email", "perhaps"), "facts.email: expected one of absent, malformed, valid");
  EXPECT_EQ(with("email", true), "facts.email: expected one of absent, malformed, valid");
  EXPECT_EQ(with("email", nullptr), "facts.email: expected one of absent, malformed, valid");
  EXPECT_EQ(with("email", ""), "facts.email: expected one of absent, malformed, valid");
  EXPECT_EQ(with("tombstone", 1), "facts.tombstone: expected true or false");
  EXPECT_EQ(with("tombstone", nullptr), "facts.tombstone: expected true or false");
  EXPECT_EQ(with("now", "1700000000"), "facts.now: expected a whole number");
  EXPECT_EQ(with("now", 1.5), "facts.now: expected a whole number");
  EXPECT_EQ(with("now", 18446744073709551615U), "facts.now: expected a whole number");
  EXPECT_EQ(with("now", 99'999'999'999), "facts.now: no time that is known here");
  EXPECT_EQ(with("clock_skew", -1), "facts.clock_skew: out of range");
  EXPECT_EQ(with("clock_skew", 40'000'000), "facts.clock_skew: out of range");
  EXPECT_EQ(with("default_role_name", 7), "facts.default_role_name: expected a string");
  EXPECT_EQ(with("default_role_name", std::string(1025, 'x')), "facts.default_role_name: too long");
  EXPECT_EQ(with("mapped_roles", json::object()), "facts.mapped_roles: expected a list");
  EXPECT_EQ(with("mapped_roles", json::array({{{"role", "a"}}})), "facts.mapped_roles[0].kind: missing");
  EXPECT_EQ(with("granted_roles", {{"roles", {1}}, {"one_role", true}, {"last_owner", true}}),
            "facts.granted_roles.roles[0]: expected a string");
  EXPECT_EQ(with("linked", "acc_1"), "facts.linked: expected an object");
  EXPECT_EQ(with("linked", {{"state", "active"}}), "facts.linked.email_verified: missing");
  EXPECT_EQ(with("proof", {{"account", "acc_1"}, {"proven_at", 1}}),
            "facts.proof.account: expected one of holder, linked, other");
  EXPECT_EQ(with("surprise", true), "facts: unknown member surprise");
  EXPECT_EQ(with("\x1B[31m", true), "facts: unknown member");
  EXPECT_EQ(problemOf([](json& r) { r["facts"]["linked"]["email"] = "a@b.example"; }),
            "facts.linked: unknown member email");
  EXPECT_EQ(problemOf([](json& r) { r["facts"].erase("migration"); }), "facts.migration: missing");
  EXPECT_EQ(problemOf([](json& r) { r["decision"].erase("join"); }), "decision.join: missing");
  EXPECT_EQ(problemOf([](json& r) { r["decision"]["row"] = -1; }), "decision.row: out of range");
  EXPECT_EQ(problemOf([](json& r) {
              r["decision"]["notices"] = {"last_seat", "last_seat"};
            }),
            "decision.notices: an unknown notice, or one that comes twice");
  EXPECT_EQ(problemOf([](json& r) { r["decision"]["more"] = 1; }), "decision: unknown member more");
  EXPECT_EQ(problemOf([](json& r) { r["format"] = kRecordFormat + 1; }),
            "record.format: not a format that this release knows");
  EXPECT_EQ(problemOf([](json& r) { r["format"] = "1"; }), "record.format: missing, or no number");
  EXPECT_EQ(problemOf([](json& r) { r.erase("format"); }), "record.format: missing, or no number");
  EXPECT_EQ(problemOf([](json& r) { r.erase("decision"); }), "record: expected format, facts and decision");
  EXPECT_EQ(problemOf([](json& r) { r["more"] = 1; }), "record: expected format, facts and decision");
  EXPECT_EQ(problemOf([](json& r) {
              r = {{"format", 1}, {"omitted", "too_large"}};
            }),
            "record: the facts were not kept: beyond a bound, or of no known value");
}

TEST(DecisionRecord, RefusesWhatIsNoRecord) {
  const auto good = decisionRecord(knownLogin(), decide(knownLogin()));
  auto twice = good;
  twice.insert(1, "\"format\":1,");
  for (const auto& text : {std::string(), std::string("{"), std::string("[]"), good + "x", twice,
                           "{\"format\":1,\"pad\":\"" + std::string(AuditEvent::kMostDecisionBytes, 'x') + "\"}"}) {
    EXPECT_THROW(readDecisionRecord(text), Error) << text.substr(0, 60);
  }
}

// A record of an earlier release: when this one is not read any more, or another decision comes of it, the facts have
// changed. Give the new member its `since`, count kRecordFormat up, and keep this text as it is.
TEST(DecisionRecord, ReadsTheFirstFormatForEver) {
  constexpr std::string_view kFirst =
      R"({"format":1,"facts":{"origin":"application","state_returned":true,"organization_matches":true,)"
      R"("connection_matches":true,"issued_at":1699999995,"authenticated_at":1699999995,"verified_at":1700000000,)"
      R"("now":1700000000,"clock_skew":60,"max_assertion_age":600,"organization":"active","connection":"active",)"
      R"("mode":"optional","jit_provisioning":true,"approval_required":false,"update_attributes":true,)"
      R"("directory_active":false,"connection_trusted":false,"believed_when_silent":false,)"
      R"("link_existing":"after_proof","default_role":"known","default_role_name":"member","approval":"none",)"
      R"("seats":"free","creations":"allowed","email":"valid","email_verified":"yes",)"
      R"("email_domain":"this_organization","groups":"absent","group_mapping_configured":false,)"
      R"("role_ceiling":"ordinary","mapped_roles":[],"granted_roles":null,"directory":"none","invitation":"none",)"
      R"("invitation_role":"","tombstone":false,"identity_known":false,"identity_of_this_organization":false,)"
      R"("linked":null,"linked_dormant":false,"linked_email_owned":false,"email_differs":false,)"
      R"("display_name_differs":false,"holder":{"state":"active","email_verified":true,"member":true,)"
      R"("privileged":false,"break_glass":false},"holder_identities":"none","holder_elsewhere":false,"holder_dormant":false,)"
      R"("holder_by_external_id":false,"holder_address_proven_at":null,"external_id_contradicts":false,)"
      R"("external_id_ambiguous":false,"migration":"closed","proof":{"account":"holder","proven_at":1700000000},"address_proven_at":null},)"
      R"("decision":{"outcome":"link_after_proof","code":"none","row":6,"whom":"email_holder","proven":true,)"
      R"("take_email":false,"take_display_name":false,"relink":false,"join":false,"reclaim":false,"roles":null,)"
      R"("notices":[]}})";
  const auto read = readDecisionRecord(kFirst);
  EXPECT_EQ(decide(read.facts), read.decision);
  Facts facts = existingAccount();
  facts.proof = proofFor("acc_1");
  if (kRecordFormat == 1) {
    EXPECT_EQ(decisionRecord(facts, decide(facts)), kFirst);
  }
}

TEST(FactsOver, ChangesWhatIsNamedAndNothingElse) {
  const auto base = knownLogin();
  const auto facts =
      factsOver(base, {{"groups", "empty"}, {"linked", {{"member", false}}}, {"holder", json::object()}}, "facts");
  EXPECT_EQ(facts.groups, GroupsAssertion::kEmpty);
  EXPECT_EQ(facts.email, base.email);
  EXPECT_FALSE(facts.linked->member);
  EXPECT_TRUE(facts.linked->emailVerified) << "as in the base";
  EXPECT_TRUE(facts.holder->member && facts.holder->emailVerified && facts.holder->state == AccountState::kActive);
  EXPECT_FALSE(factsOver(base, {{"linked", nullptr}}, "facts").linked);
  EXPECT_THROW(factsOver(base, {{"grups", "empty"}}, "facts"), Error);
  EXPECT_THROW(factsOver(base, json::array(), "facts"), Error);
}

}  // namespace
}  // namespace sso::detail::test
