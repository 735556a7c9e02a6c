// Slack's mrkdwn as a tree of nodes. Pure: what the nodes look like is decided in Mrkdwn.jsx.
//
// The order matters and is Slack's: code is found first (nothing inside it is formatted), then <…> tokens, then emphasis.
// Entities are decoded last, in text alone, so that an escaped "&lt;!channel&gt;" stays words and never becomes a mention.

const BLOCK_CODE = /```\n?([\s\S]+?)\n?```/;
const BOUNDARY_BEFORE = /[\s([{"'“‘*_~.,;:!?<>|/\\-]/;
const BOUNDARY_AFTER = /[\s)\]}"'”’*_~.,;:!?<>|/\\-]/;
const EMPHASIS = { '*': 'bold', _: 'italic', '~': 'strike' };

/** The three entities Slack knows, decoded once. */
export function decodeEntities(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: '<', gt: '>', amp: '&' })[name]);
}

/** Only addresses a browser may safely follow; anything else is shown as text. */
export function isSafeUrl(url) {
  return /^(https?:\/\/|mailto:|tel:)/i.test(url);
}

/** mrkdwn -> nodes: blocks of code and quotes outside, inline nodes inside. */
export function parseMrkdwn(source) {
  const nodes = [];
  let rest = source ?? '';
  for (let match = BLOCK_CODE.exec(rest); match; match = BLOCK_CODE.exec(rest)) {
    nodes.push(...parseLines(rest.slice(0, match.index).replace(/\n$/, '')));
    nodes.push({ type: 'pre', children: parseCode(match[1]) });
    rest = rest.slice(match.index + match[0].length).replace(/^\n/, '');
  }
  nodes.push(...parseLines(rest));
  return nodes;
}

/** plain_text -> nodes: line breaks and, where allowed, emoji; nothing else. */
export function parsePlain(source, emoji = true) {
  return withBreaks(decodeEntities(source ?? ''), emoji);
}

function parseLines(text) {
  if (text === '') {
    return [];
  }
  const nodes = [];
  let quote = null;
  text.split('\n').forEach((line) => {
    const quoted = /^(?:&gt;|>)\s?/.exec(line);
    if (quoted) {
      if (quote) {
        quote.children.push({ type: 'break' });
      } else {
        quote = { type: 'quote', children: [] };
        nodes.push(quote);
      }
      quote.children.push(...parseInline(line.slice(quoted[0].length)));
      return;
    }
    if (nodes.length > 0 && !quote) {
      nodes.push({ type: 'break' });
    }
    quote = null;
    nodes.push(...parseInline(line));
  });
  return nodes;
}

/** One line: code, tokens, emphasis, emoji. */
export function parseInline(line) {
  const nodes = [];
  let text = '';
  const flush = () => {
    if (text) {
      nodes.push(...withBreaks(decodeEntities(text), true));
      text = '';
    }
  };
  let at = 0;
  while (at < line.length) {
    const char = line[at];
    const found = char === '`' ? readCode(line, at)
      : char === '<' ? readToken(line, at)
      : EMPHASIS[char] ? readEmphasis(line, at, char)
      : null;
    if (found) {
      flush();
      nodes.push(found.node);
      at = found.end;
    } else {
      text += char;
      at += 1;
    }
  }
  flush();
  return nodes;
}

function readCode(line, start) {
  const end = line.indexOf('`', start + 1);
  return end > start + 1 ? { node: { type: 'code', children: parseCode(line.slice(start + 1, end)) }, end: end + 1 } : null;
}

// Links keep working inside code; everything else there is literal.
function parseCode(text) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(/<(https?:[^>|\s]+)(?:\|([^>]+))?>/g)) {
    nodes.push({ type: 'text', text: decodeEntities(text.slice(last, match.index)) });
    nodes.push(token(match[0].slice(1, -1)));
    last = match.index + match[0].length;
  }
  nodes.push({ type: 'text', text: decodeEntities(text.slice(last)) });
  return nodes.filter((node) => node.text !== '');
}

