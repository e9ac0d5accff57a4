// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sso/http_types.h"

namespace hostapp {

/// A file of host-app/pages or host-app/assets, compiled into the program.
struct EmbeddedFile {
  std::string_view name;  ///< "assets/app.css"
  std::string_view content;
};
std::span<const EmbeddedFile> embeddedFiles();
/// The content of the file with this name; throws Error(kInternal) when there is none.
std::string_view embeddedFile(std::string_view name);

/// The few files that browsers may load, by their exact URLs and from memory: nothing here touches the file system
/// (SEC-HT-20). URLs carry a hash of the content, so browsers keep them for a year; those of the settings page's
/// library lie in one folder with a hash of them all, because its modules name each other. Immutable; thread-safe.
class Assets {
 public:
  Assets();
  /// nullopt when no asset has this path.
  std::optional<sso::WebResponse> answer(std::string_view path) const;
  /// The path to put into a page: "/assets/app.3f2a9c01d4e5.css" for "app.css".
  const std::string& urlOf(std::string_view name) const;

 private:
  void addPortalAssets();

  struct Asset {
    std::string contentType, cacheControl;
    std::string_view content;
  };
  std::map<std::string, Asset, std::less<>> byPath_;
  std::map<std::string, std::string, std::less<>> urls_;
};

}  // namespace hostapp
