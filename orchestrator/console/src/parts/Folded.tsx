/** A list of which only the first are shown; the others open with a click. */

import type { ComponentChildren } from "preact";

const SHOWN = 8;

/** `rest` names what is folded away: "3 more". Nothing is folded for the sake of one or two. */
export function Folded({ rows, rest = "more" }: { rows: readonly ComponentChildren[]; rest?: string }) {
  const shown = rows.length > SHOWN + 2 ? SHOWN : rows.length;
  return (
    <>
      <ul class="quotes">{rows.slice(0, shown)}</ul>
      {shown < rows.length && (
        <details class="folded">
          <summary>{rows.length - shown} {rest}</summary>
          <ul class="quotes">{rows.slice(shown)}</ul>
        </details>
      )}
    </>
  );
}
