# Two targets: `base` (default), and `full`, which adds LibreOffice for old Office documents.
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
COPY dashboard ./dashboard
RUN npm ci --ignore-scripts --no-audit --no-fund \
    && npm run build \
    && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:22-bookworm-slim AS base
ENV NODE_ENV=production SHEAF_DATA_DIR=/data SHEAF_HOST=0.0.0.0
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
# The embedded database runs as the same user, which needs an entry in the password file: `node` has one.
RUN install -d -o node -g node -m 0755 /data
# By its number, so that a cluster sees that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 8787
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["serve"]

FROM base AS full
USER 0:0
# Versions are left open: security updates are wanted, and the distribution keeps no older ones.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui \
       libreoffice-impress-nogui fonts-dejavu \
    && rm -rf /var/lib/apt/lists/*
USER 1000:1000

# The last one is built without a target.
FROM base
