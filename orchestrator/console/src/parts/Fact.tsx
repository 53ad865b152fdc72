/** One measured thing: a small name over a large value. */
export function Fact({ name, value, tone }: { name: string; value: string; tone?: string | undefined }) {
  return (
    <div class={`fact${tone ? ` tone-${tone}` : ""}`}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
