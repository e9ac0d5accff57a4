// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>

#include "sso/front/request_head.h"

namespace sso::front::test {

/// The verdict on these bytes in words: "" is incomplete, "ok", or "400 bare_lf".
inline std::string verdictOf(std::string_view bytes, const HeadLimits& limits = {}) {
  HeadReader reader(limits);
  switch (reader.read(bytes)) {
    case HeadReader::State::kIncomplete:
      return "";
    case HeadReader::State::kComplete:
      return "ok";
    default:
      return std::to_string(reader.refusal().status) + " " + std::string(reader.refusal().reason);
  }
}

inline RequestHead headOf(std::string_view bytes, const HeadLimits& limits = {}) {
  HeadReader reader(limits);
  EXPECT_EQ(reader.read(bytes), HeadReader::State::kComplete) << reader.refusal().reason;
  return reader.take();
}

/// A request with these field lines after Host.
inline std::string get(std::string_view fields) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}
inline std::string post(std::string_view fields) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}
inline std::string ofTarget(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

/// One hostile input and what must become of it.
struct HeadCase {
  const char* name;
  std::string bytes, verdict;
};
inline std::ostream& operator<<(std::ostream& out, const HeadCase& c) { return out << c.name; }
inline std::string nameOf(const testing::TestParamInfo<HeadCase>& info) { return info.param.name; }

}  // namespace sso::front::test
