import { defineConfig } from "vite";

// One page, relative addresses only, so that a proxy may serve it under any path.
export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    sourcemap: false,
    // MapLibre is most of the page; splitting it would only delay the first picture.
    chunkSizeWarningLimit: 1500,
  },
  server: {
    proxy: { "/v1": { target: "http://127.0.0.1:8080", ws: true } },
  },
});
