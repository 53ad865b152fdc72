import { useSignal } from "@preact/signals";
import { useKey as keepKey } from "../http";
import { connect } from "../live";

/** The gateway does not know us: ask for the operator's key. */
export function KeyDialog({ wrong }: { wrong: boolean }) {
  const typed = useSignal("");
  function send(event: Event) {
    event.preventDefault();
    keepKey(typed.value.trim());
    // Everything on the page starts anew, as the person whose key it is.
    connect();
    location.reload();
  }
  return (
    <div class="veil" role="dialog" aria-modal="true" aria-labelledby="key-title">
      <form class="dialog panel" onSubmit={send}>
        <h2 id="key-title">Who are you?</h2>
        <p class="hint">{wrong ? "The gateway does not know this key." : "The gateway lets in people it knows."} Enter your operator key; it is kept until this tab is closed.</p>
        <label class="field">
          <span>Operator key</span>
          <input type="password" autocomplete="current-password" required value={typed.value} onInput={(e) => (typed.value = e.currentTarget.value)} />
        </label>
        <div class="actions">
          <button type="submit" class="primary">Sign in</button>
        </div>
      </form>
    </div>
  );
}
