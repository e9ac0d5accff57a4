# Sources of sso/identity, listed by hand.
target_sources(modular_sso_sso PRIVATE)
