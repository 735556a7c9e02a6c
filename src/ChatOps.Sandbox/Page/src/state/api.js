// Calls to the sandbox's control interface. Every call ends: with its answer, or with an error that says what went wrong.

const TIMEOUT_MS = 20_000;

export class SandboxAway extends Error {}

/** The sandbox answered, and said no; `answer` is what it said. */
export class SandboxRefused extends Error {
  constructor(message, answer = {}) {
    super(message);
    this.answer = answer;
  }
}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body ? { 'content-type': 'application/json' } : undefined,
      body: body ? JSON.stringify(body) : undefined,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      cache: 'no-store',
    });
  } catch (error) {
    throw new SandboxAway(`The sandbox did not answer ${path}.`, { cause: error });
  }
  const text = await response.text();
  const answer = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : { text };
  if (response.status >= 502 && response.status <= 504) {
    throw new SandboxAway(`The sandbox did not answer ${path}.`);
  }
  // With an acknowledgement the sandbox did its part, and the app did not: the caller tells that in its own words.
  if ((!response.ok || answer.ok === false) && !answer.ack) {
    throw new SandboxRefused(answer.message ?? answer.error ?? `${path} answered ${response.status}.`, answer);
  }
  return answer;
}

export const get = (path) => call('GET', path);
export const post = (path, body) => call('POST', path, body);

export const fileUrl = (id) => `/control/files/${encodeURIComponent(id)}`;

/** The text of a file, at most `limit` characters of it. */
export async function fileText(id, limit) {
  const response = await fetch(fileUrl(id), { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) {
    throw new SandboxRefused(`The file could not be read (status ${response.status}).`);
  }
  const text = await response.text();
  return text.length > limit ? `${text.slice(0, limit)}\n…` : text;
}
