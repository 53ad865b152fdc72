import { useEffect, useRef } from "preact/hooks";
import { orderById, select, selection, vehicleById } from "../store";
import { Events } from "./Events";
import { Close } from "./icons";
import { OrderDetail } from "./OrderDetail";
import { VehicleDetail } from "./VehicleDetail";

function Detail() {
  const chosen = selection.value;
  if (chosen?.kind === "vehicle") {
    const vehicle = vehicleById.value.get(chosen.id);
    return vehicle ? <VehicleDetail key={chosen.id} vehicle={vehicle} /> : <p class="empty">This vehicle is not in the fleet.</p>;
  }
  if (chosen?.kind === "order") {
    const order = orderById.value.get(chosen.id);
    return order ? <OrderDetail key={chosen.id} order={order} /> : <p class="empty">This order is not known.</p>;
  }
  return null;
}

/** Whoever chose with the keyboard goes on in the panel, and returns to where they were as it closes. */
function useFocus(chosen: string | undefined) {
  const button = useRef<HTMLButtonElement>(null);
  const from = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const now = document.activeElement;
    if (!chosen) {
      if (now === document.body) from.current?.focus();
      from.current = null;
    } else if (now instanceof HTMLElement && now.matches(".row:focus-visible")) {
      from.current = now;
      button.current?.focus();
    }
  }, [chosen]);
  return button;
}

/** On the right: what is selected; on a wide screen, the event feed when nothing is. */
export function Drawer() {
  const chosen = selection.value;
  const button = useFocus(chosen?.id);
  if (!chosen) {
    return (
      <aside class="right panel feed" aria-label="Events">
        <h2 class="feed-title">Events</h2>
        <div class="scroll"><Events /></div>
      </aside>
    );
  }
  return (
    <aside class="right panel drawer" aria-label={`${chosen.kind === "vehicle" ? "Vehicle" : "Order"} ${chosen.id}`}>
      <button type="button" class="square close" ref={button} aria-label="Close" onClick={() => { select(null); }}><Close /></button>
      <div class="scroll"><Detail /></div>
    </aside>
  );
}
