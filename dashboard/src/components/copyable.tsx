import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { Button } from './button.tsx';
import { announce } from './toasts.tsx';

/** A text that is shown whole and can be taken along with one press. */
export function Copyable({ text, label }: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    // Browsers keep the clipboard from pages that came without TLS from another machine.
    const { clipboard } = navigator as { clipboard?: Clipboard };
    if (!clipboard) announce('This browser does not let the page copy. Select the text instead.', 'bad');
    else
      void clipboard.writeText(text).then(
        () => setCopied(true),
        () => announce('The text could not be copied. Select it instead.', 'bad'),
      );
  };
  return (
    <div className="copyable">
      <input
        className="mono"
        aria-label={label}
        readOnly
        value={text}
        onFocus={(event) => event.target.select()}
      />
      <Button icon={copied ? <Check aria-hidden /> : <Copy aria-hidden />} onClick={copy}>
        {copied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}
