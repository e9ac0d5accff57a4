// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sso/error.h"
#include "sso/reason.h"

namespace sso::scalekit {

/// One answer of a list operation.
template <class T>
struct Page {
  std::vector<T> items = {};
  std::string nextPageToken = {};  ///< opaque; empty: this was the last page
  std::optional<std::uint64_t> totalSize = std::nullopt;
};

/// Everything a list operation has, fetched page by page while a loop walks over it:
///
///   for (const auto& organization : client->organizations().list()) ...
///
/// Nothing is fetched before begin(). Incrementing may throw what the operation throws. A list that changes while it is
/// walked may miss or repeat what changed. Threat: a server that hands out the same page token again, or never ends,
/// would keep a thread for ever; both end in Error(kUpstreamRejected). Each walk is for one thread.
template <class T>
class Listing {
 public:
  static constexpr std::size_t kMaxPages = 10'000;
  using FetchPage = std::function<Page<T>(const std::string& pageToken)>;

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;

    Iterator() = default;
    explicit Iterator(const FetchPage& fetch) : walk_(std::make_shared<Walk>(fetch)) { walk_->skipEmptyPages(); }
    const T& operator*() const { return walk_->page.items[walk_->index]; }
    const T* operator->() const { return &**this; }
    Iterator& operator++() {
      ++walk_->index;
      walk_->skipEmptyPages();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) { return !it.walk_ || it.walk_->atEnd(); }

   private:
    struct Walk {
      explicit Walk(const FetchPage& fetchPage) : fetch(fetchPage), page(fetch({})) {}
      bool atEnd() const { return index >= page.items.size(); }
      void skipEmptyPages() {
        while (atEnd() && !page.nextPageToken.empty()) {
          const bool fresh = tokens.insert(page.nextPageToken).second;
          if (!fresh || tokens.size() >= kMaxPages) {
            throw Error(ErrorCode::kUpstreamRejected, reason::kUpstream, "a list of the management API does not end");
          }
          page = fetch(page.nextPageToken);
          index = 0;
        }
      }
      const FetchPage fetch;
      Page<T> page;
      std::size_t index = 0;
      std::set<std::string> tokens;
    };
    std::shared_ptr<Walk> walk_;
  };

  explicit Listing(FetchPage fetch) : fetch_(std::move(fetch)) {}
  Iterator begin() const { return Iterator(fetch_); }
  std::default_sentinel_t end() const { return {}; }
  /// One page, for a user interface that shows pages itself; an empty token is the first.
  Page<T> page(const std::string& pageToken = {}) const { return fetch_(pageToken); }

 private:
  FetchPage fetch_;
};

}  // namespace sso::scalekit
