/** A button that asks once more: what it sets going cannot be taken back. */

import { useSignal } from "@preact/signals";
import { Refusal } from "../http";

interface Asking {
  word: string;
  /** What is asked before it is done, as a question. */
  question: string;
  yes: string;
  no?: string;
  act: () => Promise<unknown>;
}

export function Confirmed({ word, question, yes, no = "Cancel", act }: Asking) {
  const asked = useSignal(false);
  const said = useSignal("");
  async function confirm() {
    asked.value = false;
    try {
      await act();
      said.value = "";
    } catch (error) {
      said.value = error instanceof Refusal ? error.message : String(error);
    }
  }
  return (
    <>
      {asked.value ? (
        <div class="confirm" role="alertdialog" aria-label={`Confirm: ${word}`}>
          <p>{question}</p>
          <button type="button" class="danger" ref={(b) => b?.focus()} onClick={() => void confirm()}>{yes}</button>
          <button type="button" class="quiet" onClick={() => (asked.value = false)}>{no}</button>
        </div>
      ) : (
        <button type="button" class="ask" onClick={() => (asked.value = true)}>{word}</button>
      )}
      {said.value && <p class="trouble" role="alert">{said.value}</p>}
    </>
  );
}
