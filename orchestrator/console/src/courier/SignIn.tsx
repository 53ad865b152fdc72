import { useState } from "preact/hooks";
import { Bird } from "../parts/icons";
import { refused, signIn } from "./calling";

export function SignIn() {
  const [secret, setSecret] = useState("");
  return (
    <main class="screen sign-in">
      <div class="middle">
        <Bird />
        <h1>Sanderling courier</h1>
        <p class="soft">Open the link that your dispatcher sent you, or type your key.</p>
        <form onSubmit={(event) => { event.preventDefault(); if (secret.trim()) signIn(secret.trim()); }}>
          <label>
            <span>Your key</span>
            <input type="password" autocomplete="current-password" autocapitalize="off" spellcheck={false} value={secret} onInput={(event) => { setSecret(event.currentTarget.value); }} />
          </label>
          {refused.value && <p class="wrong" role="alert">{refused.value}</p>}
          <button type="submit" class="big">Sign in</button>
        </form>
      </div>
    </main>
  );
}
