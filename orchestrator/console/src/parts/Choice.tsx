/** One of a few, all of them in sight: radio buttons as one bar. */

import type { Signal } from "@preact/signals";

interface Choosing<T extends string> {
  name: string;
  /** Value, word, and what it means. */
  options: readonly (readonly [T, string, string])[];
  value: Signal<T>;
  problem: string | undefined;
}

export function Choice<T extends string>({ name, options, value, problem }: Choosing<T>) {
  const meant = options.find(([one]) => one === value.value)?.[2];
  return (
    <fieldset class={`field${problem ? " wrong" : ""}`}>
      <span>{name} <small>{meant}</small></span>
      <div class="choice" role="radiogroup" aria-label={name}>
        {options.map(([one, word]) => (
          <label key={one} class={one}>
            <input type="radio" name={name} value={one} checked={value.value === one} onChange={() => (value.value = one)} />
            {word}
          </label>
        ))}
      </div>
      {problem && <em role="alert">{problem}</em>}
    </fieldset>
  );
}
