// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <openssl/bio.h>

namespace sso::front::detail {

/// OpenSSL's view of a socket that it does not own. Its own socket BIO uses write(2), which raises SIGPIPE when the
/// client is gone; a library must not do that to its application, nor change its signal handling. Null without memory.
BIO* socketBio(int descriptor);

}  // namespace sso::front::detail
