import "@fontsource-variable/inter/wght.css";
import "../style/tokens.css";
import "./track.css";
import { render } from "preact";
import { Page } from "./Page";
import { start } from "./following";

const root = document.getElementById("app");
if (!root) throw new Error("track/index.html has no #app");
start();
render(<Page />, root);
