// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <kainjow/mustache.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "assets.h"
#include "sso/http_types.h"
#include "stores/session_store.h"

namespace hostapp {

/// What a template may read.
using View = kainjow::mustache::data;
/// A template inside a template, by its text.
using Partial = kainjow::mustache::partial;

/// What stands around a page's own content.
struct Frame {
  std::string title;
  const sessions::SignedIn* who = nullptr;  ///< null: nobody is signed in
  std::string csrfToken = {};               ///< for every form on the page
  std::string current = {};                 ///< the entry of the navigation that this page is
  bool portalAssets = false;                ///< the style and the script of the settings page's library
  std::string script = {};                  ///< an asset of ours that the page needs besides; empty: none
  std::string leaveFor = {};                ///< absolute URL to go to at once, see PageRenderer::leavePage
  bool bare = false;                        ///< no "Sign in" in the header: the page is about that
};

/// Fills the templates of host-app/pages. They escape by default, and none may switch that off (a test reads them all).
/// Immutable; thread-safe.
class PageRenderer {
 public:
  /// companyLogout: offer to sign out of the company's sign-in as well.
  PageRenderer(std::shared_ptr<const Assets> assets, bool companyLogout);

  /// name: "dashboard" for pages/dashboard.html.
  sso::WebResponse page(int status, std::string_view name, const Frame& frame, View content) const;
  /// A part of a page without the layout, with every value escaped. partial: text of a template, never rendered text.
  std::string part(std::string_view partial, const View& content) const;
  sso::WebResponse errorPage(const sso::ErrorView& error) const;
  /// An answer to a form post that must end at another site. Browsers hold our form-action policy against the whole
  /// chain of redirects after a form post, and the company's identity provider at its end is unknown to us. So a
  /// redirect to another origin becomes a page that goes there by itself (W3C CSP 3, 6.4.1.1: navigation, not form
  /// submission); a redirect to a path of ours stays one.
  /// heading: what a person who waits there is told.
  sso::WebResponse leavePage(sso::WebResponse redirect, std::string_view heading) const;

 private:
  std::shared_ptr<const Assets> assets_;
  bool companyLogout_;
};

}  // namespace hostapp
