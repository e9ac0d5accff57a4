// SPDX-License-Identifier: Apache-2.0
#include "pages/mailbox_page.h"

#include <algorithm>
#include <charconv>

#include "development_mailbox.h"
#include "json_object.h"
#include "sso/error.h"
#include "sso/reason.h"
#include "text_rules.h"

namespace hostapp {
namespace {

constexpr const char* kPath = "/dev/mailbox";

View rowOfMail(const DevelopmentMailbox::Mail& mail, std::int64_t now) {
  View row;
  row.set("number", std::to_string(mail.number));
  row.set("to", mail.message.to);
  row.set("subject", mail.message.subject);
  row.set("at", formatAgo(mail.at, now));
  return row;
}

View openedMail(const DevelopmentMailbox::Mail& mail, std::string_view baseUrl) {
  View pieces(View::type::list);
  for (const auto& piece : piecesOf(mail.message.text, baseUrl)) {
    View part;
    part.set("text", piece.text);
    part.set("is_link", piece.isLink);
    pieces << part;
  }
  View view;
  view.set("to", mail.message.to);
  view.set("subject", mail.message.subject);
  view.set("at", formatMoment(mail.at));
  view.set("pieces", pieces);
  return view;
}

/// The mail that ?mail= names; nullopt when it names none. Throws Error(kNotFound) for one that is not there.
std::optional<DevelopmentMailbox::Mail> chosenMail(const DevelopmentMailbox& mailbox, const std::string& text) {
  if (text.empty()) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  auto found = error == std::errc{} && end == text.data() + text.size() ? mailbox.find(number) : std::nullopt;
  if (!found) throw sso::Error(sso::ErrorCode::kNotFound, sso::reason::kHost, "no such mail");
  return found;
}

}  // namespace

std::vector<MailPiece> piecesOf(std::string_view text, std::string_view baseUrl) {
  std::vector<MailPiece> pieces;
  const auto add = [&pieces](std::string_view words, bool isLink) {
    if (!words.empty()) pieces.push_back({std::string(words), isLink});
  };
  std::size_t from = 0;
  for (std::size_t at = text.find(baseUrl); !baseUrl.empty() && at != std::string_view::npos;) {
    std::size_t end = std::min(text.find_first_of(" \t\n<>\"'", at), text.size());
    while (end > at && std::string_view(".,;:!?)").find(text[end - 1]) != std::string_view::npos) --end;
    const std::string_view rest =
        text.substr(std::min(at + baseUrl.size(), end), end - std::min(at + baseUrl.size(), end));
    const bool wordBegins = at == 0 || std::string_view(" \t\n<(\"'").find(text[at - 1]) != std::string_view::npos;
    if (wordBegins && end >= at + baseUrl.size() && (rest.empty() || rest[0] == '/')) {
      add(text.substr(from, at - from), false);
      add(text.substr(at, end - at), true);
      from = end;
    }
    at = text.find(baseUrl, std::max(end, at + baseUrl.size()));
  }
  add(text.substr(from), false);
  return pieces;
}

MailboxPage::MailboxPage(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

void MailboxPage::addTo(Router& router, const std::shared_ptr<MailboxPage>& page) {
  if (!page->parts_->mailbox) return;
  router.get(kPath, Access::kVisitor, [page](const Visit& visit) { return page->show(visit); });
}

sso::WebResponse MailboxPage::show(const Visit& visit) const {
  if (visit.request.wantsJson()) return asJson();
  const auto now = sso::toEpochSeconds(parts_->clock->now());
  const auto chosen = chosenMail(*parts_->mailbox, queryOf(visit, "mail"));
  View rows(View::type::list);
  std::size_t count = 0;
  for (const auto& mail : parts_->mailbox->mails()) {
    View row = rowOfMail(mail, now);
    row.set("is_open", chosen && chosen->number == mail.number);
    rows << row;
    ++count;
  }
  View view;
  view.set("mails", rows);
  view.set("has_mails", count > 0);
  view.set("is_full", count == DevelopmentMailbox::kMostMails);
  view.set("most", std::to_string(DevelopmentMailbox::kMostMails));
  view.set("is_open", chosen.has_value());
  if (chosen) view.set("mail", openedMail(*chosen, parts_->config.sso.baseUrl));
  Frame frame;
  frame.title = chosen ? chosen->message.subject : std::string("Mailbox");
  if (visit.session) return memberPage(*parts_, visit, 200, "mailbox", frame, std::move(view));
  return visitorPage(*parts_, visit, 200, "mailbox", frame, std::move(view));
}

sso::WebResponse MailboxPage::asJson() const {
  std::string all;
  for (const auto& mail : parts_->mailbox->mails()) {
    all += (all.empty() ? "" : ",") + JsonObject()
                                          .text("to", mail.message.to)
                                          .text("subject", mail.message.subject)
                                          .text("text", mail.message.text)
                                          .number("at", mail.at)
                                          .str();
  }
  return sso::WebResponse::json(200, "[" + all + "]");
}

}  // namespace hostapp
