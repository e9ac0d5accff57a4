// SPDX-License-Identifier: Apache-2.0
// Chunked bodies (SEC-HT-04; RFC 9112 7.1).
#include "chunked_decoder.h"

#include "unit/front/head_cases.h"

namespace sso::front::test {
namespace {

using namespace std::string_literals;
using detail::ChunkedDecoder;

struct Decoded {
  std::string body, verdict;  ///< verdict: "" is more, "done", or "400 chunk_size"
  std::size_t consumed = 0;
};

Decoded decode(std::string_view bytes, std::size_t piece = 1 << 20, std::uint64_t maxBody = 1 << 20) {
  ChunkedDecoder decoder(maxBody);
  Decoded result;
  for (std::string_view rest = bytes; decoder.state() == ChunkedDecoder::State::kMore && !rest.empty();) {
    const auto part = decoder.next(rest.substr(0, piece));
    result.body += part.data;
    result.consumed += part.consumed;
    rest.remove_prefix(part.consumed);
  }
  if (decoder.state() == ChunkedDecoder::State::kDone) result.verdict = "done";
  if (decoder.state() == ChunkedDecoder::State::kRefused) {
    result.verdict = std::to_string(decoder.refusal().status) + " " + std::string(decoder.refusal().reason);
  }
  return result;
}

TEST(ChunkedDecoderNext, TakesTheChunksOff) {
  const std::string bytes = "3\r\nabc\r\n00A\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n";
  for (const std::size_t piece : {1, 2, 7, 1000}) {
    const auto result = decode(bytes + "GET / HTTP/1.1\r\n", piece);
    EXPECT_EQ(result.verdict, "done");
    EXPECT_EQ(result.body, "abc0123456789");
    EXPECT_EQ(result.consumed, bytes.size());
  }
}

TEST(ChunkedDecoderNext, WaitsForTheLastByte) {
  const std::string bytes = "3\r\nabc\r\n0\r\n\r\n";
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_EQ(decode(bytes.substr(0, size)).verdict, "") << size;
}

TEST(ChunkedDecoderNext, CountsTheBodyToItsLimit) {
  EXPECT_EQ(decode("5\r\nabcde\r\n5\r\nabcde\r\n0\r\n\r\n", 100, 10).verdict, "done");
  EXPECT_EQ(decode("5\r\nabcde\r\n6\r\nabcde\r\n0\r\n\r\n", 100, 10).verdict, "413 body_size");
  EXPECT_EQ(decode("ffffffff\r\n", 100, 10).verdict, "413 body_size");
}

TEST(ChunkedDecoderNext, RefusesFramingThatOutweighsTheBody) {
  std::string bytes;
  for (int i = 0; i < 10'000; ++i) bytes += "1\r\nx\r\n";
  EXPECT_EQ(decode(bytes).verdict, "400 chunk_framing");
  std::string fair;
  for (int i = 0; i < 10'000; ++i) fair += "8\r\n12345678\r\n";
  EXPECT_EQ(decode(fair + "0\r\n\r\n").verdict, "done");
}

class HostileChunks : public testing::TestWithParam<HeadCase> {};
TEST_P(HostileChunks, AreRefusedForTheirReason) {
  for (const std::size_t piece : {1, 1000}) EXPECT_EQ(decode(GetParam().bytes, piece).verdict, GetParam().verdict);
}

// SEC-HT-04
INSTANTIATE_TEST_SUITE_P(
    Framing, HostileChunks,
    testing::Values(
        HeadCase{"SizeOverflow", "ffffffffffffffff\r\n", "400 chunk_size"},
        HeadCase{"SizeOverflowToFew", "10000000000000003\r\nabc\r\n", "400 chunk_size"},
        HeadCase{"ManyZeros", "0000000000000000\r\n\r\n", "400 chunk_size"},
        HeadCase{"NoSize", "\r\nabc", "400 chunk_size"}, HeadCase{"Negative", "-3\r\nabc\r\n", "400 chunk_size"},
        HeadCase{"Plus", "+3\r\nabc\r\n", "400 chunk_size"}, HeadCase{"HexPrefix", "0x3\r\nabc\r\n", "400 chunk_size"},
        HeadCase{"SpaceBefore", " 3\r\nabc\r\n", "400 chunk_size"},
        HeadCase{"SpaceAfter", "3 \r\nabc\r\n", "400 chunk_size"},
        HeadCase{"Underscore", "1_0\r\nabc\r\n", "400 chunk_size"},
        HeadCase{"Extension", "3;a=b\r\nabc\r\n", "400 chunk_extension"},
        HeadCase{"ExtensionWithLf", "3;\nabc\r\n", "400 chunk_extension"},
        HeadCase{"BareLfAfterSize", "3\nabc\r\n", "400 chunk_size"},
        HeadCase{"BareCrAfterSize", "3\rabc\r\n", "400 chunk_line_end"},
        HeadCase{"LongerThanItsSize", "3\r\nabcd\r\n", "400 chunk_longer_than_size"},
        HeadCase{"BareLfAfterData", "3\r\nabc\n0\r\n", "400 chunk_longer_than_size"},
        HeadCase{"BareCrAfterData", "3\r\nabc\rx", "400 chunk_line_end"},
        HeadCase{"BareLfAtTheEnd", "0\r\n\n", "400 bare_lf"}, HeadCase{"BareCrAtTheEnd", "0\r\n\rx", "400 bare_cr"},
        HeadCase{"TrailerWithoutColon", "0\r\nGET / HTTP/1.1\r\n\r\n", "400 field_without_colon"},
        HeadCase{"TrailerNameWithSpace", "0\r\nGET http: x\r\n\r\n", "400 field_name"},
        HeadCase{"FoldedTrailer", "0\r\nA: b\r\n c\r\n\r\n", "400 folded_line"},
        HeadCase{"NulInATrailer", "0\r\nA: \0\r\n\r\n"s, "400 control_byte"},
        HeadCase{"TrailingLength", "0\r\ncontent-length: 3\r\n\r\n", "400 trailer_field"},
        HeadCase{"TrailingCoding", "0\r\nTransfer-Encoding: chunked\r\n\r\n", "400 trailer_field"},
        HeadCase{"TrailingHost", "0\r\nHost: b\r\n\r\n", "400 trailer_field"},
        HeadCase{"TrailerTooLong", "0\r\nA: " + std::string(5000, 'a'), "431 trailer_size"},
        HeadCase{"TooManyTrailers",
                 [] {
                   std::string bytes = "0\r\n";
                   for (int i = 0; i < 17; ++i) bytes += "A: b\r\n";
                   return bytes;
                 }(),
                 "431 trailer_count"}),
    nameOf);

}  // namespace
}  // namespace sso::front::test
