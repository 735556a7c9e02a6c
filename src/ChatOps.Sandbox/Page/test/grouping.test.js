import assert from 'node:assert/strict';
import test from 'node:test';
import { channelRows, latestTs, threadOf, threadSummaries, unread } from '../src/text/grouping.js';

const utc = { timeZone: 'UTC', hour12: false };
const message = (seconds, over = {}) => ({ ts: `${1763700000 + seconds}.000100`, author: 'U1', text: 'x', blocks: [], ...over });
const messages = (rows) => rows.filter((row) => row.kind === 'message');

test('the same author within five minutes is one group', () => {
  const rows = messages(channelRows([message(0), message(60), message(400), message(410, { author: 'U2' })], 'U9', utc));
  assert.deepEqual(rows.map((row) => row.grouped), [false, true, false, false]);
});

test('a new day starts with a line and a new head', () => {
  const rows = channelRows([message(0), message(86_400)], 'U9', utc);
  assert.deepEqual(rows.map((row) => row.kind), ['day', 'message', 'day', 'message']);
});

test('ephemeral messages are seen by their one reader', () => {
  const all = [message(0, { visibleTo: 'U2' })];
  assert.equal(messages(channelRows(all, 'U1', utc)).length, 0);
  assert.equal(messages(channelRows(all, 'U2', utc)).length, 1);
});

test('replies live in their thread, broadcast ones in both', () => {
  const parent = message(0);
  const all = [parent, message(1, { threadTs: parent.ts, author: 'U2' }), message(2, { threadTs: parent.ts, broadcast: true })];
  assert.equal(messages(channelRows(all, 'U9', utc)).length, 2);
  assert.equal(threadOf(all, parent.ts, 'U9').replies.length, 2);
  assert.deepEqual(threadSummaries(all, 'U9').get(parent.ts), { count: 2, authors: ['U2', 'U1'], lastTs: all[2].ts });
});

test('own and read messages are not unread, a mention is', () => {
  const all = [message(0), message(1), message(2, { author: 'U9' })];
  assert.deepEqual(unread(all, 'U9', message(0).ts), { count: 1, mentioned: false });
  assert.equal(unread([message(1, { text: 'hi <@U9>' })], 'U9', '').mentioned, true);
  assert.equal(latestTs(all, 'U9'), message(2).ts);
});
