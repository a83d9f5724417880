import { useState, type FormEvent } from 'react';
import { call } from '../api/client.ts';
import { ApiError, messageOf } from '../api/errors.ts';
import { Button } from '../components/button.tsx';
import { Mark } from '../components/mark.tsx';
import { signIn, signOutNotice } from './session.ts';

/** Asks for an API key and tries it before the session begins. */
export function SignInPage() {
  const [key, setKey] = useState('');
  const [problem, setProblem] = useState(signOutNotice());
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const tried = key.trim();
    if (!/^[\x21-\x7e]+$/.test(tried)) return setProblem('A key is one word without spaces.');
    setBusy(true);
    setProblem(null);
    try {
      await call('/api/v1/projects', { key: tried });
      signIn(tried);
    } catch (error) {
      setProblem(error instanceof ApiError && error.status === 401 ? UNKNOWN_KEY : messageOf(error));
      setBusy(false);
    }
  };

  return (
    <main className="sign-in">
      <form className="sign-in-card" onSubmit={(event) => void submit(event)}>
        <Mark size={36} />
        <h1>Sign in to Sheaf</h1>
        <p className="muted">
          The key decides which project you see. It stays in this browser tab and is forgotten with it.
        </p>
        <label className="field">
          <span className="field-label">API key</span>
          <input
            type="password"
            name="api-key"
            autoComplete="off"
            spellCheck={false}
            autoFocus
            required
            placeholder="llx-…"
            value={key}
            aria-invalid={problem !== null}
            aria-describedby={problem === null ? undefined : 'sign-in-problem'}
            onChange={(event) => setKey(event.target.value)}
          />
        </label>
        {problem !== null && (
          <p id="sign-in-problem" className="field-problem" role="alert">
            {problem}
          </p>
        )}
        <Button type="submit" look="primary" busy={busy}>
          Sign in
        </Button>
        <p className="muted small">
          The first start of a server writes a key to <code>api-key</code> in its data directory;{' '}
          <code>sheaf keys create</code> makes more.
        </p>
      </form>
    </main>
  );
}

const UNKNOWN_KEY =
  'This server does not know the key. Check that it was made by this server and has not been revoked.';
