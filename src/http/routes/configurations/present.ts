import { withoutSecrets } from '../../../model/configuration-secrets.ts';
import type { ProductConfiguration } from '../../../services/configurations.ts';
import type { Configuration } from '../../schemas/configuration.ts';

/** A configuration as the wire shows it, without its secrets. Its parameters were checked when it was saved. */
export function presentConfiguration(configuration: ProductConfiguration): Configuration {
  return {
    id: configuration.id,
    name: configuration.name,
    product_type: configuration.productType as Configuration['product_type'],
    version: configuration.version.toISOString(),
    parameters: withoutSecrets(configuration.parameters) as Configuration['parameters'],
    created_at: configuration.createdAt?.toISOString() ?? null,
    updated_at: configuration.updatedAt?.toISOString() ?? null,
  };
}
