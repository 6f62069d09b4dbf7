/** `npm start`: the main job, for a person to watch. */

console.log('The demo is not written yet.');
