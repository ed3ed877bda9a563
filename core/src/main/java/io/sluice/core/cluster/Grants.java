package io.sluice.core.cluster;

import static io.sluice.core.cluster.Grant.Operation.ALTER_CONFIGS;
import static io.sluice.core.cluster.Grant.Operation.CREATE;
import static io.sluice.core.cluster.Grant.Operation.DESCRIBE;
import static io.sluice.core.cluster.Grant.Operation.DESCRIBE_CONFIGS;
import static io.sluice.core.cluster.Grant.Operation.READ;
import static io.sluice.core.cluster.Grant.Operation.WRITE;
import static io.sluice.core.cluster.Room.AUDIT;
import static io.sluice.core.cluster.Room.CUSTODIAN;
import static io.sluice.core.cluster.Room.DELIVER;
import static io.sluice.core.cluster.Room.GATEWAY;
import static io.sluice.core.cluster.Room.OFFICER;
import static io.sluice.core.cluster.Room.PROTECT;
import static io.sluice.core.cluster.Room.REVEAL;

import io.sluice.core.event.Topics;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of least privilege. No room reads what another room's keys protect: the gateway cannot read what it wrote,
 * and nobody but the protect job writes views. Writing or reading a topic includes describing it.
 */
public final class Grants {
    /** How the protect job's consumer groups and transactional ids begin. */
    public static final String PROTECT_PREFIX = "sluice-protect";

    /** How the deliver job's consumer groups begin. */
    public static final String DELIVER_PREFIX = "sluice-deliver";

    /** How the audit log's consumer groups begin. */
    public static final String AUDIT_PREFIX = "sluice-audit";

    /** How the reveal service's transactional ids begin. */
    public static final String REVEAL_PREFIX = "sluice-reveal";

    /** How an officer's transactional ids begin. */
    public static final String OFFICER_PREFIX = "sluice-officer";

    /** How the custodian's transactional ids begin. */
    public static final String CUSTODIAN_PREFIX = "sluice-custodian";

    private Grants() {}

    static List<Grant> of(Topics topics) {
        List<Grant> grants = new ArrayList<>();
        grants.addAll(gateway(topics));
        grants.addAll(protect(topics));
        grants.addAll(deliver(topics));
        grants.addAll(audit(topics));
        grants.addAll(reveal(topics));
        grants.addAll(officer(topics));
        grants.addAll(custodian(topics));
        return List.copyOf(grants);
    }

    /** It reads entries to tell producers what became of their events. */
    private static List<Grant> gateway(Topics topics) {
        return List.of(
                Grant.topic(GATEWAY, topics.ingress(), WRITE, DESCRIBE_CONFIGS),
                Grant.topic(GATEWAY, topics.audit(), READ, WRITE, DESCRIBE_CONFIGS),
                Grant.topic(GATEWAY, topics.bundles(), READ),
                Grant.topic(GATEWAY, topics.status(), WRITE));
    }

    /**
     * It checks at start the settings of all that it writes, so it may describe every topic of the tenant, and by the audit log
     * whether its state is the newest. It publishes the return of a canary, which an officer signed.
     */
    private static List<Grant> protect(Topics topics) {
        return List.of(
                Grant.topics(PROTECT, tenantPrefix(topics), DESCRIBE, DESCRIBE_CONFIGS),
                Grant.topic(PROTECT, topics.ingress(), READ),
                Grant.topic(PROTECT, topics.requeue(), READ),
                Grant.topic(PROTECT, topics.bundles(), READ, WRITE),
                Grant.topic(PROTECT, topics.keys(), READ),
                Grant.topics(PROTECT, releasedPrefix(topics), WRITE),
                Grant.topic(PROTECT, topics.quarantine(), WRITE),
                Grant.topic(PROTECT, topics.audit(), READ, WRITE),
                Grant.topic(PROTECT, topics.choices(), WRITE),
                Grant.topic(PROTECT, topics.plans(), WRITE),
                Grant.topic(PROTECT, topics.status(), WRITE),
                Grant.groups(PROTECT, PROTECT_PREFIX),
                Grant.transactions(PROTECT, PROTECT_PREFIX));
    }

    private static List<Grant> deliver(Topics topics) {
        return List.of(Grant.topics(DELIVER, releasedPrefix(topics), READ), Grant.groups(DELIVER, DELIVER_PREFIX));
    }

    /** It may see how far the ingress topic goes, not what is in it: an entry is due for every position. */
    private static List<Grant> audit(Topics topics) {
        return List.of(
                Grant.topic(AUDIT, topics.audit(), READ, WRITE, DESCRIBE_CONFIGS),
                Grant.topic(AUDIT, topics.checkpoints(), WRITE, DESCRIBE_CONFIGS),
                Grant.topic(AUDIT, topics.bundles(), READ),
                Grant.topic(AUDIT, topics.plans(), READ),
                Grant.topic(AUDIT, topics.ingress(), DESCRIBE),
                Grant.groups(AUDIT, AUDIT_PREFIX));
    }

    /** It reads no record: what it is to open, its callers bring. */
    private static List<Grant> reveal(Topics topics) {
        return List.of(
                Grant.topic(REVEAL, topics.audit(), WRITE, DESCRIBE_CONFIGS),
                Grant.topic(REVEAL, topics.bundles(), READ),
                Grant.topic(REVEAL, topics.status(), WRITE),
                Grant.topic(REVEAL, topics.keys(), READ),
                Grant.topic(REVEAL, topics.emergencies(), READ, WRITE, DESCRIBE_CONFIGS),
                Grant.transactions(REVEAL, REVEAL_PREFIX));
    }

    /**
     * An activation makes and checks its recipients' topics. It may not read or write them. What is quarantined is sealed for
     * the officer too; sent again it is only what it was. All of it is written in transactions.
     */
    private static List<Grant> officer(Topics topics) {
        return List.of(
                Grant.topic(OFFICER, topics.bundles(), READ, WRITE),
                Grant.topic(OFFICER, topics.status(), READ),
                Grant.topic(OFFICER, topics.quarantine(), READ),
                Grant.topic(OFFICER, topics.requeue(), READ, WRITE),
                Grant.topic(OFFICER, topics.keys(), READ),
                Grant.topic(OFFICER, topics.holds(), READ, WRITE),
                Grant.topic(OFFICER, topics.audit(), WRITE),
                Grant.topics(OFFICER, releasedPrefix(topics), CREATE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS),
                Grant.transactions(OFFICER, OFFICER_PREFIX));
    }

    /** It learns from the choices who is to be erased and from the holds who may not be, and sees no record. */
    private static List<Grant> custodian(Topics topics) {
        return List.of(
                Grant.topic(CUSTODIAN, topics.keys(), READ, WRITE, DESCRIBE_CONFIGS),
                Grant.topic(CUSTODIAN, topics.choices(), READ),
                Grant.topic(CUSTODIAN, topics.holds(), READ),
                Grant.topic(CUSTODIAN, topics.audit(), WRITE),
                Grant.transactions(CUSTODIAN, CUSTODIAN_PREFIX));
    }

    /** A tenant's id holds no dot, so no other tenant's topics begin like this. */
    private static String tenantPrefix(Topics topics) {
        return topics.tenant() + ".";
    }

    private static String releasedPrefix(Topics topics) {
        return tenantPrefix(topics) + "released.";
    }
}
