package io.sluice.certs;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everybody who holds a good certificate in development.
 *
 * <p>A room's certificate carries its Kafka identity as the common name under {@code OU=room}; a person's or a
 * producer's identity is its SPIFFE URI SAN and never the common name (design 4.1). Only certificates under {@code
 * OU=room} map to a Kafka principal, so that a producer named like a room does not become that room.
 */
public enum DevIdentity {
    /** The Kafka broker and its controller, a super user. */
    BROKER(Kind.ROOM, null, true),
    /** The operator who makes topics and grants, a super user. */
    ADMIN(Kind.ROOM, null, false),
    /** The gateway, as an HTTPS server and as a Kafka client. */
    GATEWAY(Kind.ROOM, null, true),
    /** The protect job. */
    PROTECT(Kind.ROOM, null, false),
    /** The deliver job. */
    DELIVER(Kind.ROOM, null, false),
    /** The audit log, as an HTTPS server and as a Kafka client. */
    AUDIT(Kind.ROOM, null, true),
    /** The reveal service, as an HTTPS server and as a Kafka client. */
    REVEAL(Kind.ROOM, null, true),
    /** The policy tools' Kafka client. */
    OFFICER(Kind.ROOM, null, false),
    /** The custodian of the subjects' keys. */
    CUSTODIAN(Kind.ROOM, null, false),
    /** A hospital that produces FHIR resources. */
    ST_ELSEWHERE(Kind.PRODUCER, "producer/st-elsewhere", false),
    /** A shop that produces orders and payments. */
    WEBSHOP(Kind.PRODUCER, "producer/webshop", false),
    /** A laboratory. */
    LAB(Kind.PRODUCER, "producer/lab", false),
    /** A compliance officer, as a caller of Sluice's HTTP services. */
    ADA(Kind.OFFICER, "officer/ada", false),
    /** A physician on duty, as a caller of Sluice's HTTP services. */
    GRACE(Kind.STAFF, "staff/grace", false),
    /** An auditor, as a caller of the audit log. */
    ALAN(Kind.AUDITOR, "auditor/alan", false);

    /** What an identity is; the certificate's organisational unit. */
    public enum Kind {
        /** A Sluice process. */
        ROOM,
        /** A sender of events. */
        PRODUCER,
        /** A compliance officer. */
        OFFICER,
        /** A member of the workforce. */
        STAFF,
        /** An auditor. */
        AUDITOR;

        String unit() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Kafka's {@code ssl.principal.mapping.rules} for these certificates: rooms only, and no default. */
    public static final String KAFKA_PRINCIPAL_RULES = "RULE:^CN=([a-z][a-z0-9-]*),OU=room,O=Sluice Development$/$1/";

    private final Kind kind;
    private final @Nullable String spiffePath;
    private final boolean server;

    DevIdentity(Kind kind, @Nullable String spiffePath, boolean server) {
        this.kind = kind;
        this.spiffePath = spiffePath;
        this.server = server;
    }

    /** Returns what this is. */
    public Kind kind() {
        return kind;
    }

    /** Returns the common name, and for a room the name of its Kafka principal: {@code st-elsewhere}, {@code broker}. */
    public String commonName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the SPIFFE id in the certificate's URI SAN; rooms have none. */
    public Optional<String> spiffeId() {
        return Optional.ofNullable(spiffePath).map(path -> "spiffe://sluice.dev/" + path);
    }

    /** Tells whether the certificate also serves {@code localhost}, {@code 127.0.0.1} and {@code ::1}. */
    public boolean server() {
        return server;
    }
}
