// SPDX-License-Identifier: Apache-2.0
#include "pages/email_proof_page.h"

#include "mails.h"
#include "sso/error.h"
#include "text_rules.h"

namespace hostapp {
namespace {

// A login mails three times at most, but anybody whom their identity provider lets in may begin one after the other.
constexpr RateLimiter::Limit kPerAddress{6, std::chrono::hours(1)}, kPerNetwork{120, std::chrono::hours(1)};

constexpr const char* kNotSent =
    "The mail could not be sent. Nothing is lost: try again in a minute, or ask your administrator.";
constexpr const char* kNotTheLink =
    "That is not the newest link for this sign-in. Open the one from the last mail, in this browser.";

}  // namespace

EmailProofPage::EmailProofPage(std::shared_ptr<const Parts> parts)
    : parts_(std::move(parts)),
      perAddress_(kPerAddress, parts_->clock, {parts_->rates, "mails to an address"}),
      perNetwork_(kPerNetwork, parts_->clock, {parts_->rates, "mails of a network"}) {}

void EmailProofPage::addTo(Router& router, const std::shared_ptr<EmailProofPage>& page) {
  router.get(kPath, Access::kVisitor, [page](const Visit& visit) { return page->show(visit); });
  router.post(kPath, Access::kVisitor, [page](const Visit& visit) { return page->submit(visit); });
}

sso::WebResponse EmailProofPage::show(const Visit& visit) const {
  const auto pending = parts_->sso->pendingEmailProof(visit.request);
  if (pending) return form(visit, 200, *pending, "");
  Frame frame;
  frame.title = "Nothing waits here";
  frame.bare = true;
  return visitorPage(*parts_, visit, 410, "confirm_gone", frame, View(View::type::object));
}

sso::WebResponse EmailProofPage::submit(const Visit& visit) {
  const std::string action = fieldOf(visit, "action");
  if (action == "give_up") {
    auto answer = sso::WebResponse::redirect("/login");
    answer.cookies.push_back(parts_->sso->abandonEmailProof());
    return answer;
  }
  return action == "send" ? send(visit) : confirm(visit);
}

sso::WebResponse EmailProofPage::send(const Visit& visit) {
  const auto pending = parts_->sso->pendingEmailProof(visit.request);
  if (!pending) return show(visit);
  auto wait = perNetwork_.take(networkOf(visit.request.remoteAddress));
  if (!wait) wait = perAddress_.take(pending->email);
  if (wait) {
    auto answer = form(visit, 429, *pending, tooManyTries(*wait));
    addRetryAfter(answer, *wait);
    return answer;
  }
  const auto made = parts_->sso->newEmailProof(visit.request);
  if (!made) return form(visit, 409, *pending, "Three mails were sent for this sign-in. Start it again for another.");
  sso::WebResponse answer;
  try {
    if (!parts_->mail) throw sso::Error(sso::ErrorCode::kMailUnavailable, "mail", "no mail server is configured");
    parts_->mail->send(mails::emailProof(parts_->config.sso.baseUrl, kPath, *made));
    answer = sso::WebResponse::redirect(kPath);  // a reload asks again for the page, not for a mail
  } catch (const sso::Error& error) {
    if (error.code() != sso::ErrorCode::kMailUnavailable) throw;
    answer = form(visit, 503, *pending, kNotSent);
  }
  answer.cookies.push_back(made->cookie);
  return answer;
}

sso::WebResponse EmailProofPage::confirm(const Visit& visit) const {
  const auto pending = parts_->sso->pendingEmailProof(visit.request);
  if (!pending) return show(visit);
  // As it stands in the mail: behind the "#", or the whole address pasted.
  std::string token = fieldOf(visit, "token");
  if (const auto mark = token.rfind('#'); mark != std::string::npos) token.erase(0, mark + 1);
  if (auto answer = parts_->sso->completeEmailProof(visit.request, token)) return *answer;
  return form(visit, 400, *pending, kNotTheLink);
}

sso::WebResponse EmailProofPage::form(const Visit& visit, int status, const sso::PendingEmailProof& pending,
                                      const std::string& problem) const {
  View view;
  view.set("email", pending.email);
  view.set("organization", pending.organizationName);
  view.set("sent", pending.sent);
  view.set("may_send", pending.maySend);
  view.set("problem", problem);
  view.set("has_problem", !problem.empty());
  Frame frame;
  frame.title = std::string(problem.empty() ? "" : "Error: ") +
                (pending.sent ? "Open the link in your mail" : "Confirm your address");
  frame.bare = true;
  frame.script = "mail_link.js";
  return visitorPage(*parts_, visit, status, "confirm", frame, std::move(view));
}

}  // namespace hostapp
