// SPDX-License-Identifier: Apache-2.0
// Whose connections are counted together.
#include "connection_table.h"

#include <gtest/gtest.h>

namespace sso::front::detail {
namespace {

using Poco::Net::SocketAddress;

struct ConnectionTableTest : testing::Test {
  ConnectionTable table;
  ConnectionId last = 0;

  ConnectionTable::Ptr add(const SocketAddress& peer) {
    auto connection = std::make_shared<Connection>(++last, Descriptor(), nullptr, peer, HeadLimits{});
    table.add(connection, Clock::now());
    return connection;
  }
};

TEST_F(ConnectionTableTest, CountsAnAddressWhateverItsPort) {
  add(SocketAddress("192.0.2.1", 1000));
  add(SocketAddress("192.0.2.1", 1001));
  add(SocketAddress("192.0.2.2", 1000));
  EXPECT_EQ(table.of(SocketAddress("192.0.2.1", 9)), 2u);
  EXPECT_EQ(table.of(SocketAddress("192.0.2.2", 9)), 1u);
  EXPECT_EQ(table.of(SocketAddress("192.0.2.3", 9)), 0u);
}

TEST_F(ConnectionTableTest, CountsAMappedAddressAsWhatItIs) {
  add(SocketAddress("::ffff:192.0.2.1", 1000));
  add(SocketAddress("192.0.2.1", 1001));
  add(SocketAddress("::ffff:192.0.2.2", 1000));
  EXPECT_EQ(table.of(SocketAddress("::ffff:192.0.2.1", 9)), 2u);
  EXPECT_EQ(table.of(SocketAddress("::1", 9)), 0u);
}

// RFC 6177: one client has 64 bits of addresses to itself.
TEST_F(ConnectionTableTest, CountsAnIpv6NetworkAsOneClient) {
  const auto first = add(SocketAddress("2001:db8:0:1::1", 1000));
  add(SocketAddress("2001:db8:0:1:ffff:ffff:ffff:ffff", 1000));
  add(SocketAddress("2001:db8:0:2::1", 1000));
  const SocketAddress another("2001:db8:0:1::2", 9);
  EXPECT_EQ(table.of(another), 2u);
  EXPECT_EQ(table.oldestQuiet(&another), first);
  table.remove(first->id);
  EXPECT_EQ(table.of(another), 1u);
  EXPECT_EQ(table.of(SocketAddress("2001:db8:0:3::1", 9)), 0u);
}

TEST_F(ConnectionTableTest, CountsWhatEachConnectionIsIn) {
  const auto first = add(SocketAddress("192.0.2.1", 1000)), second = add(SocketAddress("192.0.2.1", 1001));
  table.move(*first, Connection::State::kInFlight, Clock::now() + std::chrono::hours(1));
  table.move(*second, Connection::State::kCollecting, Clock::now() + std::chrono::hours(2));
  EXPECT_EQ(table.in(Connection::State::kQuiet), 0u);
  EXPECT_EQ(table.in(Connection::State::kInFlight), 1u);
  EXPECT_EQ(table.in(Connection::State::kCollecting), 1u);
  EXPECT_EQ(table.nextDeadline(), first->deadline);
  EXPECT_EQ(table.oldestQuiet(nullptr), second) << "the one at work makes no room";
  table.move(*first, Connection::State::kLingering, Clock::now() + std::chrono::hours(3));
  EXPECT_EQ(table.nextDeadline(), second->deadline);
  table.remove(second->id);
  table.move(*second, Connection::State::kQuiet, Clock::now());
  EXPECT_EQ(table.nextDeadline(), first->deadline) << "what was removed does not come back";
  EXPECT_EQ(table.size(), 1u);
  table.remove(first->id);
  EXPECT_EQ(table.in(Connection::State::kLingering), 0u);
  EXPECT_FALSE(table.nextDeadline());
}

}  // namespace
}  // namespace sso::front::detail
