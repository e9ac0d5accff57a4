// SPDX-License-Identifier: Apache-2.0
#include "support/smtp_server.h"

namespace sso::test {

SmtpServer::SmtpServer(Behaviour behaviour) : behaviour_(std::move(behaviour)) {
  const auto script = [this](ScriptedSession& session) { converse(session); };
  if (behaviour_.kind == Kind::kPlain) {
    server_ = std::make_unique<ScriptedServer>(script);
  } else {
    server_ = std::make_unique<ScriptedServer>(
        script,
        ScriptedServer::Tls{.certificate = behaviour_.certificate, .onDemand = behaviour_.kind == Kind::kStartTls});
  }
}

void SmtpServer::converse(ScriptedSession& session) {
  const auto instead = [&](const std::string& command) {
    return behaviour_.instead && behaviour_.instead(session, command);
  };
  if (!instead("")) session.send("220 mail.test ESMTP\r\n");
  while (const auto command = session.readLine()) {
    note(*command, session.underTls() || behaviour_.kind == Kind::kTls);
    if (!instead(*command) && !answer(session, *command)) return;
  }
}

/// False ends the conversation.
bool SmtpServer::answer(ScriptedSession& session, const std::string& command) {
  if (command.starts_with("EHLO ")) return hello(session);
  if (command == "STARTTLS" && behaviour_.kind == Kind::kStartTls)
    return session.send("220 2.0.0 go\r\n") && session.startTls();
  if (command == "AUTH LOGIN") {
    for (const char* prompt : {"334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n"}) {
      if (!session.send(prompt)) return false;
      const auto response = session.readLine();
      if (!response) return false;
      note(*response, session.underTls() || behaviour_.kind == Kind::kTls);
    }
    return session.send("235 2.7.0 welcome\r\n");
  }
  if (command == "AUTH PLAIN") return session.send("334 \r\n");
  if (command.starts_with("AUTH PLAIN ")) return session.send("235 2.7.0 welcome\r\n");
  if (command.starts_with("MAIL FROM:") || command.starts_with("RCPT TO:")) return session.send("250 2.1.0 ok\r\n");
  if (command == "DATA") return session.send("354 go on\r\n") && takeMessage(session);
  if (command == "QUIT") return session.send("221 2.0.0 bye\r\n");
  return session.send("500 5.5.1 what\r\n");
}

bool SmtpServer::hello(ScriptedSession& session) {
  const bool underTls = session.underTls() || behaviour_.kind == Kind::kTls;
  std::string text = "250-mail.test\r\n";
  for (const auto& feature : underTls ? behaviour_.featuresUnderTls : behaviour_.features)
    text += "250-" + feature + "\r\n";
  if (behaviour_.kind == Kind::kStartTls && !underTls) text += "250-STARTTLS\r\n";
  return session.send(text + "250 8BITMIME\r\n");
}

bool SmtpServer::takeMessage(ScriptedSession& session) {
  std::string message;
  while (const auto line = session.readLine()) {
    if (*line == ".") {
      {
        std::lock_guard lock(mutex_);
        messages_.push_back(message);
      }
      return (behaviour_.instead && behaviour_.instead(session, ".")) || session.send("250 2.0.0 queued\r\n");
    }
    message += *line + "\r\n";
  }
  return false;
}

void SmtpServer::note(const std::string& line, bool underTls) {
  std::lock_guard lock(mutex_);
  commands_.push_back({line, underTls});
}

std::vector<SmtpServer::Command> SmtpServer::commands() const {
  std::lock_guard lock(mutex_);
  return commands_;
}

std::string SmtpServer::transcript() const {
  std::string all;
  for (const auto& command : commands()) all += command.line + "\n";
  return all;
}

std::vector<std::string> SmtpServer::messages() const {
  std::lock_guard lock(mutex_);
  return messages_;
}

}  // namespace sso::test
