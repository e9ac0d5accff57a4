// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "support/scripted_server.h"

namespace sso::test {

/// A mail server on 127.0.0.1 that takes every message, unless it is told to do something else. Ends with its scope.
class SmtpServer {
 public:
  enum class Kind { kPlain, kStartTls, kTls };

  /// One command as it came, and whether under TLS.
  struct Command {
    std::string line;
    bool underTls = false;
  };
  /// What the server does instead of its usual answer; true when it did something. The command before the first one is
  /// "" (the greeting); the end of a message is ".".
  using Instead = std::function<bool(ScriptedSession&, const std::string& command)>;

  struct Behaviour {
    Kind kind = Kind::kTls;
    Certificate certificate = {};                          ///< needed but for kPlain
    std::vector<std::string> features = {"SIZE 1000000"};  ///< beside STARTTLS
    std::vector<std::string> featuresUnderTls = {"AUTH PLAIN LOGIN"};
    Instead instead = nullptr;
  };

  explicit SmtpServer(Behaviour behaviour);

  int port() const { return server_->port(); }
  int accepted() const { return server_->accepted(); }
  std::vector<Command> commands() const;
  /// Every command in a line, to search for what must not have been sent.
  std::string transcript() const;
  /// Messages as they were sent, dots stuffed, without the line that ends them.
  std::vector<std::string> messages() const;

 private:
  void converse(ScriptedSession& session);
  bool answer(ScriptedSession& session, const std::string& command);
  bool hello(ScriptedSession& session);
  bool takeMessage(ScriptedSession& session);
  void note(const std::string& line, bool underTls);

  Behaviour behaviour_;
  mutable std::mutex mutex_;
  std::vector<Command> commands_;
  std::vector<std::string> messages_;
  std::unique_ptr<ScriptedServer> server_;  ///< last: its threads use the rest
};

}  // namespace sso::test
