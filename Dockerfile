# syntax=docker/dockerfile:1
# Modular SSO's reference application (target host-app, the default) and the local Scalekit (target simulator).
#   docker build -t modular-sso/host-app .
#   docker build -t modular-sso/simulator --target simulator .

FROM debian:12-slim AS build
WORKDIR /src
COPY tools/dev/packages.txt tools/dev/
RUN apt-get update \
 && apt-get install -y --no-install-recommends $(awk '!/^#/ && $2 == "build" { print $1 }' tools/dev/packages.txt) \
 && rm -rf /var/lib/apt/lists/*
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY front front
COPY sso sso
COPY db db
COPY admin-portal admin-portal
COPY host-app host-app
COPY simulator simulator
RUN cmake --preset release -DMODULAR_SSO_TESTS=OFF \
 && cmake --build build/release --target host-app scalekit-simulator \
 && mkdir -p /out \
 && find build/release -type f -executable \( -name host-app -o -name scalekit-simulator \) -exec install -s {} /out/ \;

# Only what the programs load, and curl for the health check.
FROM debian:12-slim AS runtime
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates curl libargon2-1 libidn2-0 libpococrypto80 libpocojson80 libpocojwt80 \
      libpoconet80 libpoconetssl80 libpocoutil80 libpq5 libsoci-core4.0 libsoci-postgresql4.0 libsoci-sqlite3-4.0 libsqlite3-0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home --home-dir /data app
USER app
WORKDIR /data

FROM runtime AS simulator
COPY --from=build /out/scalekit-simulator /usr/local/bin/
EXPOSE 8090
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8090/.well-known/openid-configuration"]
ENTRYPOINT ["scalekit-simulator"]
CMD ["--listen", "0.0.0.0:8090", "--base-url", "http://localhost:8090"]

FROM runtime AS host-app
COPY --from=build /out/host-app /usr/local/bin/
COPY --chown=root:root host-app/seed.demo.json /usr/local/share/modular-sso/
ENV APP_LISTEN=0.0.0.0:8080
EXPOSE 8080
# Liveness, not /readyz: an orchestrator that restarts what is unhealthy must not do so because Scalekit is away.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["host-app"]
