import assert from 'node:assert/strict';
import test from 'node:test';
import { parseInline, parseMrkdwn, parsePlain, plainWords } from '../src/text/mrkdwn.js';

const text = (value) => ({ type: 'text', text: value });

test('bold, italic, strike and code are found at word boundaries', () => {
  assert.deepEqual(parseInline('*a* _b_ ~c~ `d`'), [
    { type: 'bold', children: [text('a')] }, text(' '), { type: 'italic', children: [text('b')] }, text(' '),
    { type: 'strike', children: [text('c')] }, text(' '), { type: 'code', children: [text('d')] },
  ]);
});

test('marks inside words stay as they are', () => {
  assert.deepEqual(parseInline('shop_db_pool 2*3*4 * a *'), [text('shop_db_pool 2*3*4 * a *')]);
});

test('nothing is formatted inside code', () => {
  assert.deepEqual(parseInline('`*a* <@U1>`'), [{ type: 'code', children: [text('*a* <@U1>')] }]);
  assert.deepEqual(parseMrkdwn('x\n```\n*a*\nb\n```\ny'), [text('x'), { type: 'pre', children: [text('*a*\nb')] }, text('y')]);
});

test('an escaped mention stays words and calls nobody', () => {
  assert.deepEqual(parseMrkdwn('&lt;!channel&gt; &amp;lt;'), [text('<!channel> &lt;')]);
});

test('people, channels, groups and broadcasts are references', () => {
  assert.deepEqual(parseInline('<@U1A> <#C1|ops> <!subteam^S1|@sre> <!here>').filter((node) => node.type !== 'text'), [
    { type: 'user', id: 'U1A', label: '' }, { type: 'channel', id: 'C1', label: 'ops' },
    { type: 'group', id: 'S1', label: '@sre' }, { type: 'broadcast', name: 'here' },
  ]);
});

test('links keep their label, and an unsafe address is shown as text', () => {
  assert.deepEqual(parseInline('<https://a.test/?x=1&amp;y=2|the page>'), [{ type: 'link', url: 'https://a.test/?x=1&y=2', label: 'the page' }]);
  assert.deepEqual(parseInline('<javascript:alert(1)|x>'), [text('<javascript:alert(1)|x>')]);
});

test('dates keep their fallback and their link', () => {
  assert.deepEqual(parseInline('<!date^1700000000^{date} at {time}^https://a.test|then>'), [
    { type: 'date', seconds: 1700000000, format: '{date} at {time}', link: 'https://a.test', fallback: 'then' },
  ]);
});

test('emphasis may hold a link and a link may hold a mark', () => {
  const [bold] = parseInline('*see <https://a.test/a*b|here>*');
  assert.equal(bold.type, 'bold');
  assert.equal(bold.children[1].url, 'https://a.test/a*b');
});

test('neighbouring quoted lines are one quote, in both spellings', () => {
  assert.deepEqual(parseMrkdwn('&gt; a\n> b\nc'), [
    { type: 'quote', children: [text('a'), { type: 'break' }, text('b')] }, text('c'),
  ]);
});

test('emoji names are found, times are not emoji', () => {
  assert.deepEqual(parsePlain(':fire: 10:20:30').map((node) => node.type), ['emoji', 'text', 'emoji', 'text']);
  assert.deepEqual(parsePlain(':fire:', false), [text(':fire:')]);
});

test('plain words carry names, not ids', () => {
  assert.equal(plainWords('*hi* <@U1>\n<#C1>', { user: () => 'Ana', channel: () => 'ops' }), 'hi @Ana #ops');
});
