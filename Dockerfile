# KeeperCheky in a container: settings and state in /config, the pages on port 8484. See docs/install.md.

FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv --without-pip /opt/keepercheky
# What it is made of, exactly as locked; this layer is built anew only when the lock file changes.
COPY requirements.lock ./
RUN pip --python /opt/keepercheky/bin/python install --only-binary :all: --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY keepercheky keepercheky
RUN pip --python /opt/keepercheky/bin/python install --no-deps .

FROM python:3.12-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="KeeperCheky" \
      org.opencontainers.image.description="Cleans up home media libraries, safely" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# Inside a container the pages must listen everywhere; which addresses lead there, `ports` says.
ENV PATH=/opt/keepercheky/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    KEEPERCHEKY_WEB__BIND=0.0.0.0:8484
COPY --from=build /opt/keepercheky /opt/keepercheky
RUN install -d -o 1000 -g 1000 -m 0750 /config
# Any other number will do (`user:`), as long as /config is its own.
USER 1000:1000
WORKDIR /config
VOLUME /config
EXPOSE 8484
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["keepercheky", "health"]
ENTRYPOINT ["keepercheky"]
CMD ["serve"]
