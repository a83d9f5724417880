import { useConfigurationChoices } from '../api/configurations.ts';

const PRODUCTS: Readonly<Record<string, string>> = { parse_v2: 'Parse', extract_v2: 'Extract' };

/** The product and the name of a configuration, as far as it is still there. */
export function ConfigurationName({ id, type }: { readonly id: string; readonly type: string }) {
  const { presets, saved } = useConfigurationChoices();
  const name = [...presets, ...saved].find((choice) => choice.id === id)?.name ?? id;
  return (
    <span className="truncate" title={id}>
      {PRODUCTS[type] ?? type} · {name}
    </span>
  );
}
