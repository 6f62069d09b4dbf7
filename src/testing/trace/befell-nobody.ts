/** How a trace says that a fault had no effect. */

/** Ends the name of such a record, after the kind of the fault; no fault begins with it. */
export const BEFELL_NOBODY = ' befell nobody';
