// SPDX-License-Identifier: Apache-2.0
#include "listening_socket.h"

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include <thread>

namespace hostapp {
namespace {

using Poco::Timespan;
using Poco::Net::ServerSocket;
using Poco::Net::Socket;
using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;

const Timespan kAtOnce(0, 0), kLong(30, 0);

/// One connection to a listening socket, taken as Poco's server takes it: from a copy by the base class.
struct ListeningSocketTest : testing::Test {
  StreamSocket client, accepted;

  void SetUp() override {
    ListeningSocket listening;
    listening.bind(SocketAddress("127.0.0.1", 0), true, false);
    listening.listen(1);
    ServerSocket copy(listening);
    client.connect(listening.address());
    accepted = copy.acceptConnection();
  }
};

TEST_F(ListeningSocketTest, KnowsBothAddresses) {
  EXPECT_EQ(accepted.address().toString(), client.peerAddress().toString());
  EXPECT_EQ(accepted.peerAddress().toString(), client.address().toString());
}

TEST_F(ListeningSocketTest, KnowsThemWhenThePeerIsGone) {
  const std::string peer = client.address().toString();
  client.setLinger(true, 0);  // a reset, after which the kernel knows no peer any more
  client.close();
  ASSERT_TRUE(accepted.poll(kLong, Socket::SELECT_READ));
  EXPECT_EQ(accepted.peerAddress().toString(), peer);
}

TEST_F(ListeningSocketTest, WaitsForNoLongerThanItIsTold) {
  EXPECT_FALSE(accepted.poll(kAtOnce, Socket::SELECT_READ));
  EXPECT_FALSE(accepted.poll(Timespan(0, 20000), Socket::SELECT_READ));
  EXPECT_TRUE(accepted.poll(kAtOnce, Socket::SELECT_WRITE));
}

TEST_F(ListeningSocketTest, SeesWhatArrives) {
  client.sendBytes("x", 1);
  EXPECT_TRUE(accepted.poll(kLong, Socket::SELECT_READ));
}

TEST_F(ListeningSocketTest, SeesTheEnd) {
  client.close();
  EXPECT_TRUE(accepted.poll(kLong, Socket::SELECT_READ));
  char byte = 0;
  EXPECT_EQ(accepted.receiveBytes(&byte, 1), 0);
}

/// How Poco's server ends a connection that is waiting for its next request.
TEST_F(ListeningSocketTest, AShutdownEndsTheWait) {
  bool seen = false;
  std::thread waiter([&] { seen = accepted.poll(kLong, Socket::SELECT_READ); });
  accepted.shutdown();
  waiter.join();
  EXPECT_TRUE(seen);
}

TEST_F(ListeningSocketTest, ReportsADescriptorThatIsNoneAnyMore) {
  accepted.close();
  EXPECT_THROW(accepted.poll(kAtOnce, Socket::SELECT_READ), Poco::Exception);
}

}  // namespace
}  // namespace hostapp
