package io.sluice.protection.transform;

import org.jspecify.annotations.Nullable;

/**
 * The random codes of one subject: who keeps them decides how long. A code is derived from nothing, so that it says nothing
 * about the person (45 CFR 164.514(c)); equal values of one domain have one code as long as it is kept. Confined to one
 * thread.
 */
@FunctionalInterface
public interface Pseudonyms {
    /** Of a record without a subject: there is none. */
    Pseudonyms NONE = (domain, value) -> null;

    /**
     * The code of a value in a domain, a random UUID (RFC 9562, version 4); made where there is none yet.
     *
     * @param value in its canonical form
     * @return null where there can be none: no subject, or as many codes as may be kept
     */
    @Nullable
    String code(String domain, String value);
}
