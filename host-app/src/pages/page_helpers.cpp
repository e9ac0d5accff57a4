// SPDX-License-Identifier: Apache-2.0
#include "pages/page_helpers.h"

#include "sso/error.h"
#include "text_rules.h"

namespace hostapp {

std::string fieldOf(const Visit& visit, std::string_view name) { return visit.form.single(name).value_or(""); }

std::string queryOf(const Visit& visit, std::string_view name) {
  try {
    return sso::Parameters::parse(visit.request.query, 20, 2048).single(name).value_or("");
  } catch (const sso::Error&) {
    return "";
  }
}

sso::WebResponse visitorPage(const Parts& parts, const Visit& visit, int status, std::string_view name, Frame frame,
                             View content) {
  auto token = parts.csrf->visitorToken(visit.request);
  frame.csrfToken = token.token;
  auto answer = parts.pages->page(status, name, frame, std::move(content));
  if (token.cookie) answer.cookies.push_back(std::move(*token.cookie));
  return answer;
}

sso::WebResponse stepGonePage(const Parts& parts, const Visit& visit) {
  Frame frame;
  frame.title = "This step has expired";
  frame.bare = true;
  return visitorPage(parts, visit, 410, "step_gone", frame, View(View::type::object));
}

sso::WebResponse memberPage(const Parts& parts, const Visit& visit, int status, std::string_view name, Frame frame,
                            View content) {
  frame.who = &*visit.session;
  frame.csrfToken = parts.csrf->sessionToken(visit.session->idHash);
  return parts.pages->page(status, name, frame, std::move(content));
}

std::string tooManyTries(std::chrono::seconds wait) {
  return "Too many tries. Nothing is locked: wait " + formatWait(wait.count()) + ", then try again.";
}

void addRetryAfter(sso::WebResponse& answer, std::chrono::seconds wait) {
  answer.headers.emplace_back("Retry-After", std::to_string(wait.count()));
}

}  // namespace hostapp
