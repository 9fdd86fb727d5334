# syntax=docker/dockerfile:1
# The service without the simulated Twilio, for production: `docker build --tag atlas .`

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# The caches keep what was compiled between builds; what the image gets is copied out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --release --package atlas-server --no-default-features \
    && install -D target/release/atlas-server /out/atlas-server \
    && mkdir /out/data

# glibc (the one that the build has), libgcc and certificates; no shell, no package manager.
FROM gcr.io/distroless/cc-debian12:nonroot
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Atlas" \
      org.opencontainers.image.description="A self-hosted call service for Twilio" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

COPY --from=build /out/atlas-server /usr/local/bin/atlas-server
# A volume begins with the owner that this folder has.
COPY --from=build --chown=65532:65532 /out/data /data

# HOST is 0.0.0.0 in production. The file is only used without MONGO_URI.
ENV ENVIRONMENT=production \
    PORT=8000 \
    SQLITE_PATH=/data/atlas.db

# A number, so that an orchestrator can see that it is not root.
USER 65532:65532
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["/usr/local/bin/atlas-server", "health"]
ENTRYPOINT ["/usr/local/bin/atlas-server"]
CMD ["serve"]
