// Of GitHub's description (13 MB, 24 s until Prism has read it) what the GitHub adapter uses: written to node_modules/github.json. The rest, 390 MB, is deleted.
//   node prune.mjs
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const generated = new URL('node_modules/@octokit/openapi/generated/', import.meta.url);
const whole = JSON.parse(readFileSync(new URL('api.github.com.json', generated)));
const repository = '/repos/{owner}/{repo}';
const used = {
  '/rate_limit': ['get'],
  [repository]: ['get'],
  [`${repository}/contents/{path}`]: ['get'],
  [`${repository}/actions/workflows/{workflow_id}`]: ['get'],
  [`${repository}/actions/workflows/{workflow_id}/dispatches`]: ['post'],
  [`${repository}/actions/workflows/{workflow_id}/runs`]: ['get'],
  [`${repository}/actions/runs/{run_id}`]: ['get'],
  [`${repository}/actions/runs/{run_id}/cancel`]: ['post'],
  [`${repository}/actions/runs/{run_id}/jobs`]: ['get'],
  [`${repository}/actions/jobs/{job_id}/logs`]: ['get'],
  [`${repository}/tags`]: ['get'],
  [`${repository}/git/ref/{ref}`]: ['get'],
  [`${repository}/commits/{ref}`]: ['get'],
  [`${repository}/commits/{ref}/status`]: ['get'],
  [`${repository}/commits/{ref}/check-runs`]: ['get'],
  [`${repository}/compare/{basehead}`]: ['get'],
};

const pruned = { openapi: whole.openapi, info: whole.info, servers: whole.servers, paths: {}, components: {} };
for (const [path, methods] of Object.entries(used)) {
  pruned.paths[path] = Object.fromEntries(methods.map((m) => [m, whole.paths[path][m]]));
}
// A word that GitHub does not describe is a mistake, which the description alone would let pass.
pruned.paths[`${repository}/actions/workflows/{workflow_id}/dispatches`].post.requestBody.content['application/json'].schema.additionalProperties = false;

const keep = (value) => {
  if (Array.isArray(value)) value.forEach(keep);
  else if (value && typeof value === 'object') {
    if (typeof value.$ref === 'string') {
      const [, , kind, name] = value.$ref.split('/');
      pruned.components[kind] ??= {};
      if (!(name in pruned.components[kind])) {
        pruned.components[kind][name] = whole.components[kind][name];
        keep(pruned.components[kind][name]);
      }
    }
    Object.values(value).forEach(keep);
  }
};
keep(pruned.paths);

writeFileSync(new URL('node_modules/github.json', import.meta.url), JSON.stringify(pruned));
rmSync(generated, { recursive: true });
