import { useEffect, useState } from 'react';

interface SearchFormProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** A text that is searched for when Enter is pressed. */
export function SearchForm({ label, placeholder, value, onValue }: SearchFormProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onValue(typed);
      }}
    >
      <input
        type="search"
        aria-label={`${label}; Enter searches`}
        placeholder={placeholder}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </form>
  );
}
