import { useEffect } from "preact/hooks";
import { key, unknownToGateway } from "../http";
import { link } from "../live";
import { ready, select, selection } from "../store";
import { Attention, Newest } from "./Attention";
import { CloseArea, closingArea } from "./CloseArea";
import { Drawer } from "./Drawer";
import { Guarded } from "./Guarded";
import { KeyDialog } from "./KeyDialog";
import { Lists } from "./Lists";
import { MapPane } from "./MapPane";
import { PlaceOrder, placing } from "./PlaceOrder";
import { StaleNote } from "./StaleNote";
import { TopBar } from "./TopBar";

/** Escape closes what is on top, N opens the order form; never while somebody types. */
function shortcut(event: KeyboardEvent): void {
  const typing = event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
  if (event.key === "Escape") {
    if (placing.value) placing.value = false;
    else if (closingArea.value) closingArea.value = false;
    else select(null);
  } else if (event.key.toLowerCase() === "n" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    closingArea.value = false;
    placing.value = true;
  }
}

export function App() {
  useEffect(() => {
    addEventListener("keydown", shortcut);
    return () => { removeEventListener("keydown", shortcut); };
  }, []);
  const stale = ready.value && link.value.kind !== "live";
  const chosen = selection.value;
  return (
    <div class={`app${stale ? " stale" : ""}${chosen ? " chosen" : ""}${placing.value || closingArea.value ? " placing" : ""}`}>
      <MapPane />
      <TopBar />
      <aside class="left panel" aria-label="Fleet">
        <Guarded what="What needs attention"><Attention /></Guarded>
        <Guarded what="The list"><Lists /></Guarded>
      </aside>
      <Guarded what={chosen ? `The panel of ${chosen.id}` : "The panel"} subject={chosen?.id} where="right panel failed">
        <Drawer />
      </Guarded>
      {placing.value && <PlaceOrder />}
      {closingArea.value && <CloseArea />}
      <Newest />
      <StaleNote />
      {unknownToGateway.value && <KeyDialog wrong={key.value !== ""} />}
    </div>
  );
}
