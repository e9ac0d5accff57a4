# Sources of sso/scalekit, listed by hand.
target_sources(modular_sso_sso PRIVATE)
