# SPDX-License-Identifier: Apache-2.0
# MODULAR_SSO_SANITIZE: "address,undefined" or "thread", for everything that is built.
if(MODULAR_SSO_SANITIZE)
  add_compile_options(-fsanitize=${MODULAR_SSO_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${MODULAR_SSO_SANITIZE})
  if(MODULAR_SSO_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
