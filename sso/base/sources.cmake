# Sources of sso/base, listed by hand.
target_sources(modular_sso_sso PRIVATE)
