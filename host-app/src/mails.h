// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "sso/invitations.h"
#include "sso/mail.h"
#include "sso/sso_module.h"

/// The words of the mails that this application sends. Plain text, the link on a line of its own, its token behind `#`:
/// what reads mail on its way to a person, and opens links to look at them, takes nothing away. Pure.
namespace hostapp::mails {

/// baseUrl: what browsers see of the application; loginPath: where a sign-in with a company begins. team, inviter: to
/// show; both lines of plain text.
sso::MailMessage invitation(std::string_view baseUrl, std::string_view loginPath, const sso::NewInvitation& made,
                            std::string_view team, std::string_view inviter);
sso::MailMessage emailProof(std::string_view baseUrl, std::string_view path, const sso::EmailProofMail& made);

}  // namespace hostapp::mails
