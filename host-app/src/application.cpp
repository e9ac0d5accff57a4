// SPDX-License-Identifier: Apache-2.0
#include "application.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>

#include <chrono>

#include "app_factory.h"
#include "host_adapter.h"
#include "maintenance.h"
#include "migrations.h"
#include "pages/account_page.h"
#include "pages/audit_page.h"
#include "pages/dashboard_page.h"
#include "pages/email_proof_page.h"
#include "pages/emergency_page.h"
#include "pages/invitation_page.h"
#include "pages/invitations_page.h"
#include "pages/link_page.h"
#include "pages/mailbox_page.h"
#include "pages/migration_page.h"
#include "pages/people_page.h"
#include "pages/policy_page.h"
#include "pages/requests_page.h"
#include "pages/setup_link_section.h"
#include "pages/setup_page.h"
#include "pages/sign_in_pages.h"
#include "pages/sign_up_page.h"
#include "pages/sso_settings_page.h"
#include "pages/status_routes.h"
#include "pages/switch_page.h"
#include "password_sign_in.h"
#include "seed.h"
#include "sso/error.h"
#include "sso/front/server.h"
#include "sso/reason.h"

namespace hostapp {
namespace {

using std::chrono::milliseconds;

// A thread is held by a request only, not by a connection; but a sign-in may wait for Scalekit, and its thread with it.
constexpr std::size_t kThreads = 128, kQueue = 256;
constexpr int kBacklog = 1024;
constexpr milliseconds kGrace{4000}, kAfterCut{4000};

std::shared_ptr<sso::db::Database> openDatabase(const AppConfig& config) {
  sso::db::DatabaseOptions options;
  options.url = config.databaseUrl;
  options.poolSize = Application::kDatabaseConnections;
  options.requireTls = config.production();  // SEC-CF-09
  return sso::db::Database::open(options);
}

/// A mail server where one is set; otherwise a mailbox on a developer's machine and nothing in production, where nobody
/// would read one and it would keep one-time links.
void chooseMail(Parts& parts, std::shared_ptr<sso::MailSender> replacement) {
  if (replacement) {
    parts.mail = std::move(replacement);
  } else if (parts.config.mail) {
    parts.mail = sso::smtpMailSender(*parts.config.mail, parts.log);
  } else if (!parts.config.production()) {
    parts.mailbox = std::make_shared<DevelopmentMailbox>(parts.clock, parts.log);
    parts.mail = parts.mailbox;
  }
}

/// What the front refused or cut: anybody can cause it, but for a handler that failed.
void logNotice(sso::LogSink& log, const sso::front::Notice& notice) {
  sso::LogEvent event;
  const bool ours = notice.status >= 500 && notice.reason.starts_with("handler");
  event.level = ours ? sso::LogLevel::kError : notice.status == 0 ? sso::LogLevel::kDebug : sso::LogLevel::kInfo;
  event.byAnybody = !ours;
  event.name = "http.request.refused";
  event.fields = {
      {"status", std::to_string(notice.status)}, {"reason", std::string(notice.reason)}, {"client", notice.client}};
  log.write(event);
}

sso::front::ServerOptions serverOptions(const Parts& parts) {
  sso::front::ServerOptions options;
  // As much as the module's handlers take: an answer of Scalekit that is too long is a login that is refused and told.
  options.head.maxTargetBytes = 16 << 10;
  options.head.maxHeadBytes = 32 << 10;
  options.limits.threads = kThreads;
  // Half of them may wait for Scalekit: a quarter stays for everybody else, whatever Scalekit and slow clients do.
  options.limits.threadsForSlowClients = kThreads / 4;
  options.limits.maxQueued = kQueue;
  options.trustedProxies = parts.config.trustedProxies;
  if (parts.certificate) options.tls = parts.certificate->identity();
  options.secure = parts.config.production();  // here or in a proxy in front, TLS it is
  options.notice = [log = parts.log](const sso::front::Notice& notice) { logNotice(*log, notice); };
  return options;
}

}  // namespace

Application::Application(AppConfig config, const Overrides& overrides)
    : parts_(std::make_shared<Parts>()), stopping_(std::make_shared<std::atomic<bool>>(false)) {
  Parts& parts = *parts_;
  parts.config = std::move(config);
  parts.clock = overrides.clock ? overrides.clock : sso::systemClock();
  parts.random = overrides.random ? overrides.random : sso::systemRandom();
  parts.log = overrides.log ? overrides.log : sso::stderrLog();

  if (parts.config.tls) {
    parts.certificate = std::make_shared<TlsCertificate>(*parts.config.tls, parts.clock, parts.log);
  }
  parts.database = openDatabase(parts.config);
  parts.database->migrate("app", migrations());
  parts.storage = sso::db::openStorage(parts.database);

  parts.config.sso.maxWaiting = kThreads / 2;
  const bool secure = parts.config.production();
  const auto& keys = parts.config.sso.secretKeys;
  parts.assets = std::make_shared<Assets>();
  parts.pages = std::make_shared<PageRenderer>(parts.assets, parts.config.sso.keepIdTokenForLogout);
  parts.csrf = std::make_shared<CsrfGuard>(keys, parts.config.ownOrigin(), secure, parts.random);
  parts.sessions = std::make_shared<SessionKeeper>(parts.database, parts.clock, parts.random,
                                                   std::make_shared<sso::Sealer>(keys, parts.random), secure);
  parts.hasher = std::make_shared<PasswordHasher>(parts.random, overrides.passwordCost);
  parts.rates = SharedRates::open(parts.database);
  parts.limits = std::make_shared<SignInLimits>(parts.clock, parts.rates);
  parts.ssoLimits = std::make_shared<SsoLimits>(parts.config.sso, parts.clock, parts.rates);
  chooseMail(parts, overrides.mail);
  // Without anybody who delivers a link nobody is asked to wait for one.
  if (parts.mail) parts.config.sso.emailProofPath = EmailProofPage::kPath;

  sso::SsoDependencies dependencies;
  std::shared_ptr<const Notices> notices;
  if (parts.mail) {
    notices = std::make_shared<const Notices>(parts.database, std::make_shared<MailQueue>(parts.mail, parts.log),
                                              parts.config.sso.baseUrl);
  }
  dependencies.host =
      std::make_shared<AppHostAdapter>(parts.clock, parts.random, parts.sessions, parts.pages, std::move(notices));
  dependencies.storage = parts.storage;
  dependencies.transport = overrides.transport;
  dependencies.clock = parts.clock;
  dependencies.random = parts.random;
  dependencies.log = parts.log;
  parts.sso = overrides.makeModule ? overrides.makeModule(parts.config.sso, std::move(dependencies))
                                   : sso::SsoModule::create(parts.config.sso, std::move(dependencies));
  addRoutes();
}

Application::~Application() { stop(); }

void Application::addRoutes() {
  router_ = std::make_shared<Router>(parts_->csrf, parts_->sessions);
  const auto signIn = std::make_shared<PasswordSignIn>(parts_);
  SignInPages::addTo(*router_, std::make_shared<SignInPages>(parts_, signIn));
  SignUpPage::addTo(*router_, std::make_shared<SignUpPage>(parts_));
  LinkPage::addTo(*router_, std::make_shared<LinkPage>(parts_, signIn));
  SwitchPage::addTo(*router_, std::make_shared<SwitchPage>(parts_));
  DashboardPage::addTo(*router_, std::make_shared<DashboardPage>(parts_));
  AccountPage::addTo(*router_, std::make_shared<AccountPage>(parts_, signIn));
  SsoSettingsPage::addTo(*router_, std::make_shared<SsoSettingsPage>(parts_));
  EmailProofPage::addTo(*router_, std::make_shared<EmailProofPage>(parts_));
  PeoplePage::addTo(*router_, std::make_shared<PeoplePage>(parts_));
  InvitationPage::addTo(*router_, std::make_shared<InvitationPage>(parts_));
  InvitationsPage::addTo(*router_, std::make_shared<InvitationsPage>(parts_));
  RequestsPage::addTo(*router_, std::make_shared<RequestsPage>(parts_));
  PolicyPage::addTo(*router_, std::make_shared<PolicyPage>(parts_));
  MigrationPage::addTo(*router_, std::make_shared<MigrationPage>(parts_));
  SetupLinkSection::addTo(*router_, std::make_shared<SetupLinkSection>(parts_));
  SetupPage::addTo(*router_, std::make_shared<SetupPage>(parts_));
  EmergencyPage::addTo(*router_, std::make_shared<EmergencyPage>(parts_));
  AuditPage::addTo(*router_, std::make_shared<AuditPage>(parts_));
  MailboxPage::addTo(*router_, std::make_shared<MailboxPage>(parts_));
  StatusRoutes::addTo(*router_, std::make_shared<StatusRoutes>(parts_, stopping_));
}

void Application::seed(std::string_view json) {
  applySeed(parseSeed(json), *parts_->storage, *parts_->hasher, *parts_->random, parts_->sessions->now());
}

void Application::start() {
  const AppConfig& config = parts_->config;
  try {
    const Poco::Net::SocketAddress address(config.listenHost, config.listenPort);
    Poco::Net::ServerSocket socket;
    // Not the two-argument form: it sets SO_REUSEPORT, too, and a second process would share the port silently.
    socket.bind(address, /*reuseAddress=*/true, /*reusePort=*/false);
    socket.listen(kBacklog);
    server_ = std::make_unique<sso::front::Server>(handlers(), socket, serverOptions(*parts_));
    server_->start();
  } catch (const Poco::Exception&) {
    server_.reset();
    throw sso::Error(sso::ErrorCode::kConfig, sso::reason::kConfig,
                     "APP_LISTEN: cannot listen on " + config.listenHost + ":" + std::to_string(config.listenPort) +
                         " (is it in use, or not an address of this machine?)");
  }
  maintenance_ = std::make_unique<Maintenance>(parts_);
}

void Application::renewCertificate() {
  if (parts_->certificate) parts_->certificate->renew();
}

Poco::Net::HTTPRequestHandlerFactory::Ptr Application::handlers() const { return new AppFactory(parts_, router_); }

std::uint16_t Application::port() const { return server_ ? server_->port() : parts_->config.listenPort; }

bool Application::stop() {
  stopping_->store(true);
  maintenance_.reset();
  if (!server_) return true;
  if (!server_->stop(kGrace, kAfterCut)) return false;
  server_.reset();
  return true;
}

sso::WebResponse Application::respond(const sso::RequestInfo& request) const { return router_->respond(request); }

}  // namespace hostapp
