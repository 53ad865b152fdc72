import { useSignal } from "@preact/signals";
import { Refusal, giveSignIn } from "../http";
import type { Vehicle } from "../wire";
import { dayTime } from "../words";

/** A link with which a courier signs in on a phone; made anew at each click, and told to the journal. */
export function SignInLink({ vehicle }: { vehicle: Vehicle }) {
  const link = useSignal("");
  const said = useSignal("");
  async function give() {
    try {
      const given = await giveSignIn(vehicle.id);
      link.value = new URL(given.path, document.baseURI).href;
      said.value = `Whoever has it acts as ${vehicle.id} until ${dayTime(given.until_s)}.`;
    } catch (error) {
      said.value = error instanceof Refusal ? error.message : String(error);
    }
  }
  return (
    <section class="asks" aria-label="Sign-in link">
      {link.value ? (
        <label class="field"><span>Send this to the courier's phone</span><input readOnly value={link.value} onFocus={(event) => { event.currentTarget.select(); }} /></label>
      ) : (
        <button type="button" class="ask" onClick={() => void give()}>Sign-in link for the phone</button>
      )}
      {said.value && <p class="hint" role="status">{said.value}</p>}
    </section>
  );
}
