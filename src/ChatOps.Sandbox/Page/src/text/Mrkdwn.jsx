import { get as findEmoji } from 'node-emoji';
import { useDirectory, useSandboxNow } from '../state/Directory.jsx';
import { toPlace } from '../state/useRoute.js';
import { formatSlackDate } from './dates.js';
import { parseMrkdwn, parsePlain } from './mrkdwn.js';

// Names that Slack has and the table of the emoji library lacks.
const MORE_EMOJI = {
  large_green_circle: '🟢', large_yellow_circle: '🟡', large_orange_circle: '🟠', large_purple_circle: '🟣', large_brown_circle: '🟤',
  large_red_square: '🟥', large_green_square: '🟩', large_yellow_square: '🟨', large_orange_square: '🟧', large_blue_square: '🟦',
  thumbsup: '👍', thumbsdown: '👎', adhesive_bandage: '🩹', simple_smile: '🙂', slightly_smiling_face: '🙂', pencil: '📝',
  white_large_square: '⬜', black_large_square: '⬛', male_firefighter: '👨‍🚒', firefighter: '🧑‍🚒', technologist: '🧑‍💻',
};

/** The character of an emoji name, or undefined. */
export const emojiOf = (name) => MORE_EMOJI[name] ?? findEmoji(`:${name}:`);

export function Emoji({ name }) {
  const character = emojiOf(name);
  return character ? <span role="img" aria-label={name.replaceAll('_', ' ')} className="emoji">{character}</span> : `:${name}:`;
}

/** A text object or a string of mrkdwn. Text stays text: React escapes what is not a node of ours. */
export function Mrkdwn({ text }) {
  return <Nodes nodes={parseMrkdwn(text)} />;
}

export function TextObject({ object }) {
  if (!object) {
    return null;
  }
  const { type, text, emoji } = typeof object === 'string' ? { type: 'plain_text', text: object } : object;
  return <Nodes nodes={type === 'mrkdwn' ? parseMrkdwn(text) : parsePlain(text, emoji !== false)} />;
}

function Nodes({ nodes }) {
  return nodes.map((node, index) => <Node key={index} node={node} />);
}

function Node({ node }) {
  switch (node.type) {
    case 'text': return node.text;
    case 'break': return <br />;
    case 'bold': return <strong><Nodes nodes={node.children} /></strong>;
    case 'italic': return <em><Nodes nodes={node.children} /></em>;
    case 'strike': return <s><Nodes nodes={node.children} /></s>;
    case 'code': return <code className="inline-code"><Nodes nodes={node.children} /></code>;
    case 'pre': return <pre className="code-block" tabIndex={0}><Nodes nodes={node.children} /></pre>;
    case 'quote': return <blockquote><Nodes nodes={node.children} /></blockquote>;
    case 'emoji': return <Emoji name={node.name} />;
    case 'link': return <a href={node.url} target="_blank" rel="noreferrer noopener">{node.label}</a>;
    case 'date': return <SlackDate {...node} />;
    default: return <Mention node={node} />;
  }
}

export function Mention({ node }) {
  const directory = useDirectory();
  switch (node.type) {
    case 'user': {
      const user = directory.user(node.id);
      return <span className={node.id === directory.me ? 'mention mention-me' : 'mention'}>@{user?.name ?? (node.label || node.id)}</span>;
    }
    case 'channel': {
      const channel = directory.channel(node.id);
      const name = channel?.name ?? node.label;
      return name ? <a className="mention" href={toPlace(node.id)}>#{name}</a> : <span className="mention">#private channel</span>;
    }
    case 'group': {
      const group = directory.group(node.id);
      return <span className="mention">{group ? `@${group.handle}` : node.label || node.id}</span>;
    }
    default: return <span className="mention mention-me">@{node.name}</span>;
  }
}

export function SlackDate({ seconds, format, link, fallback }) {
  const { settings } = useDirectory();
  const now = useSandboxNow();
  const words = formatSlackDate(seconds, format, fallback, now(), settings);
  const exact = Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : undefined;
  const time = <time dateTime={exact} title={fallback || exact}>{words}</time>;
  return link ? <a href={link} target="_blank" rel="noreferrer noopener">{time}</a> : time;
}
