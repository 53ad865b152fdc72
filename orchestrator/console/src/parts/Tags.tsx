/** What is asked for, or can be done: each with its mark, in one line that wraps. */

import type { Mark, Tag } from "../cargo";
import { AgeCheck, Ambient, Box, Clock, Flame, Flake, Pin, Snow } from "./icons";

const ICONS: Record<Mark, () => preact.JSX.Element> = { ambient: Ambient, chilled: Flake, frozen: Snow, hot: Flame, age: AgeCheck, clock: Clock, place: Pin, box: Box };

export function Tags({ name, tags }: { name: string; tags: readonly Tag[] }) {
  if (tags.length === 0) return null;
  return (
    <ul class="tags" aria-label={name}>
      {tags.map(({ mark, text }) => {
        const Icon = ICONS[mark];
        return <li key={text} class={`tag ${mark}`}><Icon />{text}</li>;
      })}
    </ul>
  );
}
