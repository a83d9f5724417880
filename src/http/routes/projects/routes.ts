import type { Services } from '../../../services/context.ts';
import { getProject, listVisibleProjects, pageOfVisibleProjects } from '../../../services/projects.ts';
import {
  ProjectGetQuery,
  ProjectParams,
  ProjectV1,
  ProjectV1List,
  ProjectV1ListQuery,
  ProjectV2,
  ProjectV2ListQuery,
  ProjectV2Page,
} from '../../schemas/project.ts';
import type { HttpServer } from '../../server.ts';
import { presentPage } from '../page.ts';
import { presentProject } from './present.ts';

/** `/api/v1/projects` and `/api/v2/projects`, contract section 11. A key sees the project it belongs to. */
export function projectRoutes(app: HttpServer, services: Services): void {
  const tags = ['projects'];

  app.get(
    '/api/v1/projects',
    { schema: { tags, querystring: ProjectV1ListQuery, response: { 200: ProjectV1List } } },
    async (request) => {
      const projects = await listVisibleProjects(services, request.principal, request.query.project_name);
      return projects.map(presentProject);
    },
  );

  app.get(
    '/api/v2/projects',
    { schema: { tags, querystring: ProjectV2ListQuery, response: { 200: ProjectV2Page } } },
    async (request) => {
      const { name, page_size: pageSize, page_token: pageToken } = request.query;
      const page = await pageOfVisibleProjects(services, request.principal, { name, pageSize, pageToken });
      return presentPage(page, presentProject);
    },
  );

  for (const [path, schema] of [
    ['/api/v1/projects/:project_id', ProjectV1],
    ['/api/v2/projects/:project_id', ProjectV2],
  ] as const) {
    app.get(
      path,
      { schema: { tags, params: ProjectParams, querystring: ProjectGetQuery, response: { 200: schema } } },
      async (request) =>
        presentProject(await getProject(services, request.principal, request.params.project_id)),
    );
  }
}
