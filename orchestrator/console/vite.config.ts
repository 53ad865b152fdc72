import { defineConfig } from "vite";

// The console, the couriers' page and its worker, the recipients' page; relative addresses only, so that a proxy may serve
// them under any path.
export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    sourcemap: false,
    // MapLibre is most of the console; splitting it would only delay the first picture.
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: { console: "index.html", courier: "courier/index.html", track: "track/index.html", worker: "src/courier/worker.ts" },
      output: {
        // A worker serves the folder that it lies in, and its name must last.
        entryFileNames: (chunk) => (chunk.name === "worker" ? "courier/worker.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  server: {
    proxy: { "/v1": { target: "http://127.0.0.1:8080", ws: true } },
  },
});
