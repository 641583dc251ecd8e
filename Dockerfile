# One image for the API, the workers and the migrations: what runs is named by the command.

FROM node:22.23.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

FROM node:22.23.2-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Optional are the embedded Postgres and the compilers: a built worker needs neither.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
# Temporal's native part comes for five platforms, and with its source.
RUN cd node_modules/@temporalio/core-bridge \
  && find releases -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} + \
  && rm -r sdk-core \
  && test -n "$(ls releases)"

FROM node:22.23.2-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/package.json ./
COPY --from=build /app/dist dist
COPY docker/demo.js docker/demo.js
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/health/live`).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/api/main.js"]
