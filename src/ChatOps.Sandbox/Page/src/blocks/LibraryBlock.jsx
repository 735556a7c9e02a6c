import { Component } from 'react';
import { Message } from 'slack-blocks-to-jsx';
import { useDirectory } from '../state/Directory.jsx';
import { Emoji, Mention, SlackDate } from '../text/Mrkdwn.jsx';

const hooks = {
  user: ({ id, name }) => <Mention node={{ type: 'user', id, label: name }} />,
  channel: ({ id, name }) => <Mention node={{ type: 'channel', id, label: name }} />,
  usergroup: ({ id, name }) => <Mention node={{ type: 'group', id, label: name }} />,
  atHere: () => <Mention node={{ type: 'broadcast', name: 'here' }} />,
  atChannel: () => <Mention node={{ type: 'broadcast', name: 'channel' }} />,
  atEveryone: () => <Mention node={{ type: 'broadcast', name: 'everyone' }} />,
  date: ({ timestamp, format, link, fallback }) => <SlackDate seconds={Number(timestamp)} format={format} link={link ?? ''} fallback={fallback ?? ''} />,
  emoji: ({ name }) => <Emoji name={name ?? ''} />,
};

/** A block that slack-blocks-to-jsx draws: rich text, markdown, video, alerts, cards, plans, charts and the like. */
export function LibraryBlock({ block }) {
  const { users, channels, groups } = useDirectory();
  const data = { users, channels, user_groups: groups };
  // The library keeps the names it was first given; the key makes it begin again when they change.
  return (
    <Undrawn block={block}>
      <Message key={`${users.length}.${channels.length}`} blocks={[block]} data={data} hooks={hooks} withoutWrapper />
    </Undrawn>
  );
}

/** A block that the library cannot draw costs that block and not the page. */
class Undrawn extends Component {
  state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  render() {
    return this.state.failed
      ? <p className="undrawn">This page cannot draw the block “{String(this.props.block.type)}”.</p>
      : this.props.children;
  }
}
