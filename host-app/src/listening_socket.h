// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/ServerSocket.h>

namespace hostapp {

/// A Poco server socket whose connections cost less. For each request Poco's own asks for both addresses again and
/// waits through an epoll set that it makes, fills and closes: six system calls, of which one is needed. Here a
/// connection learns its addresses when it is accepted, and waits with poll(2).
///
/// Poco copies a ServerSocket by its base class; what is special lives in the implementation behind it, so that is
/// safe.
class ListeningSocket : public Poco::Net::ServerSocket {
 public:
  ListeningSocket();
};

}  // namespace hostapp
