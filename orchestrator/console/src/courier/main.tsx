import "@fontsource-variable/inter/wght.css";
import "../style/tokens.css";
import "./courier.css";
import { render } from "preact";
import { Page } from "./Page";
import { start } from "./calling";

const root = document.getElementById("app");
if (!root) throw new Error("courier/index.html has no #app");
start();
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("./worker.js").catch(() => undefined);
render(<Page />, root);
