# The pages are built with everything installed; what runs has only what runs.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY src src
COPY locales locales
COPY scripts scripts
RUN node -e "import('./src/demo/build-page.ts').then(({ buildPage }) => buildPage())"
RUN node scripts/build-pages.ts
RUN node scripts/start.mjs --build-only

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0
COPY package.json package-lock.json .npmrc ./
# The image brings its own Node 24, so the pinned one is removed. The optional parts of sharp stay.
RUN npm ci --omit=dev && rm -rf node_modules/node-linux-* node_modules/node-bin-* node_modules/.bin/node && npm cache clean --force
COPY src src
COPY locales locales
COPY scripts/start.mjs scripts/bundle.ts scripts/
COPY --from=build /app/dist dist
RUN mkdir data && chown node:node data
USER node
VOLUME /app/data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "scripts/start.mjs"]
