// SPDX-License-Identifier: Apache-2.0
#include "pages/sign_in_pages.h"

#include "sso/error.h"
#include "sso/identity.h"
#include "text_rules.h"

namespace hostapp {
namespace {

Frame signInFrame(bool problem) {
  Frame frame;
  frame.title = problem ? "Error: Sign in" : "Sign in";
  frame.bare = true;
  return frame;
}

/// What every step carries on to the next.
View stepView(const std::string& email, const std::string& returnTo, const std::string& problem) {
  View view;
  view.set("email", email);
  view.set("has_email", !email.empty());
  view.set("return_to", returnTo);
  view.set("problem", problem);
  view.set("has_problem", !problem.empty());
  return view;
}

/// A step that a form post answered, and that nothing was decided in yet. Browsers show what they must not store again
/// only by sending the form once more ("Confirm form resubmission"), which is no way back from a company's sign-in.
sso::WebResponse comeBackTo(const Visit& visit, sso::WebResponse step) {
  if (visit.request.method == "POST" && step.status == 200)
    step.headers.emplace_back("Cache-Control", "private, no-cache");
  return step;
}

}  // namespace

SignInPages::SignInPages(std::shared_ptr<const Parts> parts, std::shared_ptr<const PasswordSignIn> signIn)
    : parts_(std::move(parts)), signIn_(std::move(signIn)) {}

void SignInPages::addTo(Router& router, const std::shared_ptr<SignInPages>& pages) {
  router.get("/login", Access::kVisitor, [pages](const Visit& visit) { return pages->show(visit); });
  router.post("/login", Access::kVisitor, [pages](const Visit& visit) { return pages->submit(visit); });
  router.post("/logout", Access::kMember, [pages](const Visit& visit) { return pages->logout(visit); });
}

sso::WebResponse SignInPages::show(const Visit& visit) const {
  if (visit.session) return sso::WebResponse::redirect(safeReturnPath(queryOf(visit, "return_to")));
  // The way in for break-glass owners, whose address alone would lead to the company's sign-in.
  if (queryOf(visit, "method") == "password") return passwordStep(visit, 200, "");
  if (queryOf(visit, "method") == "company") return companyStep(visit, 200, "");
  return emailStep(visit, 200, "");
}

sso::WebResponse SignInPages::submit(const Visit& visit) const {
  if (const auto password = visit.form.single("password")) return checkPassword(visit, *password);
  if (const auto company = visit.form.single("company")) return toNamedCompany(visit, *company);

  const auto email = sso::canonicalEmail(fieldOf(visit, "email"));
  if (!email) return emailStep(visit, 400, "Enter your whole work e-mail address, for example ada@example.com.");
  if (const auto wait = parts_->limits->tryEmail(*email, visit.request.remoteAddress)) {
    auto answer = emailStep(visit, 429, tooManyTries(*wait));
    addRetryAfter(answer, *wait);
    return answer;
  }
  const std::string method = fieldOf(visit, "method");
  if (method == "password") return passwordStep(visit, 200, "");

  const auto route = parts_->sso->routeFor(*email);
  if (!route.sso) return passwordStep(visit, 200, "");
  if (method == "sso" || !route.passwordAllowed) return toCompany(visit);
  return choiceStep(visit);
}

sso::WebResponse SignInPages::emailStep(const Visit& visit, int status, const std::string& problem) const {
  const std::string returnTo =
      visit.request.method == "POST" ? fieldOf(visit, "return_to") : queryOf(visit, "return_to");
  return visitorPage(*parts_, visit, status, "sign_in", signInFrame(!problem.empty()),
                     stepView(fieldOf(visit, "email"), safeReturnPath(returnTo), problem));
}

sso::WebResponse SignInPages::choiceStep(const Visit& visit) const {
  return comeBackTo(visit,
                    visitorPage(*parts_, visit, 200, "choose", signInFrame(false),
                                stepView(fieldOf(visit, "email"), safeReturnPath(fieldOf(visit, "return_to")), "")));
}

sso::WebResponse SignInPages::passwordStep(const Visit& visit, int status, const std::string& problem) const {
  const std::string returnTo =
      visit.request.method == "POST" ? fieldOf(visit, "return_to") : queryOf(visit, "return_to");
  return comeBackTo(visit, visitorPage(*parts_, visit, status, "password", signInFrame(!problem.empty()),
                                       stepView(fieldOf(visit, "email"), safeReturnPath(returnTo), problem)));
}

sso::WebResponse SignInPages::checkPassword(const Visit& visit, const std::string& password) const {
  const auto outcome = signIn_->signIn(visit.request, fieldOf(visit, "email"), password);
  switch (outcome.kind) {
    case PasswordOutcome::Kind::kSignedIn: {
      auto answer = sso::WebResponse::redirect(safeReturnPath(fieldOf(visit, "return_to")));
      answer.cookies.push_back(*outcome.cookie);
      return answer;
    }
    case PasswordOutcome::Kind::kWrong:
      return passwordStep(visit, 401, "The e-mail address and the password do not belong together. Try again.");
    case PasswordOutcome::Kind::kSsoRequired:
      throw sso::Error(sso::ErrorCode::kSsoRequired, "sso_required", "password of an organization that requires SSO");
    case PasswordOutcome::Kind::kDisabled:
      throw sso::Error(sso::ErrorCode::kAccountDisabled, "account_disabled", "password of an inactive account");
    case PasswordOutcome::Kind::kNoOrganization:
      return passwordStep(visit, 403, "You are no longer a member of any team. Ask a colleague to add you again.");
    case PasswordOutcome::Kind::kLimited: {
      auto answer = passwordStep(visit, 429, tooManyTries(outcome.wait));
      addRetryAfter(answer, outcome.wait);
      return answer;
    }
  }
  throw sso::Error(sso::ErrorCode::kInternal, "internal", "unknown outcome");
}

sso::WebResponse SignInPages::companyStep(const Visit& visit, int status, const std::string& problem) const {
  const std::string returnTo =
      visit.request.method == "POST" ? fieldOf(visit, "return_to") : queryOf(visit, "return_to");
  View view = stepView("", safeReturnPath(returnTo), problem);
  view.set("company", fieldOf(visit, "company"));
  return visitorPage(*parts_, visit, status, "company", signInFrame(!problem.empty()), std::move(view));
}

/// For people whose address says nothing of where they sign in: guests of a company.
sso::WebResponse SignInPages::toNamedCompany(const Visit& visit, const std::string& typed) const {
  const auto domain = sso::canonicalDomain(typed);
  if (!domain) return companyStep(visit, 400, "Enter the company's domain, for example acme.example.");
  if (const auto wait = parts_->limits->tryEmail(*domain + " " + networkOf(visit.request.remoteAddress),
                                                 visit.request.remoteAddress)) {
    auto answer = companyStep(visit, 429, tooManyTries(*wait));
    addRetryAfter(answer, *wait);
    return answer;
  }
  // Asked for an address of that domain that nobody has: the answer is about the domain alone.
  if (!parts_->sso->routeFor("guest@" + *domain).sso) {
    return companyStep(visit, 404, "No company signs in here with that domain. Ask who invited you which one it is.");
  }
  return begin(visit, "domain=" + sso::percentEncode(*domain));
}

sso::WebResponse SignInPages::toCompany(const Visit& visit) const {
  return begin(visit, "email=" + sso::percentEncode(fieldOf(visit, "email")));
}

sso::WebResponse SignInPages::begin(const Visit& visit, const std::string& selector) const {
  // Begun here and now instead of by a redirect to /sso/login?email=...: no address in a URL of ours, one hop less.
  sso::RequestInfo request = visit.request;
  request.method = "GET";
  request.path = parts_->sso->options().loginPath;
  request.query = selector + "&return_to=" + sso::percentEncode(safeReturnPath(fieldOf(visit, "return_to")));
  request.secFetchSite = "same-origin";  // the form was checked (CsrfGuard), whether or not the browser says so
  request.body.clear();
  request.contentType.clear();
  auto answer = parts_->sso->handle(request);
  if (!answer) throw sso::Error(sso::ErrorCode::kInternal, "internal", "the module does not own its login path");
  return parts_->pages->leavePage(std::move(*answer), "Taking you to your company's sign-in");
}

sso::WebResponse SignInPages::logout(const Visit& visit) const {
  const bool companyToo = fieldOf(visit, "company") == "1";
  return parts_->pages->leavePage(parts_->sso->logout(visit.request, companyToo), kSigningOutHeading);
}

}  // namespace hostapp
