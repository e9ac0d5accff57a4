// SPDX-License-Identifier: Apache-2.0
// Request heads: what is understood, and every hostile one by its name (SEC-HT-04 to -06, -08).
#include "sso/front/request_head.h"

#include "unit/front/head_cases.h"

namespace sso::front::test {
namespace {

using namespace std::string_literals;

TEST(HeadReaderRead, UnderstandsAWholeHead) {
  const std::string bytes =
      "POST /p?q=1 HTTP/1.1\r\nHost: app.example:8080\r\nX-A:  two words  \r\nx-a: again\r\nContent-Length: "
      "12\r\n\r\n";
  const auto head = headOf(bytes + "twelve bytesGET ");
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/p?q=1");
  EXPECT_TRUE(head.http11);
  ASSERT_EQ(head.fields.size(), 4u);
  EXPECT_EQ(head.fields[1].name, "X-A");
  EXPECT_EQ(head.fields[1].value, "two words");
  EXPECT_EQ(head.fields[2].value, "again");
  ASSERT_NE(head.find("HOST"), nullptr);
  EXPECT_EQ(head.find("HOST")->value, "app.example:8080");
  EXPECT_EQ(head.find("X-B"), nullptr);
  EXPECT_EQ(head.framing, BodyFraming::kLength);
  EXPECT_EQ(head.contentLength, 12u);
  EXPECT_TRUE(head.keepAlive);
  EXPECT_FALSE(head.expectsContinue);
  EXPECT_EQ(head.size, bytes.size());
}

TEST(HeadReaderRead, TakesEachMethodThatIsServed) {
  for (const char* method : {"GET", "HEAD", "DELETE", "OPTIONS"}) {
    EXPECT_EQ(headOf(method + " / HTTP/1.1\r\nHost: a\r\n\r\n"s).framing, BodyFraming::kNone) << method;
  }
  for (const char* method : {"POST", "PUT", "PATCH"}) {
    const auto head = headOf(method + " / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: Chunked\r\n\r\n"s);
    EXPECT_EQ(head.framing, BodyFraming::kChunked) << method;
  }
}

TEST(HeadReaderRead, GivesTheSameVerdictHoweverTheBytesAreCut) {
  for (const std::string& bytes :
       {get("A: b\r\n"), post("Content-Length: 3\r\n"), get("A : b\r\n"), get("A: b\rc\r\n"),
        ofTarget("/" + std::string(9000, 'x')), get("A: " + std::string(20'000, 'x') + "\r\n")}) {
    HeadReader reader(HeadLimits{});
    for (std::size_t size = 0; size <= bytes.size(); ++size) reader.read(std::string_view(bytes).substr(0, size));
    const std::string cut = reader.state() == HeadReader::State::kComplete
                                ? "ok"
                                : std::to_string(reader.refusal().status) + " " + std::string(reader.refusal().reason);
    EXPECT_EQ(cut, verdictOf(bytes));
  }
}

TEST(HeadReaderRead, WaitsForTheLastByte) {
  const std::string bytes = "\r\n" + get("A: b\r\n");
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_EQ(verdictOf(bytes.substr(0, size)), "") << size;
  EXPECT_EQ(headOf(bytes).size, bytes.size());
}

TEST(HeadReaderRead, RefusesWhatIsBrokenBeforeTheHeadIsWhole) {
  EXPECT_EQ(verdictOf("\x16\x03\x01"), "400 control_byte");
  EXPECT_EQ(verdictOf("FOO / HTTP/1.1\r\n"), "501 method_unknown");
  EXPECT_EQ(verdictOf("GET / HTTP/1.1\r\nA : b\r\n"), "400 field_name");
  EXPECT_EQ(verdictOf("GET /" + std::string(9000, 'x')), "414 request_line");
  EXPECT_EQ(verdictOf("GET / HTTP/1.1\r\nA: " + std::string(20'000, 'x')), "431 head_size");
}

TEST(HeadReaderRead, KeepsValuesAsTheyWereSent) {
  // SECURITY 5, item 2: Poco would make a line break of the first.
  const auto head =
      headOf(get("X-In: =?utf-8?q?a=0d=0aSet-Cookie:_x=3D1?=\r\nX-Raw: \xC3\xA4\xFF\r\nX-Empty:\r\nX: a\tb\r\n"));
  EXPECT_EQ(head.find("X-In")->value, "=?utf-8?q?a=0d=0aSet-Cookie:_x=3D1?=");
  EXPECT_EQ(head.find("X-Raw")->value, "\xC3\xA4\xFF");
  EXPECT_EQ(head.find("X-Empty")->value, "");
  EXPECT_EQ(head.find("X")->value, "a\tb");
}

// RFC 9112 9.3
TEST(HeadReaderRead, KnowsWhetherTheConnectionIsKept) {
  EXPECT_TRUE(headOf(get("")).keepAlive);
  EXPECT_FALSE(headOf(get("Connection: CLOSE\r\n")).keepAlive);
  EXPECT_FALSE(headOf(get("Connection: keep-alive, x\r\nConnection: ,close,\r\n")).keepAlive);
  EXPECT_TRUE(headOf(get("Connection: closed\r\n")).keepAlive);
  EXPECT_FALSE(headOf(get("Connection: keep-alive, Upgrade\r\nUpgrade: h2c\r\n")).keepAlive)
      << "what follows may be no HTTP";
  EXPECT_FALSE(headOf("GET / HTTP/1.0\r\n\r\n").keepAlive);
  EXPECT_TRUE(headOf("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keepAlive);
  EXPECT_FALSE(headOf("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n").keepAlive);
}

// RFC 9110 10.1.1
TEST(HeadReaderRead, ExpectsAContinueOnlyBeforeABody) {
  EXPECT_TRUE(headOf(post("Expect: 100-Continue\r\nContent-Length: 1\r\n")).expectsContinue);
  EXPECT_TRUE(headOf(post("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n")).expectsContinue);
  EXPECT_FALSE(headOf(post("Expect: 100-continue\r\nContent-Length: 0\r\n")).expectsContinue);
  EXPECT_FALSE(headOf("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n").expectsContinue);
}

TEST(HeadReaderRead, CountsToEachLimitAndNotBeyond) {
  HeadLimits limits;
  limits.maxFields = 3;
  EXPECT_EQ(verdictOf(get("A: 1\r\nB: 2\r\n"), limits), "ok");
  EXPECT_EQ(verdictOf(get("A: 1\r\nB: 2\r\nC: 3\r\n"), limits), "431 field_count");
  limits = {};
  limits.maxHeadBytes = get("A: 1\r\n").size();
  EXPECT_EQ(verdictOf(get("A: 1\r\n"), limits), "ok");
  EXPECT_EQ(verdictOf(get("A: 12\r\n"), limits), "431 head_size");
  limits = {};
  limits.maxTargetBytes = 5;
  EXPECT_EQ(verdictOf(ofTarget("/1234"), limits), "ok");
  EXPECT_EQ(verdictOf(ofTarget("/12345"), limits), "414 target_size");
  limits = {};
  limits.maxBodyBytes = 10;
  EXPECT_EQ(verdictOf(post("Content-Length: 10\r\n"), limits), "ok");
  EXPECT_EQ(verdictOf(post("Content-Length: 0000000000000010\r\n"), limits), "ok");
  EXPECT_EQ(verdictOf(post("Content-Length: 11\r\n"), limits), "413 body_size");
  limits.maxBodyBytes = ~0ULL;
  EXPECT_EQ(verdictOf(post("Content-Length: 9007199254740992\r\n"), limits), "ok");
  EXPECT_EQ(verdictOf(post("Content-Length: 9007199254740993\r\n"), limits), "413 body_size");
}

class HostileHeads : public testing::TestWithParam<HeadCase> {};
TEST_P(HostileHeads, AreRefusedForTheirReason) { EXPECT_EQ(verdictOf(GetParam().bytes), GetParam().verdict); }

// SEC-HT-04: the framing of bodies and lines (RFC 9112 5.1, 5.2, 6.1 to 6.3). Chunks: chunked_decoder_test.cpp.
INSTANTIATE_TEST_SUITE_P(
    Framing, HostileHeads,
    testing::Values(
        HeadCase{"LengthAndChunked", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), "400 two_framings"},
        HeadCase{"ChunkedAndLength", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), "400 two_framings"},
        HeadCase{"OddCodingAndLength", post("Transfer-Encoding: x\r\nContent-Length: 5\r\n"), "400 two_framings"},
        HeadCase{"CodingList", post("Transfer-Encoding: chunked, identity\r\n"), "400 transfer_encoding"},
        HeadCase{"ChunkedLast", post("Transfer-Encoding: gzip, chunked\r\n"), "400 transfer_encoding"},
        HeadCase{"ChunkedTwice", post("Transfer-Encoding: chunked, chunked\r\n"), "400 transfer_encoding"},
        HeadCase{"TwoCodingFields", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
                 "400 transfer_encoding"},
        HeadCase{"XChunked", post("Transfer-Encoding: xchunked\r\n"), "400 transfer_encoding"},
        HeadCase{"IdentityCoding", post("Transfer-Encoding: identity\r\n"), "400 transfer_encoding"},
        HeadCase{"EmptyCoding", post("Transfer-Encoding:\r\n"), "400 transfer_encoding"},
        HeadCase{"CodingWithParameter", post("Transfer-Encoding: chunked;q=1\r\n"), "400 transfer_encoding"},
        HeadCase{"QuotedCoding", post("Transfer-Encoding: \"chunked\"\r\n"), "400 transfer_encoding"},
        HeadCase{"CodingAfterVerticalTab", post("Transfer-Encoding: \x0b chunked\r\n"), "400 control_byte"},
        HeadCase{"CodingAfterObsText", post("Transfer-Encoding: \x85 chunked\r\n"), "400 transfer_encoding"},
        HeadCase{"ChunkedIn10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                 "400 transfer_encoding_in_1_0"},
        HeadCase{"TwoEqualLengths", post("Content-Length: 5\r\nContent-Length: 5\r\n"), "400 content_length_repeated"},
        HeadCase{"TwoLengths", post("Content-Length: 5\r\ncontent-length: 6\r\n"), "400 content_length_repeated"},
        HeadCase{"LengthList", post("Content-Length: 0,3\r\n"), "400 content_length"},
        HeadCase{"EqualLengthList", post("Content-Length: 3, 3\r\n"), "400 content_length"},
        HeadCase{"PlusLength", post("Content-Length: +3\r\n"), "400 content_length"},
        HeadCase{"MinusLength", post("Content-Length: -3\r\n"), "400 content_length"},
        HeadCase{"HexLength", post("Content-Length: 0x3\r\n"), "400 content_length"},
        HeadCase{"SpacedLength", post("Content-Length: 3 3\r\n"), "400 content_length"},
        HeadCase{"EmptyLength", post("Content-Length:\r\n"), "400 content_length"},
        HeadCase{"FractionLength", post("Content-Length: 3.0\r\n"), "400 content_length"},
        HeadCase{"LengthOverflow", post("Content-Length: 18446744073709551617\r\n"), "413 body_size"},
        HeadCase{"LengthOfManyZeros", post("Content-Length: 00000000000000003\r\n"), "413 body_size"},
        HeadCase{"SpaceBeforeColon", post("Content-Length : 3\r\n"), "400 field_name"},
        HeadCase{"TabBeforeTheValue", post("Transfer-Encoding:\tchunked\r\n"), "400 tab_around_value"},
        HeadCase{"TabAfterTheValue", post("Content-Length: 3\t\r\n"), "400 tab_around_value"},
        HeadCase{"TabBeforeColon", post("Transfer-Encoding\t: chunked\r\n"), "400 field_name"},
        HeadCase{"FoldedLine", get("A: b\r\n c\r\n"), "400 folded_line"},
        HeadCase{"FoldedByTab", get("Transfer-Encoding:\r\n\tchunked\r\n"), "400 folded_line"},
        HeadCase{"FoldAfterRequestLine", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", "400 folded_line"},
        HeadCase{"LineOfOneSpace", get(" \r\n"), "400 folded_line"},
        HeadCase{"BareLf", "GET / HTTP/1.1\nHost: a\n\n", "400 bare_lf"},
        HeadCase{"BareLfInAField", get("A: b\nContent-Length: 3\r\n"), "400 bare_lf"},
        HeadCase{"BareCr", get("A: b\rContent-Length: 3\r\n"), "400 bare_cr"},
        HeadCase{"CrCrLf", get("A: b\r\r\n"), "400 bare_cr"}),
    nameOf);

// SEC-HT-05: request line, Host and field lines (RFC 9112 2.3, 3, 3.2, 5).
INSTANTIATE_TEST_SUITE_P(
    Lines, HostileHeads,
    testing::Values(
        HeadCase{"NoHost", "GET / HTTP/1.1\r\n\r\n", "400 host_missing"},
        HeadCase{"TwoHosts", get("Host: b\r\n"), "400 host_repeated"},
        HeadCase{"TwoHostsIn10", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", "400 host_repeated"},
        HeadCase{"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "400 host"},
        HeadCase{"VersionFoo", "GET / FOO/9.9\r\nHost: a\r\n\r\n", "400 version"},
        HeadCase{"Version99", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", "505 version_not_served"},
        HeadCase{"Version20", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505 version_not_served"},
        HeadCase{"Version12", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", "505 version_not_served"},
        HeadCase{"Version09", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", "505 version_not_served"},
        HeadCase{"Version1", "GET / HTTP/1\r\nHost: a\r\n\r\n", "400 version"},
        HeadCase{"VersionOfTwoDigits", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", "400 version"},
        HeadCase{"VersionInLowerCase", "GET / http/1.1\r\nHost: a\r\n\r\n", "400 version"},
        HeadCase{"VersionAfterSpace", "GET / HTTP/ 1.1\r\nHost: a\r\n\r\n", "400 version"},
        HeadCase{"NoVersion", "GET /\r\n\r\n", "400 request_line"},
        HeadCase{"PrefaceOfHttp2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 version_not_served"},
        HeadCase{"TabsInTheRequestLine", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", "400 request_line"},
        HeadCase{"TwoSpacesBeforeTheTarget", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400 target_form"},
        HeadCase{"SpaceAfterTheVersion", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "400 version"},
        HeadCase{"SpaceInTheTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "400 target_byte"},
        HeadCase{"SpaceFirst", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", "400 method"},
        HeadCase{"TwoEmptyLinesFirst", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "400 request_line"},
        HeadCase{"LineWithoutColon", get("no colon\r\n"), "400 field_without_colon"},
        HeadCase{"EmptyName", get(": b\r\n"), "400 field_name"},
        HeadCase{"SlashInAName", get("a/b: c\r\n"), "400 field_name"},
        HeadCase{"ObsTextInAName", get("\xC3\xA4: c\r\n"), "400 field_name"},
        HeadCase{"NulInAValue", get("A: a\0b\r\n"s), "400 control_byte"},
        HeadCase{"NulInAName", get("A\0: b\r\n"s), "400 control_byte"},
        HeadCase{"DelInAValue", get("A: a\x7f\r\n"), "400 control_byte"},
        HeadCase{"EscapeInAValue", get("A: \x1b[31m\r\n"), "400 control_byte"},
        HeadCase{"Trace", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", "405 method_not_served"},
        HeadCase{"Connect", "CONNECT b:443 HTTP/1.1\r\nHost: a\r\n\r\n", "405 method_not_served"},
        HeadCase{"UnknownMethod", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", "501 method_unknown"},
        HeadCase{"MethodInLowerCase", "get / HTTP/1.1\r\nHost: a\r\n\r\n", "501 method_unknown"},
        HeadCase{"QuoteInTheMethod", "G\"T / HTTP/1.1\r\nHost: a\r\n\r\n", "400 method"},
        HeadCase{"MethodOf5kB", std::string(5000, 'G') + " / HTTP/1.1\r\nHost: a\r\n\r\n", "400 method"},
        HeadCase{"TlsHello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"s, "400 control_byte"},
        HeadCase{"TwoAuthorizations", get("Authorization: a\r\nauthorization: b\r\n"), "400 field_repeated"},
        HeadCase{"TwoContentTypes", get("Content-Type: a/b\r\nContent-Type: a/b\r\n"), "400 field_repeated"},
        HeadCase{"TwoOrigins", get("Origin: a\r\nOrigin: b\r\n"), "400 field_repeated"},
        HeadCase{"ConnectionOfNoToken", get("Connection: a b\r\n"), "400 connection"}),
    nameOf);

// SEC-HT-06: size. Refused when the limit is met, not when all of it has come.
INSTANTIATE_TEST_SUITE_P(
    Sizes, HostileHeads,
    testing::Values(HeadCase{"Header200kB", get("A: " + std::string(200'000, 'a') + "\r\n"), "431 head_size"},
                    HeadCase{"Name100kB", get(std::string(100'000, 'n') + ": a\r\n"), "431 head_size"},
                    HeadCase{"Target100kB", ofTarget("/" + std::string(100'000, 'a')), "414 request_line"},
                    HeadCase{"TargetJustOver", ofTarget("/" + std::string(8192, 'a')), "414 target_size"},
                    HeadCase{"Headers300",
                             [] {
                               std::string fields;
                               for (int i = 0; i < 300; ++i) fields += "X-" + std::to_string(i) + ": 1\r\n";
                               return get(fields);
                             }(),
                             "431 field_count"},
                    HeadCase{"Parameters5000",
                             [] {
                               std::string target = "/?";
                               for (int i = 0; i < 5000; ++i) target += "p" + std::to_string(i) + "=1&";
                               return ofTarget(target);
                             }(),
                             "414 request_line"}),
    nameOf);

// SEC-HT-08: a body that will not be read is refused by the head alone.
INSTANTIATE_TEST_SUITE_P(
    Bodies, HostileHeads,
    testing::Values(
        HeadCase{"PostWithoutLength", post(""), "411 length_required"},
        HeadCase{"PutWithoutLengthIn10", "PUT / HTTP/1.0\r\n\r\n", "411 length_required"},
        HeadCase{"Gigabyte", post("Content-Length: 1000000000\r\n"), "413 body_size"},
        HeadCase{"GigabyteOfAGet", get("Content-Length: 1000000000\r\n"), "413 body_size"},
        HeadCase{"GigabyteExpected", post("Expect: 100-continue\r\nContent-Length: 1000000000\r\n"), "413 body_size"},
        HeadCase{"OtherExpectation", post("Expect: 200-ok\r\nContent-Length: 1\r\n"), "417 expectation"},
        HeadCase{"TwoExpectations", post("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 1\r\n"),
                 "417 expectation"}),
    nameOf);

}  // namespace
}  // namespace sso::front::test
