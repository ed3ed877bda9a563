package io.sluice.protection.keytree;

/** What the registry answers when it is asked for a subject's key. */
public sealed interface KeyAnswer permits LeasedKey, KeyAnswer.Refused {
    /** Why there is none. */
    enum Refused implements KeyAnswer {
        /** The key was made underivable: a subject of the value was erased. No waiting brings it back. */
        KEY_SHREDDED,
        /**
         * Not now, or not here: no tree, no lease, a state that is known to be too old, or files or KMS out of reach.
         */
        KEY_UNAVAILABLE,
        /**
         * Every tree that is known here is in force, and none has, or ever had, a key of that id for these owners: it is of
         * somebody else, or nobody's.
         */
        UNKNOWN_KEY
    }
}
