/** A named input of a dialog, and what is wrong with what is in it. */

import type { ComponentChildren } from "preact";

export function Field({ name, problem, children }: { name: string; problem: string | undefined; children: ComponentChildren }) {
  return (
    <label class={`field${problem ? " wrong" : ""}`}>
      <span>{name}</span>
      {children}
      {problem && <em role="alert">{problem}</em>}
    </label>
  );
}
