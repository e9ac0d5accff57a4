// SPDX-License-Identifier: Apache-2.0
#include "command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

#include "sso/error.h"
#include "sso/reason.h"

namespace hostapp {
namespace {

constexpr const char* kAbout =
    "Fieldnote, the reference application of Modular SSO for C++: its own users, passwords\n"
    "and sessions, with enterprise single sign-on through Scalekit.";

constexpr const char* kExamples =
    "Examples:\n"
    "  host-app                                    settings from the environment and from .env\n"
    "  host-app --config fieldnote.env             the same format as .env, in another place\n"
    "  host-app --seed demo.json                   create organizations and people, then serve\n"
    "  host-app --seed demo.json --seed-only       create them and exit; may be run again\n"
    "  host-app --migrate-only                     bring the database up to date, as its owner\n"
    "  host-app --print-config                     what it would run with, without secrets\n"
    "  host-app --replay 7K2M9QXD01                why a sign-in ended as it did, and would it now\n"
    "  host-app --dry-run claims.jsonl --organization org_1 --connection conn_1\n"
    "                                              what these people's sign-ins would come to\n"
    "  host-app --check-policy vectors.json        do these policies do what is expected of them\n"
    "\n"
    "Settings (docs/CONFIG.md has all): SCALEKIT_ENVIRONMENT_URL, SCALEKIT_CLIENT_ID,\n"
    "SCALEKIT_CLIENT_SECRET, APP_BASE_URL, APP_LISTEN, APP_SECRET_KEYS, APP_ENV, APP_DATA,\n"
    "DATABASE_URL. Secrets come from the environment or a file, never from the command line.\n"
    "Exit codes: 0 done, 1 failed, 2 misused or misconfigured. --replay and --check-policy: 1 when\n"
    "something is decided otherwise than it was or is expected (docs/POLICY.md).";

/// What is wrong, without a value: somebody who tries a secret as an option must not find it in a log (SEC-CF-04).
std::string mistake(const CLI::ParseError& error, const CLI::App& app) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) return error.what();
  const auto rest = app.remaining();
  const auto unknown = std::find_if(rest.begin(), rest.end(), [](const auto& word) { return word.starts_with('-'); });
  if (unknown == rest.end()) return "an argument that is no option";
  // "-sVALUE" is a short name with its value attached.
  const auto name = unknown->substr(0, unknown->starts_with("--") ? unknown->find('=') : 2);
  return "no such option: " + name + "; settings and secrets come from the environment or a file";
}

/// What is asked of the policy instead of serving: one question at a time.
void addReviewOptions(CLI::App& app, CommandLine& command) {
  auto* replay =
      app.add_option("--replay", command.replayReference,
                     "Tell the decision of this reference number, decide it again, and exit (docs/POLICY.md)")
          ->type_name("REFERENCE");
  auto* dryRun = app.add_option("--dry-run", command.claimsFile,
                                "Tell what sign-ins with the claims of this file would come to, and exit")
                     ->type_name("FILE");
  auto* organization = app.add_option("--organization", command.organizationId, "Whose sign-ins --dry-run tries")
                           ->type_name("ORG")
                           ->needs(dryRun);
  dryRun->needs(organization);
  app.add_option("--connection", command.connectionId, "Through which connection --dry-run tries them")
      ->type_name("CONN")
      ->needs(dryRun);
  auto* vectors = app.add_option("--check-policy", command.vectorsFile,
                                 "Tell which vectors of this file are decided otherwise than expected, and exit")
                      ->type_name("FILE");
  replay->excludes(dryRun)->excludes(vectors);
  dryRun->excludes(vectors);
  for (auto* question : {replay, dryRun, vectors}) question->excludes(app.get_option("--seed"));
}

}  // namespace

CommandLine parseCommandLine(int argc, const char* const* argv) {
  CommandLine command;
  std::string config, seed, listen;
  CLI::App app(kAbout, "host-app");
  app.footer(kExamples);
  app.set_version_flag("--version", std::string("host-app ") + HOST_APP_VERSION);
  app.add_option("--config", config, "Read settings from this file, too")->type_name("FILE");
  app.add_option("--listen", listen, "Listen here instead of at APP_LISTEN")->type_name("HOST:PORT");
  const auto* seedOption =
      app.add_option("--seed", seed, "Create the organizations and people of this file (docs/SEED.md)")
          ->type_name("FILE");
  app.add_flag("--seed-only", command.seedOnly, "Exit when the seed is written")->needs(app.get_option("--seed"));
  app.add_flag("--migrate-only", command.migrateOnly, "Bring the database up to date and exit (docs/DATABASE.md)");
  app.add_flag("--print-config", command.printConfig, "Print the settings, without secrets, and exit");
  addReviewOptions(app, command);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    command.done = true;
    command.exitCode = app.exit(success);
    return command;
  } catch (const CLI::ParseError& error) {
    std::cerr << "host-app: " << mistake(error, app) << " (see host-app --help)\n";
    command.done = true;
    command.exitCode = 2;
    return command;
  }
  if (!config.empty()) command.configFile = config;
  if (seedOption->count() > 0) command.seedFile = seed;
  if (!listen.empty()) command.listen = listen;
  return command;
}

Settings readSettings(const CommandLine& command) {
  Settings::Sources sources;
  sources.environment = Settings::processEnvironment();
  sources.configFile = command.configFile;
  auto settings = Settings::read(sources);
  if (command.listen) settings.set("APP_LISTEN", *command.listen);
  return settings;
}

std::optional<std::string> readSeed(const CommandLine& command) {
  if (!command.seedFile) return std::nullopt;
  std::ifstream in(*command.seedFile, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    throw sso::Error(sso::ErrorCode::kConfig, sso::reason::kConfig,
                     "cannot read the seed " + command.seedFile->string());
  }
  return text.str();
}

std::string readNamedFile(const std::filesystem::path& file, std::size_t most) {
  std::ifstream in(file, std::ios::binary);
  std::string text(most + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (!in && !in.eof())) {
    throw sso::Error(sso::ErrorCode::kConfig, sso::reason::kConfig, "cannot read " + file.string());
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

}  // namespace hostapp
