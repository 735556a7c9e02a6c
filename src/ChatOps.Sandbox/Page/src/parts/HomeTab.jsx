import { useEffect, useMemo } from 'react';
import { Blocks } from '../blocks/Blocks.jsx';
import { Surface } from '../blocks/Surface.jsx';
import { useStillWhilePressed } from '../state/useStillWhilePressed.js';
import { Avatar } from './Avatar.jsx';

/** The app's Home, which the app draws for each person; opening it tells the app so. */
export function HomeTab({ app, home: newest, me, deeds }) {
  const [home, onPointerDown] = useStillWhilePressed(newest);
  useEffect(() => {
    deeds.homeOpened();
  }, [me, deeds]);
  const surface = useMemo(() => ({ act: (element, block, value) => deeds.click({ view_id: home?.id }, element, block, value), form: null }), [deeds, home?.id]);
  return (
    <>
      <header className="channel-head"><h1><Avatar user={app} small /><span>{app?.name ?? 'App'}</span></h1><span className="tag">Home</span></header>
      <div className="home" onPointerDown={onPointerDown} tabIndex={0} role="region" aria-label="Home">
        {home?.blocks?.length
          ? <Surface value={surface}><Blocks blocks={home.blocks} /></Surface>
          : <p className="empty">{app?.name ?? 'The app'} has drawn nothing here yet.</p>}
      </div>
    </>
  );
}
