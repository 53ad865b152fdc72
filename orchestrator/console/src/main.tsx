import "@fontsource-variable/inter/wght.css";
import "./style/tokens.css";
import "./style/layout.css";
import "./style/lists.css";
import "./style/drawer.css";
import "./style/controls.css";
import { render } from "preact";
import { startClock } from "./clock";
import { startLive } from "./live";
import { App } from "./parts/App";

const root = document.getElementById("app");
if (!root) throw new Error("index.html has no #app");
startClock();
startLive();
render(<App />, root);
