import { Type } from 'typebox';

import type { Services } from '../../../services/context.ts';
import {
  changeConfiguration,
  deleteConfiguration,
  getConfiguration,
  listSavedConfigurations,
  saveConfiguration,
} from '../../../services/configurations.ts';
import {
  Configuration,
  ConfigurationCreateBody,
  ConfigurationListQuery,
  ConfigurationPage,
  ConfigurationParams,
  ConfigurationUpdateBody,
} from '../../schemas/configuration.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import type { HttpServer } from '../../server.ts';
import { presentPage } from '../page.ts';
import { presentConfiguration } from './present.ts';

/** `/api/v1/beta/configurations`, contract section 7. */
export function configurationRoutes(app: HttpServer, services: Services): void {
  const tags = ['configurations'];

  app.post(
    '/api/v1/beta/configurations',
    {
      schema: {
        tags,
        querystring: ScopeQuery,
        body: ConfigurationCreateBody,
        response: { 201: Configuration },
      },
    },
    async (request, reply) => {
      const { name, parameters } = request.body;
      const configuration = await saveConfiguration(services, request.principal.projectId, {
        name,
        productType: parameters.product_type,
        parameters,
      });
      return reply.code(201).send(presentConfiguration(configuration));
    },
  );

  app.get(
    '/api/v1/beta/configurations',
    { schema: { tags, querystring: ConfigurationListQuery, response: { 200: ConfigurationPage } } },
    async (request) => {
      const { query } = request;
      // One row per product and name is kept, so that `latest_only` changes nothing.
      const page = await listSavedConfigurations(services, request.principal.projectId, {
        pageSize: query.page_size,
        pageToken: query.page_token,
        productTypes: query.product_type,
        name: query.name,
      });
      return presentPage(page, presentConfiguration);
    },
  );

  app.get(
    '/api/v1/beta/configurations/:config_id',
    {
      schema: {
        tags,
        params: ConfigurationParams,
        querystring: ScopeQuery,
        response: { 200: Configuration },
      },
    },
    async (request) => {
      const { projectId } = request.principal;
      return presentConfiguration(await getConfiguration(services, projectId, request.params.config_id));
    },
  );

  app.put(
    '/api/v1/beta/configurations/:config_id',
    {
      schema: {
        tags,
        params: ConfigurationParams,
        querystring: ScopeQuery,
        body: ConfigurationUpdateBody,
        response: { 200: Configuration },
      },
    },
    async (request) => {
      const { projectId } = request.principal;
      return presentConfiguration(
        await changeConfiguration(services, projectId, request.params.config_id, request.body),
      );
    },
  );

  app.delete(
    '/api/v1/beta/configurations/:config_id',
    {
      schema: {
        tags,
        params: ConfigurationParams,
        querystring: ScopeQuery,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await deleteConfiguration(services, request.principal.projectId, request.params.config_id);
      return reply.code(204).send(null);
    },
  );
}
