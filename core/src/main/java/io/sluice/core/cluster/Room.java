package io.sluice.core.cluster;

import java.util.Locale;

/** The rooms that connect to Kafka under an identity of their own. */
public enum Room {
    GATEWAY,
    PROTECT,
    DELIVER,
    AUDIT,
    REVEAL,
    OFFICER,
    CUSTODIAN;

    /** Returns the Kafka principal: {@code User:} and the common name of the room's certificate. */
    public String principal() {
        return "User:" + name().toLowerCase(Locale.ROOT);
    }
}