function readToken(line, start) {
  const end = line.indexOf('>', start + 1);
  const node = end > start + 1 ? token(line.slice(start + 1, end)) : null;
  return node ? { node, end: end + 1 } : null;
}

function readEmphasis(line, start, mark) {
  const before = line[start - 1];
  if ((before && !BOUNDARY_BEFORE.test(before)) || before === mark || line[start + 1] === undefined || /\s/.test(line[start + 1])) {
    return null;
  }
  for (let end = line.indexOf(mark, start + 2); end > 0; end = line.indexOf(mark, end + 1)) {
    const after = line[end + 1];
    const inner = line.slice(start + 1, end);
    if (!/\s/.test(line[end - 1]) && (!after || BOUNDARY_AFTER.test(after)) && after !== mark && balanced(inner)) {
      return { node: { type: EMPHASIS[mark], children: parseInline(inner) }, end: end + 1 };
    }
  }
  return null;
}

// A closing mark inside code or inside <…> does not close anything outside.
function balanced(inner) {
  const open = inner.lastIndexOf('<');
  return (inner.split('`').length - 1) % 2 === 0 && !(open >= 0 && inner.indexOf('>', open) < 0);
}

/** The inside of <…>, or null where it is none of Slack's forms. */
function token(body) {
  const bar = body.indexOf('|');
  const head = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? '' : decodeEntities(body.slice(bar + 1));
  if (/^@[UW][A-Z0-9]+$/.test(head)) {
    return { type: 'user', id: head.slice(1), label };
  }
  if (/^#[CGD][A-Z0-9]+$/.test(head)) {
    return { type: 'channel', id: head.slice(1), label };
  }
  if (/^!(here|channel|everyone)$/.test(head)) {
    return { type: 'broadcast', name: head.slice(1) };
  }
  if (head.startsWith('!subteam^')) {
    return { type: 'group', id: head.slice('!subteam^'.length), label };
  }
  const date = /^!date\^(-?\d+)\^([^^]+)(?:\^(.+))?$/.exec(head);
  if (date) {
    return { type: 'date', seconds: Number(date[1]), format: decodeEntities(date[2]), link: date[3] ?? '', fallback: label };
  }
  const url = decodeEntities(head);
  return isSafeUrl(url) ? { type: 'link', url, label: label || url.replace(/^mailto:/, '') } : null;
}

function withBreaks(text, emoji) {
  const nodes = [];
  text.split('\n').forEach((line, index) => {
    if (index > 0) {
      nodes.push({ type: 'break' });
    }
    nodes.push(...(emoji ? withEmoji(line) : [{ type: 'text', text: line }]));
  });
  return nodes.filter((node) => node.text !== '');
}

function withEmoji(text) {
  const nodes = [];
  let last = 0;
  for (const match of text.matchAll(/:([a-z0-9_+-]+):/gi)) {
    nodes.push({ type: 'text', text: text.slice(last, match.index) });
    nodes.push({ type: 'emoji', name: match[1].toLowerCase() });
    last = match.index + match[0].length;
  }
  nodes.push({ type: 'text', text: text.slice(last) });
  return nodes.filter((node) => node.text !== '');
}

/** The words alone, for names, previews and screen readers. */
export function plainWords(source, names = {}) {
  const words = (nodes) => nodes.map((node) => {
    switch (node.type) {
      case 'text': return node.text;
      case 'break': return ' ';
      case 'user': return `@${names.user?.(node.id) ?? (node.label || node.id)}`;
      case 'channel': return `#${names.channel?.(node.id) ?? (node.label || node.id)}`;
      case 'group': return node.label || names.group?.(node.id) || node.id;
      case 'broadcast': return `@${node.name}`;
      case 'date': return node.fallback;
      case 'link': return node.label;
      case 'emoji': return `:${node.name}:`;
      default: return words(node.children);
    }
  }).join('');
  return words(parseMrkdwn(source)).replace(/\s+/g, ' ').trim();
}
