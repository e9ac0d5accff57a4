# Sources of sso/login, listed by hand.
target_sources(modular_sso_sso PRIVATE)
