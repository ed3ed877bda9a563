package io.sluice.protection.keytree;

/** What the registry answers when it is asked for a subject's key. */
public sealed interface KeyAnswer permits LeasedKey, KeyAnswer.Refused {
    /** Why there is none. */
    enum Refused implements KeyAnswer {
        /** The key was made underivable: a subject of the value was erased. No waiting brings it back. */
        KEY_SHREDDED,
        /**
         * Not now, or not here: no lease, a state that is known to be too old, an epoch or generation that this state does not
         * know, or files or KMS out of reach.
         */
        KEY_UNAVAILABLE
    }
}
