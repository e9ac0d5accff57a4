# Sources of sso/http, listed by hand.
target_sources(modular_sso_sso PRIVATE)
