// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sso/front/server.h"

namespace sso::front::test {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;
using std::chrono::milliseconds;

inline int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// A client that sends what it is told to. Whatever it waits for ends after 10 s at the latest.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receiveBuffer = 0) {
    if (receiveBuffer > 0) {
      socket_.init(AF_INET);
      socket_.setReceiveBufferSize(receiveBuffer);
    }
    socket_.connect(Poco::Net::SocketAddress("127.0.0.1", port));
    socket_.setReceiveTimeout(Poco::Timespan(10, 0));
    socket_.setNoDelay(true);
  }
  /// False when the server has closed.
  bool send(const std::string& bytes) {
    try {
      for (std::size_t sent = 0; sent < bytes.size();) {
        sent += static_cast<std::size_t>(socket_.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent)));
      }
      return true;
    } catch (const Poco::Exception&) {
      return false;
    }
  }
  /// What comes until this text does, or the server closes.
  std::string readUntil(const std::string& text) {
    while (received_.find(text) == std::string::npos && receive()) {
    }
    return received_;
  }
  /// What comes until the server closes; closed() says whether it did.
  std::string readAll() {
    while (receive()) {
    }
    return received_;
  }
  /// Takes one answer with a Content-Length off what came.
  std::string readAnswer(bool withBody = true) {
    readUntil("\r\n\r\n");
    const auto headEnd = received_.find("\r\n\r\n");
    if (headEnd == std::string::npos) return std::exchange(received_, {});
    std::size_t size = headEnd + 4;
    const auto length = received_.find("Content-Length: ");
    if (withBody && length < headEnd) size += std::stoul(received_.substr(length + 16));
    while (received_.size() < size && receive()) {
    }
    const std::string answer = received_.substr(0, size);
    received_.erase(0, size);
    return answer;
  }
  bool closed() const { return closed_; }
  bool wasReset() const { return reset_; }
  void shutdownSend() { socket_.shutdownSend(); }
  bool readable(milliseconds within) {
    return socket_.poll(Poco::Timespan(std::chrono::microseconds(within).count()), Poco::Net::Socket::SELECT_READ);
  }
  std::uint16_t ownPort() const { return socket_.address().port(); }

 private:
  bool receive() {
    char buffer[16384];
    try {
      const int got = socket_.receiveBytes(buffer, sizeof buffer);
      if (got > 0) {
        received_.append(buffer, static_cast<std::size_t>(got));
        return true;
      }
      closed_ = true;
    } catch (const Poco::TimeoutException&) {
      ADD_FAILURE() << "nothing came for 10 s after: " << received_.substr(0, 200);
    } catch (const Poco::Exception&) {
      closed_ = reset_ = true;
    }
    return false;
  }

  Poco::Net::StreamSocket socket_;
  std::string received_;
  bool closed_ = false, reset_ = false;
};

inline int statusOf(const std::string& answer) { return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3)); }

/// A gate that handlers wait at until the test opens it.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  /// Called by handlers.
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void waitForArrivals(int wanted) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(10), [&] { return arrived_ >= wanted; }));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool open_ = false;
};

/// A front on a free port of 127.0.0.1 whose every request runs a function of the test's.
class FrontTest : public testing::Test {
 protected:
  using Handle = std::function<void(HTTPServerRequest&, HTTPServerResponse&)>;

  void SetUp() override {
    options.notice = [this](const Notice& notice) {
      const std::lock_guard lock(mutex_);
      notices_.push_back(std::to_string(notice.status) + " " + std::string(notice.reason));
      changed_.notify_all();
    };
  }
  /// Waits for handlers that still run: they use what is below.
  void TearDown() override { server.reset(); }

  /// To be called once options are set. Clients may connect, and are not served before the server starts.
  std::uint16_t prepare() {
    Poco::Net::ServerSocket socket;
    socket.bind(Poco::Net::SocketAddress("127.0.0.1", 0), true, false);
    socket.listen(1024);
    server = std::make_unique<Server>(new Factory(*this), socket, options);
    return server->port();
  }
  std::uint16_t start() {
    const auto port = prepare();
    server->start();
    return port;
  }
  /// Sends on a connection of its own, which is then closed by the client, and returns all that comes.
  std::string exchange(const std::string& bytes) {
    RawClient client(server->port());
    client.send(bytes);
    client.shutdownSend();
    return client.readAll();
  }
  static std::string get(const std::string& fields = "", const std::string& target = "/p") {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
  }
  static std::string post(const std::string& fields, const std::string& body, const std::string& target = "/p") {
    return "POST " + target + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
  }
  static std::string readBody(HTTPServerRequest& request) {
    std::string body;
    for (char c = 0; request.stream().get(c);) body += c;
    return body;
  }

  /// Targets in the order in which handlers saw them.
  std::vector<std::string> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  std::vector<std::string> notices() {
    const std::lock_guard lock(mutex_);
    return notices_;
  }
  void waitForNotice(const std::string& notice, int times = 1) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, std::chrono::seconds(10), [&] {
      return std::count(notices_.begin(), notices_.end(), notice) >= times;
    })) << notice;
  }
  /// True as soon as it holds; false when it does not within 10 s.
  static bool eventually(const std::function<bool()>& holds) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::yield();
    }
    return true;
  }

  Gate gate;  ///< of the fixture: a handler may still stand in it when the body of a test is over
  ServerOptions options;
  Handle handle = [](HTTPServerRequest&, HTTPServerResponse& response) { response.sendBuffer("fine", 4); };
  std::unique_ptr<Server> server;

 private:
  class Handler : public Poco::Net::HTTPRequestHandler {
   public:
    explicit Handler(FrontTest& test) : test_(test) {}
    void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
      {
        const std::lock_guard lock(test_.mutex_);
        test_.seen_.push_back(request.getURI());
      }
      test_.handle(request, response);
    }

   private:
    FrontTest& test_;
  };
  class Factory : public Poco::Net::HTTPRequestHandlerFactory {
   public:
    explicit Factory(FrontTest& test) : test_(test) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const HTTPServerRequest& request) override {
      return request.getURI() == "/nobody" ? nullptr : new Handler(test_);
    }

   private:
    FrontTest& test_;
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> seen_, notices_;
};

}  // namespace sso::front::test
