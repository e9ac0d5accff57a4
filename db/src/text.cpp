// SPDX-License-Identifier: Apache-2.0
#include "sso/db/text.h"

#include "sso/error.h"
#include "sso/reason.h"
#include "sso/utf8.h"

namespace sso::db {
namespace {

[[noreturn]] void refuse(std::string_view what) { throw Error(ErrorCode::kInvalidRequest, reason::kMalformed, what); }

}  // namespace

std::string requireText(std::string_view text, std::size_t maxBytes) {
  if (text.size() > maxBytes) refuse("text for the database is too long");
  if (text.find('\0') != std::string_view::npos) refuse("text for the database holds NUL");
  if (!isUtf8(text)) refuse("text for the database is not UTF-8");
  return std::string(text);
}

}  // namespace sso::db
