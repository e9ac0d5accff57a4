# Sources of sso/oidc, listed by hand.
target_sources(modular_sso_sso PRIVATE)
