import { createContext, useContext } from 'react';

/**
 * What surrounds the blocks: `act(element, block, value)` tells the app that something was pressed; inside a form also the values so far,
 * how to change them, and the errors by block.
 */
const SurfaceContext = createContext({ act: async () => '', form: null });

export const Surface = SurfaceContext;
export const useSurface = () => useContext(SurfaceContext);
