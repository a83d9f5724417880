import { expect, test } from 'vitest';
import { presentConfiguration } from './present.ts';

test('a configuration is shown without the secrets in it', () => {
  const parameters = {
    product_type: 'parse_v2',
    tier: 'fast',
    version: 'latest',
    webhook_configurations: [
      { webhook_url: 'https://example.org/', webhook_signing_secret: 'whsec', webhook_events: null },
    ],
    input_options: { password: 'open', html: { remove_fixed_elements: true } },
  };
  const now = new Date();
  const configuration = { id: 'cfg-1', name: 'ours', productType: 'parse_v2', parameters };
  const shown = presentConfiguration({ ...configuration, version: now, createdAt: now, updatedAt: now });
  expect(shown.parameters).toEqual({
    ...parameters,
    webhook_configurations: [{ webhook_url: 'https://example.org/', webhook_events: null }],
    input_options: { html: { remove_fixed_elements: true } },
  });
});
