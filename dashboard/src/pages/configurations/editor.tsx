import { useState, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';
import {
  changeConfiguration,
  createConfiguration,
  PRODUCTS,
  type ConfigurationWish,
} from '../../api/saved-configurations.ts';
import type { Configuration } from '../../api/wire.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Page } from '../../components/page.tsx';
import { Time } from '../../components/time.tsx';
import { useAction } from '../../components/use-action.ts';
import { readJsonObject } from './read-json.ts';
import { Problems, SchemaCheck } from './schema-check.tsx';

const INDENT = 2;
const asText = (value: unknown): string => JSON.stringify(value, null, INDENT);

/** Presets can be looked at and not changed. */
const isPreset = (id: string): boolean => id.startsWith('cfg-PARSE_');

/** Name, product and parameters of a configuration. Faults are told while typing, and by the server when saving. */
export function Editor({ saved }: { readonly saved?: Configuration }) {
  const [, navigate] = useLocation();
  const [name, setName] = useState(saved?.name ?? '');
  const [product, setProduct] = useState<string>(saved?.product_type ?? 'extract_v2');
  const [text, setText] = useState(() => asText(saved ? withoutProduct(saved) : PRODUCTS[product]?.draft));
  const [refusal, setRefusal] = useState<unknown>(null);
  const reading = readJsonObject(text);
  const fixed = saved !== undefined && isPreset(saved.id);
  const save = useAction(
    (wish: ConfigurationWish) => (saved ? changeConfiguration(saved.id, wish) : createConfiguration(wish)),
    {
      says: ({ name: called }) => `“${called}” is saved.`,
      refresh: [['configurations']],
      onDone({ id }) {
        setRefusal(null);
        if (!saved) navigate(`/configurations/${id}`, { replace: true });
      },
      onProblem: setRefusal,
    },
  );
  const isReady = !fixed && name.trim() !== '' && reading.ok;
  const submit = (): void => {
    if (!isReady) return;
    save.mutate({ name: name.trim(), parameters: { ...reading.value, product_type: product } });
  };
  const choose = (next: string): void => {
    // A draft that nobody has touched follows the product.
    if (text === asText(PRODUCTS[product]?.draft)) setText(asText(PRODUCTS[next]?.draft));
    setProduct(next);
    setRefusal(null);
  };

  return (
    <Page
      title={saved ? saved.name : 'New configuration'}
      lead={
        saved && (
          <>
            <code>{saved.id}</code> · changed <Time at={saved.version} />
          </>
        )
      }
      actions={
        <Button look="primary" disabled={!isReady} busy={save.isPending} onClick={submit}>
          Save
        </Button>
      }
    >
      <div className="editor">
        <div className="editor-form">
          <Field label="Name" hint={saved ? undefined : 'One that exists already is changed, not doubled.'}>
            {(control) => (
              <input
                {...control}
                maxLength={255}
                disabled={fixed}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field label="Product">
            {(control) => (
              <select
                {...control}
                disabled={saved !== undefined}
                value={product}
                onChange={(event) => choose(event.target.value)}
              >
                {Object.entries({ ...(saved && { [product]: { label: product } }), ...PRODUCTS }).map(
                  ([type, { label }]) => (
                    <option key={type} value={type}>
                      {label}
                    </option>
                  ),
                )}
              </select>
            )}
          </Field>
          <Field
            label="Parameters"
            problem={reading.ok ? undefined : reading.problem}
            hint="JSON. Tab indents; Escape and then Tab leaves the field."
          >
            {(control) => (
              <CodeInput {...control} readOnly={fixed} value={text} onValue={(value) => setText(value)} />
            )}
          </Field>
        </div>
        <aside className="stack" aria-label="Checks">
          {fixed && <p className="muted">A preset: it can be used as it is, and not be changed.</p>}
          {product === 'extract_v2' && reading.ok && (
            <section className="card stack">
              <h2>Schema</h2>
              <SchemaCheck schema={reading.value['data_schema']} />
            </section>
          )}
          {refusal !== null && (
            <section className="card stack" role="alert">
              <h2>Not saved</h2>
              <Problems error={refusal} />
            </section>
          )}
          <section className="card stack">
            <h2>What can stand here</h2>
            <p className="muted">
              Every option is in the <a href="docs">description of the API</a>, under{' '}
              <code>{product === 'extract_v2' ? 'ExtractV2Parameters' : 'ParseV2Parameters'}</code>. An option
              that is unknown is refused when you save.
            </p>
          </section>
        </aside>
      </div>
    </Page>
  );
}

function withoutProduct({ parameters }: Configuration): object {
  const { product_type: _, ...rest } = parameters;
  return rest;
}

interface CodeInputProps {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': true | undefined;
  readonly readOnly: boolean;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** A text field for code: Tab indents, and Escape gives Tab back to those who move by it. */
function CodeInput({ onValue, ...rest }: CodeInputProps) {
  const [leaving, setLeaving] = useState(false);
  const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === 'Escape') setLeaving(true);
    if (event.key !== 'Tab' || event.shiftKey || leaving || rest.readOnly) return;
    event.preventDefault();
    const field = event.currentTarget;
    const { selectionStart: start } = field;
    field.setRangeText(' '.repeat(INDENT), start, field.selectionEnd, 'end');
    onValue(field.value);
  };
  return (
    <textarea
      {...rest}
      className="code-input"
      spellCheck={false}
      autoCapitalize="off"
      onKeyDown={press}
      onBlur={() => setLeaving(false)}
      onChange={(event) => onValue(event.target.value)}
    />
  );
}
