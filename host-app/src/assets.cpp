// SPDX-License-Identifier: Apache-2.0
#include "assets.h"

#include <array>

#include "sso/admin_portal/page_parts.h"
#include "sso/digest.h"
#include "sso/error.h"
#include "sso/reason.h"

namespace hostapp {
namespace {

constexpr std::string_view kFolder = "assets/";
constexpr std::string_view kForGood = "public, max-age=31536000, immutable";
constexpr std::array<std::string_view, 4> kPortalAssets{"portal.css", "portal.js", "portal_events.js", "setup_link.js"};

std::string contentTypeOf(std::string_view name) {
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  if (name.ends_with(".txt")) return "text/plain; charset=utf-8";
  throw sso::Error(sso::ErrorCode::kInternal, sso::reason::kInternal, "asset of an unknown kind");
}

}  // namespace

std::string_view embeddedFile(std::string_view name) {
  for (const auto& file : embeddedFiles()) {
    if (file.name == name) return file.content;
  }
  throw sso::Error(sso::ErrorCode::kInternal, sso::reason::kInternal, "no embedded file " + std::string(name));
}

Assets::Assets() {
  for (const auto& file : embeddedFiles()) {
    if (!file.name.starts_with(kFolder)) continue;
    const std::string name(file.name.substr(kFolder.size()));
    const auto dot = name.rfind('.');
    const std::string url =
        "/assets/" + name.substr(0, dot) + "." + sso::sha256Hex(file.content).substr(0, 12) + name.substr(dot);
    urls_[name] = url;
    byPath_[url] = {contentTypeOf(name), std::string(kForGood), file.content};
    // These are asked for by fixed names.
    if (name == "robots.txt" || name == "favicon.svg") {
      byPath_["/" + name] = {contentTypeOf(name), "public, max-age=86400", file.content};
    }
  }
  addPortalAssets();
}

void Assets::addPortalAssets() {
  std::string all;
  for (const auto name : kPortalAssets) all += sso::admin_portal::asset(name);
  const std::string folder = "/assets/portal." + sso::sha256Hex(all).substr(0, 12) + "/";
  for (const auto name : kPortalAssets) {
    const std::string url = folder + std::string(name);
    urls_[std::string(name)] = url;
    byPath_[url] = {contentTypeOf(name), std::string(kForGood), sso::admin_portal::asset(name)};
  }
}

std::optional<sso::WebResponse> Assets::answer(std::string_view path) const {
  const auto found = byPath_.find(path);
  if (found == byPath_.end()) return std::nullopt;
  sso::WebResponse answer;
  answer.contentType = found->second.contentType;
  answer.body = found->second.content;
  answer.headers.emplace_back("Cache-Control", found->second.cacheControl);
  return answer;
}

const std::string& Assets::urlOf(std::string_view name) const {
  const auto found = urls_.find(name);
  if (found == urls_.end()) throw sso::Error(sso::ErrorCode::kInternal, sso::reason::kInternal, "no such asset");
  return found->second;
}

}  // namespace hostapp
