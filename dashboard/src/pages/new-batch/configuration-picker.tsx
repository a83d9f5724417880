import { useConfigurationChoices, type ConfigurationChoice } from '../../api/configurations.ts';
import { Notice } from '../../components/states.tsx';
import { messageOf } from '../../api/errors.ts';

/** A configuration that is written for this batch: its name, product and parameters as JSON text. */
export interface Draft {
  readonly name: string;
  readonly text: string;
}

export const NEW_CONFIGURATION = 'new';

const EXAMPLES: Readonly<Record<string, object>> = {
  parse_v2: { product_type: 'parse_v2', tier: 'fast', version: 'latest' },
  extract_v2: {
    product_type: 'extract_v2',
    tier: 'cost_effective',
    cite_sources: true,
    confidence_scores: true,
    data_schema: {
      type: 'object',
      properties: { total: { type: 'number', description: 'The amount to be paid' } },
    },
  },
};

export const exampleText = (product: string): string => JSON.stringify(EXAMPLES[product], null, 2);

interface PickerProps {
  readonly chosen: string;
  readonly onChosen: (id: string) => void;
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
}

/** A preset, a saved configuration, or a new one. */
export function ConfigurationPicker({ chosen, onChosen, draft, onDraft }: PickerProps) {
  const { presets, saved, error } = useConfigurationChoices();
  return (
    <>
      <label className="field">
        <span className="field-label">Configuration</span>
        <select value={chosen} onChange={(event) => onChosen(event.target.value)}>
          <optgroup label="Parse presets">{presets.map(optionOf)}</optgroup>
          {saved.length > 0 && <optgroup label="Saved">{saved.map(optionOf)}</optgroup>}
          <option value={NEW_CONFIGURATION}>Write a new one …</option>
        </select>
      </label>
      {error !== null && <Notice look="warning">{messageOf(error)}</Notice>}
      {chosen === NEW_CONFIGURATION && <DraftFields draft={draft} onDraft={onDraft} />}
    </>
  );
}

const optionOf = ({ id, name, product }: ConfigurationChoice) => (
  <option key={id} value={id}>
    {product === 'extract_v2' ? 'Extract' : 'Parse'} · {name}
  </option>
);

function DraftFields({
  draft,
  onDraft,
}: {
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
}) {
  const problem = jsonProblem(draft.text);
  return (
    <div className="card draft">
      <label className="field">
        <span className="field-label">Its name</span>
        <input
          value={draft.name}
          maxLength={255}
          placeholder="It is saved under this name"
          onChange={(event) => onDraft({ ...draft, name: event.target.value })}
        />
      </label>
      <div className="toolbar">
        <span className="muted">Begin with</span>
        {Object.keys(EXAMPLES).map((product) => (
          <button
            key={product}
            type="button"
            className="chip"
            aria-pressed={draft.text.includes(`"${product}"`)}
            onClick={() => onDraft({ ...draft, text: exampleText(product) })}
          >
            {product === 'parse_v2' ? 'Parse' : 'Extract'}
          </button>
        ))}
      </div>
      <label className="field">
        <span className="field-label">Parameters (JSON)</span>
        <textarea
          className="mono"
          rows={12}
          spellCheck={false}
          value={draft.text}
          aria-invalid={problem !== null}
          onChange={(event) => onDraft({ ...draft, text: event.target.value })}
        />
      </label>
      {problem !== null && <p className="field-problem">{problem}</p>}
    </div>
  );
}

function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
