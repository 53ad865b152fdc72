import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary, useRef } from "preact/hooks";

/**
 * Keeps what fails while it is drawn to itself: the rest of the page goes on, and the operator is told that this part
 * does not. It is tried once more for each new `subject`, and when asked.
 */
export function Guarded({ what, subject, where, children }: {
  what: string;
  subject?: string | undefined;
  where?: string;
  children: ComponentChildren;
}) {
  const [failure, tryAgain] = useErrorBoundary() as [unknown, () => void];
  const tried = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (!failure || tried.current === subject) return;
    tried.current = subject;
    tryAgain();
  }, [failure, subject, tryAgain]);
  if (!failure) return <>{children}</>;
  return (
    <p class={`notice bad${where ? ` ${where}` : ""}`} role="alert">
      <strong>{what} cannot be shown.</strong> {failure instanceof Error ? failure.message : ""}{" "}
      <button type="button" class="link" onClick={tryAgain}>Try again</button>
    </p>
  );
}
