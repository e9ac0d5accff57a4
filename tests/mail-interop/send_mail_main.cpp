// SPDX-License-Identifier: Apache-2.0
// send_mail TO SUBJECT < TEXT: sends one message as the reference application with the settings of its environment
// would. A program of the tests, which hand its mail to servers that are not ours.
#include <iostream>
#include <iterator>

#include "app_config.h"
#include "settings.h"
#include "sso/error.h"
#include "sso/mail.h"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    hostapp::Settings::Sources sources;
    sources.environment = hostapp::Settings::processEnvironment();
    const auto config = hostapp::AppConfig::from(hostapp::Settings::read(sources), *sso::systemRandom());
    if (!config.mail) return 2;
    const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    sso::smtpMailSender(*config.mail, sso::stderrLog())->send({.to = argv[1], .subject = argv[2], .text = text});
    return 0;
  } catch (const sso::Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
